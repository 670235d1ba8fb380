import { setCurrentDetails } from '@temporalio/workflow';
import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

/** Says that it is busy, and not with what. */
export const hidesItself = brokenAgent((scope, fields) => {
  scope.run.touch = () => setCurrentDetails('busy');
  return agentPattern.perform(scope, fields);
});
