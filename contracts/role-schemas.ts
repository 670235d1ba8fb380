import type { Role } from './activities';
import type { JsonSchema } from './json';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const list = (items: JsonSchema, description: string, maxItems: number): JsonSchema => ({
  type: 'array',
  items,
  description,
  maxItems,
});
const shape = (properties: Record<string, JsonSchema>, required: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const score: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };

const delegation = shape(
  {
    agent: text('Name of the specialist that gets the task'),
    task: text('What this specialist is to do, complete in itself'),
    reason: text('Why this specialist'),
  },
  ['agent', 'task'],
);

/** Answers whose shape is the engine's own. `agent` and `synthesis` take the agent's declared output instead. */
export const roleSchemas: Readonly<Record<Exclude<Role, 'agent' | 'synthesis'>, JsonSchema>> = {
  plan: shape({ tasks: list(delegation, 'Independent tasks, one specialist each', 16), note: text('Remarks') }, [
    'tasks',
  ]),
  review: shape(
    {
      verdicts: list(
        shape(
          {
            subtask: text('Id of the subtask'),
            verdict: { type: 'string', enum: ['accept', 'retry', 'reassign', 'drop'] },
            reason: text('Why, in a sentence'),
            agent: text('For reassign: the specialist that gets it'),
            feedback: text('For retry: what to do differently'),
          },
          ['subtask', 'verdict', 'reason'],
        ),
        'One verdict for each subtask',
        64,
      ),
    },
    ['verdicts'],
  ),
  sufficiency: shape(
    {
      sufficient: { type: 'boolean', description: 'Whether the results are enough to fulfil the task' },
      reason: text('Why, in a sentence'),
      missing: list(text('Something that is missing'), 'What is missing', 16),
      tasks: list(delegation, 'Further tasks that would close the gaps', 16),
    },
    ['sufficient', 'reason'],
  ),
  route: shape(
    {
      route: text('Name of the chosen route'),
      confidence: { ...score, description: 'How sure the choice is, 0 to 1' },
      reason: text('Why, in a sentence'),
    },
    ['route', 'confidence', 'reason'],
  ),
  score: shape(
    {
      score: { ...score, description: 'How well the draft reaches the goal, 0 to 1' },
      problems: list(text('One problem, with where it is and how to mend it'), 'Problems found', 32),
    },
    ['score', 'problems'],
  ),
  merge: shape(
    {
      merged: { description: 'The merged result' },
      conflicts: list(
        shape(
          {
            about: text('What the branches disagree about'),
            sides: list(
              shape({ from: text('Branch'), claim: text('What it says') }, ['from', 'claim']),
              'Both sides',
              16,
            ),
          },
          ['about', 'sides'],
        ),
        'Contradictions between branches',
        32,
      ),
      unresolved: list(text('A question left open'), 'Questions left open', 32),
    },
    ['merged', 'conflicts'],
  ),
};

/** The schema of a role's answer, with the names it may choose among filled in. */
export function roleSchema(role: Role, choices: readonly { name: string }[] = []): JsonSchema | undefined {
  if (role === 'agent' || role === 'synthesis') return undefined;
  const names = choices.map((choice) => choice.name);
  if (names.length === 0) return roleSchemas[role];
  const key = role === 'route' ? 'route' : 'agent';
  return JSON.parse(JSON.stringify(roleSchemas[role]), (name, value: unknown) =>
    name === key && typeof value === 'object' && value !== null && 'type' in value ? { ...value, enum: names } : value,
  ) as JsonSchema;
}
