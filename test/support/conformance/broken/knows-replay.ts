import { sleep, workflowInfo } from '@temporalio/workflow';
import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

/** Does something else when it is replayed: works as long as the worker keeps it in memory. */
export const knowsReplay = brokenAgent(async (scope, fields) => {
  if (workflowInfo().unsafe.isReplaying) await sleep(1);
  return agentPattern.perform(scope, fields);
});
