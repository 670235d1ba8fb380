import type { Logger } from 'pino';
import { z } from 'zod';
import { CadreError } from '../../contracts/failures';
import type { Json, JsonObject, JsonSchema } from '../../contracts/json';
import type { Effect, Team } from '../../contracts/team';
import type { CallOrigin, Environment, ToolInvocation, ToolOutcome } from '../deps';
import type { Store } from '../stores';
import type { Roots } from './jail';

/** What a builtin tool gets besides its arguments. */
export interface BuiltinContext {
  /** Options of the tool source in the team, environment names filled in. */
  options: JsonObject;
  roots: Roots;
  /** The worker's environment: a tool that starts a program takes PATH from it and nothing unnamed. */
  env: Environment;
  store: Store;
  log: Logger;
  now: () => Date;
  signal: AbortSignal;
  team: Team;
  agent: string;
  run: ToolInvocation['run'];
  origin?: CallOrigin;
  idempotencyKey?: string;
}

/** What a tool answers. Without `sources` the result counts as coming from the tool itself (I8). */
export interface ToolReply {
  value: Json;
  isError?: boolean;
  /** Untrusted sources of the value, e.g. `file:notes.md`. */
  sources?: string[];
  artifacts?: NonNullable<ToolOutcome['artifacts']>;
}

/** A tool of ours, registered under a builtin's name. */
export interface BuiltinTool {
  name: string;
  description: string;
  input: JsonSchema;
  effect: Effect;
  /** Its words are our own: the result carries no untrusted source unless the reply names some. */
  trusted: boolean;
  /** Takes the idempotency key: a lost outcome may be asked for again. */
  keyed: boolean;
  run(args: JsonObject, context: BuiltinContext): Promise<ToolReply>;
}

interface ToolDefinition<Input> {
  name: string;
  description: string;
  input: z.ZodType<Input>;
  effect: Effect;
  trusted?: boolean;
  keyed?: boolean;
  execute(args: Input, context: BuiltinContext): Promise<ToolReply> | ToolReply;
}

/** Makes a builtin tool from its schema and its function; arguments are parsed before the function sees them. */
export function defineTool<Input>(definition: ToolDefinition<Input>): BuiltinTool {
  const { name, description, effect, trusted = false, keyed = false } = definition;
  return {
    name,
    description,
    effect,
    trusted,
    keyed,
    input: schemaOf(definition.input),
    run: async (args, context) => definition.execute(parseArguments(definition.input, name, args), context),
  };
}

function schemaOf(input: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' }) as JsonObject;
  return schema;
}

function parseArguments<Input>(schema: z.ZodType<Input>, name: string, args: JsonObject): Input {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  throw new CadreError('ToolFailed', `The arguments of ${name} do not fit its schema: ${problems.join('; ')}.`);
}
