import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

/** What has been decided can be decided again. */
export const decidesAgain = brokenAgent((scope, fields) => {
  const { approvals } = scope.run;
  const refusal = approvals.refusal.bind(approvals);
  approvals.refusal = (decision) => {
    const why = refusal(decision);
    return why?.includes('is already') ? null : why;
  };
  return agentPattern.perform(scope, fields);
});
