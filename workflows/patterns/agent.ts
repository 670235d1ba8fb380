/**
 * agent: one agent does the task.
 *
 *   task ──▶ model ──▶ tools ──▶ model … ──▶ answer
 *
 * Stops at its answer, its last step, its budget or its time. When no model of the agent answers, the agents named as
 * its fallback get the same task.
 */
import type { FailureRecord } from '../../contracts/failures';
import { CadreError, chainFailure, failures } from '../../contracts/failures';
import { field } from '../../contracts/pattern-fields';
import { errorOf, failureOf } from '../run/failure';
import type { Pattern } from '../run/registry';
import type { AgentFields } from '../run/answer-as';
import { answerOf } from '../run/answer-as';

export const agentPattern: Pattern<AgentFields> = {
  name: 'agent',
  about: 'One agent does the task.',
  fields: { agent: field.agent('The agent that does the task.', { needed: true, examples: ['jira'] }) },
  example: { task: 'Summarise what changed last week' },
  async perform(scope, { agent }) {
    const name = agent ?? Object.keys(scope.run.team.agents)[0];
    if (name === undefined) throw new CadreError('InvalidInput', 'The team has no agents.');
    const candidates = [name, ...(scope.run.team.agents[name]?.fallback ?? [])];
    let before: FailureRecord | null = null;
    for (const [index, candidate] of candidates.entries()) {
      try {
        return await answerOf(scope, candidate);
      } catch (error) {
        const failure = failureOf(error, { agent: candidate, path: scope.path });
        const another = candidates[index + 1];
        const chained: FailureRecord = before ? chainFailure(failure, before) : failure;
        if (another === undefined || failures[failure.kind].next !== 'fallback') throw errorOf(chained);
        scope.run.keepFailure(failure);
        before = chained;
        scope.run.note('fallback', another, scope.path, `takes over from ${candidate}: ${failure.message}`);
      }
    }
    throw new CadreError('ModelUnavailable', `No agent of ${candidates.join(', ')} answered.`);
  },
};
