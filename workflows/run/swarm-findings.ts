import { bodyToJson } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import type { RoleDeclaration } from '../../contracts/pattern-declaration';
import { joinUntrusted } from '../../contracts/untrusted';
import type { Outcome, Scope } from './scope';
import { outcomeOf } from './scope';
import type { OpenTask, SwarmBoard } from './swarm-board';

/** What a member of a swarm gives at the end of a claim. */
export const findingRole: RoleDeclaration = {
  ask: 'Give what you found now. Name further tasks only where the board needs them.',
  schema: {
    type: 'object',
    properties: {
      finding: { description: 'What you found or did: text or data' },
      tasks: {
        type: 'array',
        maxItems: 8,
        description: 'Further tasks for the board, each complete in itself; none if there is nothing more to do',
        items: {
          type: 'object',
          properties: {
            task: { type: 'string', minLength: 1, description: 'What is to be done' },
            needs: { type: 'array', items: { type: 'string' }, maxItems: 8, description: 'Capabilities it takes' },
          },
          required: ['task'],
          additionalProperties: false,
        },
      },
    },
    required: ['finding'],
    additionalProperties: false,
  },
};

/** Tasks that a finding asks for. */
export function furtherTasks({ output }: Outcome): OpenTask[] {
  const answer = bodyToJson(output);
  const tasks = isJsonObject(answer) ? answer['tasks'] : undefined;
  return Array.isArray(tasks) ? (tasks as unknown as OpenTask[]) : [];
}

function findingOf({ output }: Outcome): Json {
  const answer = bodyToJson(output);
  return isJsonObject(answer) && answer['finding'] !== undefined ? answer['finding'] : answer;
}

/** All findings and who did what; partial when something was left. Throws when nothing was finished. */
export function conclude(scope: Scope, board: SwarmBoard, idle: boolean): Outcome {
  const done = board.withState('done');
  const left = board.tasks.filter(({ state }) => state !== 'done');
  if (done.length === 0) {
    const cause = left.map(({ failure }) => failure).find((failure) => failure !== null);
    const broke = cause?.kind === 'BudgetExhausted' ? ('BudgetExhausted' as const) : ('QuorumNotReached' as const);
    throw new CadreError(broke, `The swarm ${scope.path} finished none of its ${board.tasks.length} tasks.`, {
      path: scope.path,
      ...(cause && { cause }),
    });
  }
  const faults = [
    ...(idle ? ['nothing was finished for too long'] : []),
    ...left.map(({ id, state }) => `task ${id} is ${state}`),
    ...(board.refused.length > 0 ? [`${board.refused.length} tasks were not taken onto the board`] : []),
  ];
  const outcomes = done.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const findings = done.map(({ id, task, by, outcome }) => ({
    id,
    task,
    by,
    finding: outcome ? findingOf(outcome) : null,
  }));
  return outcomeOf({
    status: left.length > 0 || idle ? 'partial' : 'completed',
    output: { inline: { findings } },
    from: 'swarm',
    untrusted: joinUntrusted([scope.untrusted, ...outcomes.map(({ untrusted }) => untrusted)]),
    ...(outcomes.some((outcome) => outcome.private) && { private: true as const }),
    parts: board.view(),
    ...(faults.length > 0 && { stoppedBecause: faults.join('; ') }),
  });
}
