import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

const key = defineSearchAttributeKey('CadrePattern', SearchAttributeType.KEYWORD);

/** Upserts a search attribute without asking whether the namespace has it. */
export const insistsOnAttributes = brokenAgent((scope, fields) => {
  upsertSearchAttributes([{ key, value: 'agent' }]);
  return agentPattern.perform(scope, fields);
});
