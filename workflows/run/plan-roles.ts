import type { JsonSchema } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { RoleDeclaration } from '../../contracts/pattern-declaration';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const ids = (description: string): JsonSchema => ({
  type: 'array',
  items: { type: 'string' },
  description,
  maxItems: 64,
});
const shape = (properties: Record<string, JsonSchema>, required: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const tasks: JsonSchema = {
  type: 'array',
  description: 'Tasks, each complete in itself',
  maxItems: limits.maxFanOut,
  items: shape(
    {
      id: text('Short id of the task, such as "api"'),
      agent: text('Name of the specialist that gets it'),
      task: text('What this specialist is to do, complete in itself'),
      dependsOn: ids('Ids of the tasks whose results it needs; none when it can begin at once'),
    },
    ['id', 'agent', 'task'],
  ),
};

/** What a planner is asked: for a plan, and for another look at it. */
export const planRoles: Record<'dag' | 'replan', RoleDeclaration> = {
  dag: {
    ask: 'Plan now: split the task into tasks, one specialist each, and say which results each needs from others. What needs nothing runs at once; use as few as will do.',
    schema: shape({ tasks, note: text('Remarks') }, ['tasks']),
  },
  replan: {
    ask: 'Look at the plan as it stands. List every task that is still to be done from now on: those to keep as they are, those to change, new ones. Finished tasks stay and may be needed by others; running ones go on unless "callOff" names them; what you leave out is given up.',
    schema: shape({ reason: text('What is changed and why'), tasks, callOff: ids('Running tasks to call off') }, [
      'reason',
      'tasks',
    ]),
  },
};
