import { bodyExcerpt, bodyToJson } from '../../contracts/body';
import type { Json, JsonObject } from '../../contracts/json';
import type { EndStatus, RunResult } from '../../contracts/run';
import { fitted } from './bounded';
import type { Run } from './run';
import type { Outcome } from './scope';

const partialBytes = 100_000;

/** The result of a run that came to an outcome. */
export function resultOf(run: Run, outcome: Outcome): RunResult {
  return fitted({
    ...common(run, outcome.status),
    output: bodyToJson(outcome.output),
    summary: outcome.stoppedBecause
      ? `${bodyExcerpt(outcome.output)} (${outcome.stoppedBecause})`
      : bodyExcerpt(outcome.output),
    ...(outcome.stoppedBecause !== undefined && { stoppedBecause: outcome.stoppedBecause }),
    ...(outcome.parts !== undefined && { parts: outcome.parts }),
    from: outcome.from,
    untrusted: outcome.untrusted,
    messageId: outcome.messageId,
    ...(outcome.private && { private: true as const }),
    ...(outcome.head !== undefined && { head: outcome.head }),
  });
}

/** The result of a run that was ended before it came to one: what is done so far, by path, and what it cost. */
export function partialResult(run: Run, status: EndStatus, because: string): RunResult {
  const finished = [...run.done.keys()];
  return fitted({
    ...common(run, status),
    output: finished.length > 0 ? { partial: partialOutputs(run) } : null,
    summary: `${because} Finished before: ${finished.length > 0 ? finished.join(', ') : 'nothing'}.`,
    stoppedBecause: because,
  });
}

function common(run: Run, status: EndStatus): Omit<RunResult, 'output' | 'summary'> {
  return {
    status,
    steps: run.budget.steps,
    usage: run.budget.used,
    agents: Object.fromEntries([...run.agents].map(([name, { steps, usage }]) => [name, { steps, usage }])),
    approvals: run.approvals.list(),
    failures: run.failures,
    artifacts: run.artifacts,
    auditHead: run.auditHead,
  };
}

function partialOutputs(run: Run): JsonObject {
  const outputs: Record<string, Json> = {};
  let bytes = 0;
  for (const [path, outcome] of run.done) {
    const value = bodyToJson(outcome.output);
    bytes += JSON.stringify(value).length;
    if (bytes > partialBytes) return { ...outputs, '…': 'more was finished; see the transcript' };
    outputs[path] = value;
  }
  return outputs;
}
