import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { CadreError } from '../../contracts/failures';
import type { Json, JsonObject } from '../../contracts/json';

export const scriptFaultKinds = [
  '429',
  '5xx',
  'auth',
  'refused',
  'overflow',
  'timeout',
  'truncated',
  'malformed',
  'tool-storm',
] as const;

const json: z.ZodType<Json> = z.json();
const count = z.number().int().min(1);

const reply = z.strictObject({
  text: z.string().optional(),
  output: json.optional(),
  toolCalls: z.array(z.strictObject({ name: z.string(), args: json.default({}) })).optional(),
  finish: z.enum(['stop', 'tool-calls', 'length', 'content-filter', 'other']).optional(),
});

const entry = z.strictObject({
  /** Whose call this is; each given member must fit. */
  agent: z.string().optional(),
  path: z.string().optional(),
  role: z.string().optional(),
  /** Number of the step in its conversation, from 0: the same before and after a restart. */
  step: z.number().int().min(0).optional(),
  /** The agent's n-th call of the run, from 1, counted over its conversations. */
  call: count.optional(),
  /** Part of what was said since the model's last answer, or `/pattern/flags`. */
  match: z.string().optional(),
  reply: reply.default({}),
  fault: z
    .strictObject({
      kind: z.enum(scriptFaultKinds),
      retryAfterMs: z.number().min(0).optional(),
      times: count.default(1),
    })
    .optional(),
  delayMs: z.number().min(0).max(600_000).default(0),
  usage: z
    .strictObject({
      inputTokens: z.number().min(0),
      outputTokens: z.number().min(0),
      cachedInputTokens: z.number().min(0).default(0),
    })
    .optional(),
  /** Not missed when it never comes. */
  optional: z.boolean().default(false),
  /** Serves any number of calls instead of one. */
  repeat: z.boolean().default(false),
});

const script = z.strictObject({
  calls: z.array(entry).max(10_000),
  /** A folder that remembers what was used, for runs that go on in another process; see `ScriptState`. */
  state: z.string().optional(),
});

/** What a person writes. */
export type ScriptInput = z.input<typeof script>;
export type ScriptEntry = z.output<typeof entry>;
export type ScriptDefinition = z.output<typeof script>;
export type ScriptFault = NonNullable<ScriptEntry['fault']>;
export type ScriptToolCall = { name: string; args: JsonObject };

/** Checks a script. Throws `InvalidTeam` naming every fault. */
export function parseScript(input: unknown, name: string): ScriptDefinition {
  const outcome = script.safeParse(input);
  if (outcome.success) return outcome.data;
  const faults = outcome.error.issues.map((issue) => `${issue.path.join('.') || 'the script'}: ${issue.message}`);
  throw new CadreError('InvalidTeam', `The script ${name} of a scripted model has faults: ${faults.join('; ')}.`);
}

/** Reads a script file (YAML or JSON). Throws `InvalidTeam` without quoting the file. */
export function readScriptFile(file: string): ScriptDefinition {
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(file, 'utf8'));
  } catch {
    throw new CadreError('InvalidTeam', `The script ${file} of a scripted model cannot be read as YAML or JSON.`);
  }
  return parseScript(parsed, file);
}
