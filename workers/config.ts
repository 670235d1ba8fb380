import path from 'node:path';

import { z } from 'zod';

import { makeRedactor } from '../activities/redact';
import { CadreError } from '../contracts/failures';
import { zones } from '../contracts/names';
import { loadConnection, type TemporalSettings } from './server/connection-settings';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything a process of Cadre is told from outside (contract §9). Paths are absolute. */
export interface Config {
  home: string;
  cwd: string;
  logLevel: LogLevel;
  logLevelGiven: boolean;
  separatedZones: readonly string[];
  keysDir: string;
  team: string | undefined;
  model: string | undefined;
  /** `--model` was given: it goes before whatever a team names. */
  modelForced: boolean;
  /** Folders with teams besides those of the working directory. */
  teamFolders: readonly string[];
  databaseUrl: string | undefined;
  /** How to reach Temporal, as the `temporal` CLI reads it; `configuredBy` is absent when nothing was said. */
  temporal: TemporalSettings;
  /** The environment as it was read, for `${NAME}` in teams, providers and the processes we start. */
  env: Readonly<Record<string, string | undefined>>;
}

const blankIsAbsent = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());

const zoneList = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.enum(zones)));

const settings = z.object({
  CADRE_HOME: optional(z.string()),
  CADRE_TEAM: optional(z.string()),
  CADRE_KEYS_DIR: optional(z.string()),
  CADRE_ZONES: optional(zoneList),
  CADRE_LOG_LEVEL: optional(z.enum(logLevels)),
  CADRE_MODEL: optional(z.string().regex(/^[a-z-]+(\/\S+)?$/, 'takes a provider, or provider/model')),
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'takes an address that begins with postgres://')),
  OPENAI_BASE_URL: optional(z.url({ protocol: /^https?$/, error: 'takes an http or https address' })),
});

/**
 * Reads the environment once. All faults are reported together as one `InvalidInput`; values are never printed, since
 * a misplaced value may be a key.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Config {
  const parsed = settings.safeParse(env);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${String(issue.path[0])} ${wording(issue)}`);
  let temporal: TemporalSettings | undefined;
  try {
    temporal = loadConnection({ env });
  } catch (error) {
    faults.push((error as Error).message);
  }
  if (!parsed.success || !temporal) {
    const list = faults.map((fault) => `\n  - ${fault}`).join('');
    throw new CadreError('InvalidInput', `The configuration has ${faults.length} fault(s):${list}`);
  }
  const values = parsed.data;
  const home = path.resolve(cwd, values.CADRE_HOME ?? '.cadre');
  return {
    home,
    cwd,
    logLevel: values.CADRE_LOG_LEVEL ?? 'info',
    logLevelGiven: values.CADRE_LOG_LEVEL !== undefined,
    separatedZones: values.CADRE_ZONES ?? [],
    keysDir: path.resolve(cwd, values.CADRE_KEYS_DIR ?? path.join(home, 'keys')),
    team: values.CADRE_TEAM,
    model: values.CADRE_MODEL,
    modelForced: false,
    teamFolders: [],
    databaseUrl: values.DATABASE_URL,
    temporal,
    env: { ...env },
  };
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `takes one of: ${issue.values.map(String).join(', ')}.`;
  return `${issue.message}.`;
}

/** Variables with which a provider would be found by itself. */
const providerVariables = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_GENERATIVE_AI_API_KEY',
  'OLLAMA_HOST',
];

/** The configuration with a model that goes before what teams name. `offline` leaves no key to be used by mistake. */
export function withModel(config: Config, model: string): Config {
  const offline = model === 'offline';
  const env = Object.entries(config.env).filter(([name]) => !offline || !providerVariables.includes(name));
  return { ...config, model, modelForced: true, env: { ...Object.fromEntries(env), CADRE_MODEL: model } };
}

/** Whether the person has not asked for plain output (https://no-color.org). */
export function coloursWanted(env: NodeJS.ProcessEnv = process.env): boolean {
  return !env['NO_COLOR'];
}

/** The configuration as lines for people: what is set, and of secrets only that they are set. */
export function describeConfig(config: Config): { name: string; value: string }[] {
  const redact = makeRedactor({});
  const secrets = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'TEMPORAL_API_KEY'];
  return [
    { name: 'CADRE_HOME', value: path.relative(config.cwd, config.home) || '.' },
    { name: 'CADRE_LOG_LEVEL', value: config.logLevel },
    { name: 'CADRE_ZONES', value: config.separatedZones.join(',') || '(all share one queue)' },
    { name: 'CADRE_MODEL', value: config.model ?? '(as the team says)' },
    { name: 'DATABASE_URL', value: redact(config.databaseUrl ?? '(embedded database)') },
    {
      name: 'TEMPORAL_ADDRESS',
      value: config.temporal.configuredBy ? config.temporal.connection.address : '(own development server)',
    },
    { name: 'TEMPORAL_NAMESPACE', value: config.temporal.namespace },
    ...secrets.map((name) => ({ name, value: config.env[name] ? 'set (redacted)' : '(not set)' })),
  ];
}
