import { finish } from './drive';
import { begin, type Lab } from './lab';
import { expectDone } from './finishes';
import type { Trial } from './trials';

/**
 * On a server that suggests to continue as new after a few events: the same result, and nothing asked twice. Returns how
 * many runs the chain had.
 */
export async function continues(lab: Lab, trial: Trial): Promise<number> {
  const run = await begin(lab, trial);
  expectDone(run, await finish(run));
  let runs = 0;
  const { workflowId } = run.handle;
  const { client } = lab.cadre;
  for (let runId = (await client.workflow.getHandle(workflowId).describe()).runId; runId !== '';) {
    runs += 1;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  }
  return runs;
}
