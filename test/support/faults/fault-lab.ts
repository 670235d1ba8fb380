import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openStore, type AuditRow, type Store } from '../../../activities/stores';
import type { FailureRecord } from '../../../contracts/failures';
import type { PatternName } from '../../../contracts/names';
import type { RunResult } from '../../../contracts/run';
import { Harness } from '../harness';
import { startModelServer, type ModelServer, type SeenRequest, type ServerReply } from '../model-server';
import { textsOf } from './history-texts';
import { wires, type Wire } from './wires';

export const modelKey = 'sk-fault-4f1c7a90b2d8e6';

/** A request of one case, as it reached the HTTP server: the oracle. */
export interface FaultRequest extends SeenRequest {
  agent: string;
  /** Model as the wire names it, e.g. `main-1`. */
  model: string;
}
/** What the server answers to the n-th request (from 0) of a case. The last reply of a list serves all that follow. */
export type Script = readonly ServerReply[] | ((request: FaultRequest, n: number) => ServerReply);

/** A run that has ended, with everything that was asked of the models on its account. */
export interface EndedRun {
  workflowId: string;
  requests: FaultRequest[];
  /** The result, of a failed run too. */
  result: RunResult;
  /** What the run failed with, or null. */
  failure: FailureRecord | null;
}
interface Case {
  script: Script;
  requests: FaultRequest[];
}

/** One worker, one model server per protocol, and the same team once per wire; runs are told apart by a word of their task. */
export class FaultLab {
  private store: Store | null = null;

  private constructor(
    readonly cadre: Harness,
    private readonly cases: Map<string, Case>,
    private readonly servers: readonly ModelServer[],
  ) {}

  static async start(): Promise<FaultLab> {
    const cases = new Map<string, Case>();
    const script = (seen: SeenRequest): ServerReply => replyTo(cases, seen);
    const openai = await startModelServer({ protocol: 'openai', script });
    const anthropic = await startModelServer({ protocol: 'anthropic', script });
    const cadre = await Harness.start({
      withoutWorker: true,
      env: {
        FAULT_MODEL_KEY: modelKey,
        FAULT_OPENAI_URL: openai.baseUrl,
        FAULT_ANTHROPIC_URL: anthropic.baseUrl,
      },
    });
    writeTeams(cadre.folder);
    await cadre.startWorker();
    return new FaultLab(cadre, cases, [openai, anthropic]);
  }

  /** Starts a run of the wire's team whose models answer by `script`. */
  async start(wire: Wire, script: Script, node: { pattern?: PatternName } & Record<string, unknown>): Promise<OpenRun> {
    const { pattern = 'agent', ...fields } = node;
    const name = `fault-${randomUUID().slice(0, 8)}`;
    const requests: FaultRequest[] = [];
    this.cases.set(name, { script, requests });
    const handle = await this.cadre.start(pattern, { team: wire.name, task: `Look into it [${name}]`, ...fields });
    return { handle, requests, ended: () => endOf(handle, requests) };
  }

  async run(wire: Wire, script: Script, node: Parameters<FaultLab['start']>[2]): Promise<EndedRun> {
    return (await this.start(wire, script, node)).ended();
  }

  /** The audit trail of a run, read from the store's file by a connection of our own. */
  async audit(workflowId: string): Promise<AuditRow[]> {
    this.store ??= await openStore({ file: path.join(this.cadre.config.home, 'cadre.db') });
    const { runId } = await this.cadre.client.workflow.getHandle(workflowId).describe();
    return this.store.audit.list(`${workflowId}#${runId}`);
  }

  /** All texts of a run's history as the CLI shows it, with its payloads decoded. */
  async historyTexts(workflowId: string): Promise<string> {
    return textsOf(await this.cadre.historyJson(workflowId));
  }

  async close(): Promise<void> {
    await this.cadre.stopWorker();
    await this.store?.close();
    await Promise.all(this.servers.map((server) => server.close()));
    await this.cadre.close();
  }
}

export interface OpenRun {
  handle: WorkflowHandle;
  requests: FaultRequest[];
  ended(): Promise<EndedRun>;
}

async function endOf(handle: WorkflowHandle, requests: FaultRequest[]): Promise<EndedRun> {
  const { workflowId } = handle;
  try {
    return { workflowId, requests, result: (await handle.result()) as RunResult, failure: null };
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure)) throw error;
    const [failure, result] = (cause.details ?? []) as [FailureRecord, RunResult];
    return { workflowId, requests, result, failure };
  }
}

function replyTo(cases: ReadonlyMap<string, Case>, seen: SeenRequest): ServerReply {
  const text = JSON.stringify(seen.body);
  const found = cases.get(/\[(fault-[0-9a-f]{8})\]/.exec(text)?.[1] ?? '');
  if (!found) return { kind: 'status', status: 418, message: 'No case of this test asks for that.' };
  const request = Object.assign(seen, {
    agent: /You are agent (\w+)/.exec(text)?.[1] ?? '?',
    model: String(seen.body['model']),
  });
  const { script, requests } = found;
  const n = requests.push(request) - 1;
  const reply = typeof script === 'function' ? script(request, n) : script[Math.min(n, script.length - 1)];
  return reply ?? { kind: 'status', status: 418, message: 'The script of this case is empty.' };
}

/** The same team for each wire: only provider, address and way of answering differ. */
function writeTeams(folder: string): void {
  const source = readFileSync(path.join(__dirname, '..', 'teams', 'faults', 'team.yaml'), 'utf8');
  for (const { name, provider, protocol, stream } of wires) {
    const text = source
      .replace('name: faults', `name: ${name}`)
      .replaceAll('provider: openai-compatible', `provider: ${provider}`)
      .replaceAll('FAULT_MODEL_URL', `FAULT_${protocol.toUpperCase()}_URL`)
      .replaceAll('stream: false', `stream: ${stream}`);
    const place = path.join(folder, 'agents', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'team.yaml'), text);
  }
}
