import { defineQuery, setHandler } from '@temporalio/workflow';
import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

/** A query that has nothing to say throws instead of saying so. */
export const throwsInQuery = brokenAgent((scope, fields) => {
  setHandler(defineQuery('plan'), () => {
    throw new Error('there is no plan');
  });
  return agentPattern.perform(scope, fields);
});
