import { agentPattern } from '../../../../workflows/patterns/agent';
import { converse } from '../../../../workflows/run/agent-loop';
import { openConversation, opening } from '../../../../workflows/run/talk';
import { brokenAgent } from './broken-agent';

/** Asks a model whose answer nobody uses: money for nothing. */
export const asksTwice = brokenAgent(async (scope, fields) => {
  await converse(openConversation(scope, 'north'), opening(scope), { role: 'agent' });
  return agentPattern.perform(scope, fields);
});
