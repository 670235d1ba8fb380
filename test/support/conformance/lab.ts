import type { WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { RunResult } from '../../../contracts/run';
import { taskQueue } from '../../../contracts/names';
import { workflowBundle } from '../../../workers/bundle';
import { json, startDrillModel, toolCall, type DrillAnswer, type DrillModel, type DrillRequest } from '../drill-model';
import { Harness, type HarnessOptions } from '../harness';
import { startLedger, type Ledger } from './ledger';
import type { Trial } from './trials';

/** Where checks are made: a worker, a model and a world outside, all of them real processes or sockets. */
export interface Lab {
  cadre: Harness;
  model: DrillModel;
  ledger: Ledger;
  /** How long a check waits before it is red: generous for what should come, short for what is broken on purpose. */
  patienceMs: number;
  /** What each request is said to have cost; 100 and 20 tokens unless a check says otherwise. */
  usage: { input: number; output: number };
  /** The workflow bundle that its workers run. */
  codePath: string;
  runs: TrialRun[];
  close(): Promise<void>;
}

export interface LabOptions extends Omit<HarnessOptions, 'teams' | 'env'> {
  patienceMs?: number;
  /** The workflows that are broken on purpose, in place of ours. */
  broken?: boolean;
}

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { patienceMs = 60_000, broken = false, ...rest } = options;
  const model = await startDrillModel();
  const ledger = await startLedger();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key', TRIAL_LEDGER_URL: ledger.url };
  const cadre = await Harness.start({
    ...rest,
    teams: ['../conformance/teams/trial', '../conformance/teams/hasty'],
    env,
    withoutWorker: true,
  });
  const { codePath } = await workflowBundle(cadre.config.home);
  // Every process that runs in this home loads the bundle from there: another one in its place changes the workflows.
  if (broken) await writeFile(codePath, await brokenBundle());
  if (!rest.withoutWorker) await cadre.startWorker();
  const lab: Lab = {
    cadre,
    model,
    ledger,
    patienceMs,
    usage: { input: 100, output: 20 },
    codePath,
    runs: [],
    close: async () => {
      await Promise.all(lab.runs.map((run) => run.abandon()));
      await cadre.close();
      await model.close();
      await ledger.close();
    },
  };
  model.answer = (request) => ({ ...answerOf(request), usage: lab.usage });
  return lab;
}

let brokenOnes: ReturnType<typeof bundleWorkflowCode> | undefined;

async function brokenBundle(): Promise<string> {
  const workflowsPath = path.join(__dirname, 'broken', 'index.ts');
  brokenOnes ??= bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  return (await brokenOnes).code;
}

/** What the drill model answers in trials; the rest is by its own rules. */
function answerOf(request: DrillRequest): DrillAnswer {
  const { agent, role, step, text, tools } = request;
  const run = markOf(request);
  if (role === 'plan') return { message: json({ tasks: [task('north', 'Look north'), task('publisher', 'Publish')] }) };
  if (role === 'dag')
    return {
      message: json({
        tasks: [
          { id: 'north', ...task('north', 'Look north') },
          { id: 'publisher', ...task('publisher', 'Publish'), dependsOn: ['north'] },
        ],
      }),
    };
  if (role === 'route')
    return { message: json({ route: 'publisher', confidence: 0.9, reason: 'it is to be published' }) };
  if (agent === 'author') {
    const entry = text.includes('Your last draft scored') ? 'draft 2' : 'draft 1';
    if (step === 0 && tools.includes('post_entry')) return { message: toolCall('post_entry', { entry, run }) };
    return { message: { role: 'assistant', content: entry } };
  }
  // Where no tools can be called they may stand in the request all the same.
  const mayAct = ['text', 'position', 'finding'].includes(role);
  if (agent === 'publisher' && step === 0 && mayAct && tools.includes('post_entry'))
    return { message: toolCall('post_entry', { entry: 'the result', run }) };
  return {};
}

const task = (agent: string, wording: string) => ({ agent, task: wording });

/** The run that a request belongs to: each has its mark in its task, which every agent of it gets to see. */
export function markOf({ text }: Pick<DrillRequest, 'text'>): string {
  return /\(run ([\w-]+)\)/.exec(text)?.[1] ?? '?';
}

/** One run of a trial, with its own view of what arrived at the model and in the ledger. */
export class TrialRun {
  constructor(
    readonly lab: Lab,
    readonly trial: Trial,
    readonly mark: string,
    readonly handle: WorkflowHandle,
  ) {}

  private ending: Promise<RunResult> | undefined;

  /** Its end, asked for once. */
  result(): Promise<RunResult> {
    this.ending ??= this.handle.result() as Promise<RunResult>;
    return this.ending;
  }

  /** Leaves nothing behind that waits: a connection that is closed under a waiting call ends the process. */
  async abandon(): Promise<void> {
    await this.handle.terminate('the test is over').catch(() => undefined);
    await this.ending?.catch(() => undefined);
  }

  get requests(): DrillRequest[] {
    return this.lab.model.requests.filter((request) => markOf(request) === this.mark);
  }

  get entries(): string[] {
    return [...this.lab.ledger.entries.values()].filter(({ run }) => run === this.mark).map(({ entry }) => entry);
  }
}

/** Starts a run as a person does: one JSON object, no client code (I11). */
export async function begin(lab: Lab, trial: Trial, extra: Record<string, unknown> = {}): Promise<TrialRun> {
  const mark = randomUUID().slice(0, 8);
  const input = { team: 'trial', task: `Look around (run ${mark})`, ...trial.input, ...extra };
  const workflowId = `${trial.type}/trial/${mark}`;
  const handle = await lab.cadre.client.workflow.start(trial.type, { workflowId, taskQueue, args: [input] });
  return take(new TrialRun(lab, trial, mark, handle));
}

/** Makes the lab look after a run. */
export function take(run: TrialRun): TrialRun {
  run.lab.runs.push(run);
  return run;
}
