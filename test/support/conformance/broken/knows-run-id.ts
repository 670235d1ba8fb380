import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

/** Its paths hold Temporal's run id, which a reset changes: the same effect gets another key. */
export const knowsRunId = brokenAgent((scope, fields) =>
  agentPattern.perform({ ...scope, path: `${scope.path}/${scope.run.info.runId}` }, fields),
);
