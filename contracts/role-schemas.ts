import type { CoreRole, Role } from './activities';
import { CadreError } from './failures';
import type { JsonSchema } from './json';
import { own } from './own';
import type { RoleDeclaration } from './pattern-declaration';
import { patternTable } from './pattern-table';

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
const coreRoles: Readonly<Record<Exclude<CoreRole, 'agent' | 'synthesis'>, RoleDeclaration>> = {
  plan: {
    ask: 'Plan now: split the task into independent tasks, each complete in itself, one for each specialist that is needed. Use as few as will do.',
    schema: shape({ tasks: list(delegation, 'Independent tasks, one specialist each', 16), note: text('Remarks') }, [
      'tasks',
    ]),
  },
  review: {
    ask: 'Review now: give one verdict for each subtask. Accept what fulfils its task; otherwise retry with feedback, reassign, or drop it, and say why.',
    schema: shape(
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
  },
  sufficiency: {
    ask: 'Judge now whether the results are enough to fulfil the task. Name what is missing, and tasks that would close the gaps.',
    schema: shape(
      {
        sufficient: { type: 'boolean', description: 'Whether the results are enough to fulfil the task' },
        reason: text('Why, in a sentence'),
        missing: list(text('Something that is missing'), 'What is missing', 16),
        tasks: list(delegation, 'Further tasks that would close the gaps', 16),
      },
      ['sufficient', 'reason'],
    ),
  },
  route: {
    ask: 'Choose now the one route that fits the task best, and say how sure you are. Name as alternatives the other routes that would do it as well or nearly, each with how sure. Choose by fit alone, however busy a route is.',
    schema: shape(
      {
        route: text('Name of the chosen route'),
        confidence: { ...score, description: 'How sure the choice is, 0 to 1' },
        reason: text('Why, in a sentence'),
        alternatives: list(
          shape(
            {
              route: text('Name of another route that would do the task'),
              confidence: { ...score, description: 'How sure that is, 0 to 1' },
            },
            ['route', 'confidence'],
          ),
          'Other routes that would do the task; empty when none would',
          8,
        ),
        capabilities: list(text('A capability'), 'Capabilities of the route that the task asks for', 16),
      },
      ['route', 'confidence', 'reason'],
    ),
    chooses: 'route',
  },
  score: {
    ask: 'Judge the draft now against its goal: a score from 0 to 1 and the problems, each with where it is and how to mend it.',
    schema: shape(
      {
        score: { ...score, description: 'How well the draft reaches the goal, 0 to 1' },
        problems: list(text('One problem, with where it is and how to mend it'), 'Problems found', 32),
      },
      ['score', 'problems'],
    ),
  },
  merge: {
    ask: 'Merge the results now into one. Keep what they agree on, and name every contradiction with both sides.',
    schema: shape(
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
  },
};

const patternRoles: Readonly<Record<string, RoleDeclaration>> = Object.assign(
  {},
  ...Object.values(patternTable).map(({ roles = {} }) => roles),
) as Record<string, RoleDeclaration>;

/** What a role asks for; undefined for `agent` and `synthesis`. Throws `InternalError` for a role that nobody declares. */
export function roleNamed(role: Role): RoleDeclaration | undefined {
  if (role === 'agent' || role === 'synthesis') return undefined;
  const found = own(coreRoles as Readonly<Record<string, RoleDeclaration>>, role) ?? own(patternRoles, role);
  if (!found) throw new CadreError('InternalError', `No pattern declares the role "${role}".`);
  return found;
}

/** The schema of a role's answer, with the names it may choose among filled in. */
export function roleSchema(role: Role, choices: readonly { name: string }[] = []): JsonSchema | undefined {
  const declared = roleNamed(role);
  if (!declared) return undefined;
  const names = choices.map((choice) => choice.name);
  if (names.length === 0) return declared.schema;
  const key = declared.chooses ?? 'agent';
  return JSON.parse(JSON.stringify(declared.schema), (name, value: unknown) =>
    name === key && typeof value === 'object' && value !== null && 'type' in value ? { ...value, enum: names } : value,
  ) as JsonSchema;
}
