import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { JsonObject } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';
import type { RunResult } from '../../contracts/run';
import { schemaFindings } from '../../contracts/schema-findings';
import { agrees, answerJson, answersIn } from './answer';
import { amountOf, tableOf, taskOf } from './cases';
import type { CascadeModel } from './model';
import { type Checks, plausible, type Topology } from './topologies';
import { Trial } from './trial';
import { falseBy } from './work';

/** Starts a run and waits for its result; throws as the client does when the run failed. */
export type StartRun = (type: PatternName, input: JsonObject) => Promise<RunResult>;

/** How a run ended: with the right result; with a wrong one, as if it were right; or aloud, without claiming a result. */
export type End = 'right' | 'wrong' | 'stopped';

export interface Ran {
  end: End;
  calls: number;
  /** What checks decided: agents' judgements and what a schema let through or refused. */
  gates: { accepted: boolean; wrong: boolean }[];
  /** Steps besides the seeded one, and those of them that repeat the seeded claim. */
  others: number;
  repeated: number;
  /** The result itself claims it. */
  carried: boolean;
}

export interface TrialOptions {
  seed: number;
  number: number;
  topology: Topology;
  checks: Checks;
  /** Of the working steps. */
  reliability: number;
  /** One first answer is false on purpose. */
  isSeeded: boolean;
}

export async function runTrial(model: CascadeModel, start: StartRun, options: TrialOptions): Promise<Ran> {
  const { seed, number, topology, checks, reliability, isSeeded } = options;
  const kind = isSeeded ? 'seeded' : 'steps';
  const id = `${topology.name}-${kind}-${checks}-${seed}-${number}`;
  const trial = new Trial(id, [seed, topology.name, kind, number], reliability, isSeeded ? topology.seeded : null);
  const table = tableOf(seed, topology.name, number, topology.rows);
  model.trials.set(id, trial);
  const { type, fields } = topology.start(checks);
  const result = await startOrStop(start, type, { team: 'cascades', task: taskOf(id, table), ...fields });
  model.trials.delete(id);
  if (result && result.usage.modelCalls !== trial.calls)
    throw new Error(`${id}: ${result.usage.modelCalls} model calls in the result, ${trial.calls} at the model.`);
  const rows = table.map(({ row }) => row);
  const output = result?.status === 'completed' ? result.output : null;
  const claimed = new Set(answersIn(output).flatMap(({ claims }) => claims.map(({ about }) => about)));
  const isWhole = rows.every((row) => claimed.has(row));
  const wanted = /r\d+/.exec(topology.seeded)?.[0] ?? '';
  const falseAmount = table.filter(({ row }) => row === wanted).map((row) => amountOf(row) + falseBy)[0];
  const byOthers = trial.given.filter(({ item }) => agentOf(item) !== agentOf(topology.seeded));
  const liars = byOthers.filter(({ answer }) => answer.amounts.get(wanted) === falseAmount);
  return {
    end: !isWhole ? 'stopped' : agrees(output, table, rows) ? 'right' : 'wrong',
    calls: trial.calls,
    gates: [...trial.judgements, ...schemaGates(trial, options, table)],
    others: new Set(byOthers.map(({ item }) => item)).size,
    repeated: new Set(liars.map(({ item }) => item)).size,
    carried: answersIn(output).some(({ claims }) =>
      claims.some(({ about, value }) => about === wanted && value === falseAmount),
    ),
  };
}

/** In a swarm, where an item is a row and no agent's, the row. */
const agentOf = (item: string): string => item.split(':')[0] ?? item;

/** What a run says that a check has ended. Any other failure is a fault of the measurement, and ends that. */
const byCheck = /did not pass its check|No subtask of \S+ was accepted/;

async function startOrStop(start: StartRun, type: PatternName, input: JsonObject): Promise<RunResult | null> {
  try {
    return await start(type, input);
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : null;
    if (cause instanceof ApplicationFailure && byCheck.test(`${cause.message} ${JSON.stringify(cause.details)}`))
      return null;
    throw error;
  }
}

/** A schema judges before any agent does; what it lets through stands here only where no agent judges after it. */
function schemaGates(trial: Trial, { checks, topology }: TrialOptions, table: ReturnType<typeof tableOf>) {
  if (checks === 'bare') return [];
  const gates = trial.given
    .filter(({ item }) => topology.bySchema.test(item))
    .map(({ answer }) => {
      const output = answerJson(answer);
      return { accepted: schemaFindings(output, plausible).length === 0, wrong: !agrees(output, table, []) };
    });
  return checks === 'schema' ? gates : gates.filter(({ accepted }) => !accepted);
}
