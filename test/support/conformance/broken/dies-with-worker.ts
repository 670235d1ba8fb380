import { agentPattern } from '../../../../workflows/patterns/agent';
import { modelCallOptions } from '../../../../workflows/run/activities';
import { brokenAgent } from './broken-agent';

/** A lost attempt is its last one. */
export const diesWithWorker = brokenAgent((scope, fields) => {
  modelCallOptions.retry = { maximumAttempts: 1 };
  return agentPattern.perform(scope, fields);
});
