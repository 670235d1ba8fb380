import { z } from 'zod';
import type { Json } from '../json';
import { patternNames, type PatternName } from '../names';
import { hintFor } from './nearest-name';
import { duration } from './duration';
import { pathText, type ShapeFault } from './explain-issues';
import { patternFields } from './node';
import { parseShape } from './parse-shape';
import { budget, givenName, jsonObject, shortText, text } from './values';

const common = {
  team: z
    .union([shortText, jsonObject])
    .meta({
      description: 'Name of a team, or a team written inline (which can never be elevated).',
      examples: ['daily-report'],
    })
    .exactOptional(),
  task: text
    .meta({
      description: 'What the run shall do. Optional when the composition brings a task.',
      examples: ['Report on yesterday'],
    })
    .exactOptional(),
  input: jsonObject
    .meta({ description: 'Data for the task; {{input.<field>}} stands for it.', examples: [{ date: '2026-03-22' }] })
    .exactOptional(),
  background: text.meta({ description: 'What the agents should know besides the task.' }).exactOptional(),
  budget: budget.exactOptional(),
  timeout: duration.meta({ description: 'Seconds, or text such as "30m" or "2h".', examples: ['30m'] }).exactOptional(),
  priority: z.int().min(1).max(5).meta({ description: '1 is highest, 5 lowest; 3 by default.' }).exactOptional(),
  fairnessKey: z.string().min(1).max(64).meta({ description: 'Runs with different keys get their turns fairly.' }).exactOptional(),
  privacy: z
    .enum(['public', 'private'])
    .meta({ description: 'private: what is in the input reaches only local models and tools.' })
    .exactOptional(),
  requestedBy: shortText.meta({ description: 'Who asks: a claim. They cannot decide their own approvals.' }).exactOptional(),
};
const ownComposition = {
  composition: givenName
    .meta({ description: "Composition of the team that fills in what is left out; needed when it has several of this type." })
    .exactOptional(),
};
const own = { ...common, ...ownComposition };
/** One object for each workflow type (contract §3). */
export const inputSchemas = Object.fromEntries(
  patternNames.map((name) => [name, z.strictObject({ ...(name === 'compose' ? common : own), ...patternFields[name] })]),
) as unknown as Record<PatternName, z.ZodObject>;

export type CommonInput = z.infer<z.ZodObject<typeof common>>;
/** A parsed input; the own fields of its type are those of the node of that pattern. */
export type ParsedInput = CommonInput & { [ownField: string]: unknown; composition?: unknown; agent?: unknown };

export type InputOutcome = { ok: true; value: ParsedInput } | { ok: false; problems: string[] };

/** Parses what a person typed. Problems are whole sentences, all of them. Never throws. */
export function parseInput(type: PatternName, given: Json): InputOutcome {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { ok: false, problems: [`The input of "${type}" must be one JSON object, such as {"task": "…"}.`] };
  }
  const schema = inputSchemas[type] as unknown as z.ZodType<ParsedInput>;
  const parsed = parseShape(schema, given);
  if (parsed.ok) return { ok: true, value: parsed.value };
  return { ok: false, problems: parsed.faults.map((fault) => sentenceOf(`input of "${type}"`, fault)) };
}

/** `The input of "supervisor" has an unknown field "speciallists"; did you mean "specialists"?` */
export function sentenceOf(what: string, { path, message, hint }: ShapeFault): string {
  const end = hint === undefined ? '.' : hint.endsWith('?') ? `; ${hint}` : ` (${hint}).`;
  if (message === 'is an unknown key') {
    const owner = path.length === 1 ? `The ${what}` : `"${pathText(path.slice(0, -1))}"`;
    return `${owner} has an unknown field "${path.at(-1) ?? ''}"${end}`;
  }
  return `${path.length === 0 ? `The ${what}` : `"${pathText(path)}"`} ${message}${end}`;
}

/** Says which workflow types there are when a name is none of them. */
export function unknownTypeSentence(type: string): string {
  return `There is no workflow type "${type}" (${hintFor(type, patternNames, 'types')}).`;
}
