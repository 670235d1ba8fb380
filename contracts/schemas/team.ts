import { z } from 'zod';
import { isJsonObject } from '../json';
import { limits } from '../limits';
import { zones } from '../names';
import { effects, providerNames } from '../team';
import { duration } from './duration';
import { nodeSchema } from './node';
import { withImpliedTag, withShortForm } from './shape-forms';
import { budget, count, givenName, jsonObject, jsonSchema, jsonValue, shortText, text } from './values';

const price = z.number().min(0).max(10_000);
const model = z
  .strictObject({
    provider: z.enum(providerNames),
    model: shortText.exactOptional(),
    baseUrl: shortText.exactOptional(),
    apiKey: shortText.meta({ description: 'Only as ${ENV_NAME}: the team is recorded in history.' }).exactOptional(),
    tier: z.enum(['small', 'mid', 'high']).exactOptional(),
    locality: z.enum(['local', 'remote']).exactOptional(),
    usdPerMillionTokens: z.strictObject({ input: price, cachedInput: price.exactOptional(), output: price }).exactOptional(),
    temperature: z.number().min(0).max(2).exactOptional(),
    seed: z.int().exactOptional(),
    maxOutputTokens: count(1_000_000).exactOptional(),
    timeout: duration.exactOptional(),
    stream: z.boolean().exactOptional(),
    structuredOutput: z.enum(['json_schema', 'json_object', 'prompt']).exactOptional(),
    script: shortText.exactOptional(),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) }));

const texts = z.record(z.string(), z.string().max(10_000));
const patterns = z.array(z.string().min(1).max(200)).max(256);
const sourceCommon = {
  zone: z.enum(zones).exactOptional(),
  effects: z.record(z.string().min(1).max(200), z.enum(effects)).exactOptional(),
  keyed: patterns.exactOptional(),
  trusted: patterns.exactOptional(),
  timeout: duration.exactOptional(),
};
const operation = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: shortText,
  description: shortText,
  input: jsonSchema,
  keyHeader: shortText.exactOptional(),
});
const mcpSource = z.strictObject({
  mcp: z.strictObject({
    command: shortText.exactOptional(),
    args: z.array(z.string().max(10_000)).max(256).exactOptional(),
    env: texts.exactOptional(),
    url: shortText.exactOptional(),
    headers: texts.exactOptional(),
  }),
  ...sourceCommon,
});
const httpSource = z.strictObject({
  http: z.strictObject({
    baseUrl: shortText,
    headers: texts.exactOptional(),
    operations: z.record(givenName, operation),
  }),
  ...sourceCommon,
});
/** All further keys of a builtin are its own options. */
const builtinSource = z.object({ builtin: givenName, ...sourceCommon }).catchall(jsonValue);

/** Told apart by the key that names the kind; without one, all three are named in the fault. */
const toolSource = withShortForm(
  z.discriminatedUnion('kind', [
    withImpliedTag('kind', mcpSource.extend({ kind: z.literal('mcp') })),
    withImpliedTag('kind', httpSource.extend({ kind: z.literal('http') })),
    withImpliedTag('kind', builtinSource.extend({ kind: z.literal('builtin') })),
  ]),
  (value) => {
    if (!isJsonObject(value) || value['kind'] !== undefined) return value;
    const kind = ['mcp', 'http', 'builtin'].find((key) => Object.hasOwn(value, key));
    return kind === undefined ? value : { ...value, kind };
  },
);

/** One name, or a list of them. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item).max(64), item]).transform((value) => (Array.isArray(value) ? value : [value]) as z.output<T>[]);
const breaker = z
  .strictObject({
    failureThreshold: count(1000),
    recoveryTimeout: duration,
    fallback: shortText.exactOptional(),
  })
  .transform(({ recoveryTimeout, fallback, failureThreshold }) => ({
    failureThreshold,
    recoveryTimeoutMs: recoveryTimeout,
    fallback: fallback ?? 'escalate_to_human',
  }));
const subscription = withShortForm(
  z.strictObject({
    subject: shortText,
    action: text.exactOptional(),
    emits: z.array(shortText).max(64).exactOptional(),
    allOf: z.array(shortText).max(64).exactOptional(),
    ordered: z.boolean().exactOptional(),
    attempts: count(20).exactOptional(),
  }),
  (value) => (typeof value === 'string' ? { subject: value } : value),
  [{ type: 'string', minLength: 1, description: 'A subject.' }],
);

const tags = z.array(shortText).max(256);
const agentFields = {
  description: shortText.meta({ description: 'What a router and a planner read.' }).exactOptional(),
  instructions: text.meta({ description: 'Text, or a file of the team such as instructions/jira.md.' }).exactOptional(),
  model: listOf(givenName).meta({ description: 'Models, tried in order.' }).exactOptional(),
  tools: listOf(shortText).meta({ description: '`source.tool`, `source.pattern*`, or an alias.' }).exactOptional(),
  capabilities: z.array(shortText).max(64).exactOptional(),
  trust: z.enum(['read-only', 'elevated']).exactOptional(),
  exposure: z.enum(['internal', 'external']).exactOptional(),
  privacy: z.enum(['public', 'private']).exactOptional(),
  queue: givenName.exactOptional(),
  memory: z.strictObject({ read: tags.exactOptional(), write: tags.exactOptional() }).exactOptional(),
  output: z.union([jsonSchema, shortText]).meta({ description: 'JSON Schema, inline or a file of the team.' }).exactOptional(),
  budget: budget.exactOptional(),
  maxSteps: count(limits.maxRunSteps).exactOptional(),
  timeout: duration.exactOptional(),
  fallback: listOf(givenName).exactOptional(),
  circuitBreaker: breaker.exactOptional(),
  maxConcurrency: count(1000).exactOptional(),
  skills: listOf(shortText).exactOptional(),
  acceptsDelegationFrom: listOf(givenName).exactOptional(),
  consults: z.array(z.strictObject({ agent: givenName, for: text })).max(64).exactOptional(),
  notifies: z.array(z.strictObject({ agent: givenName, when: text })).max(64).exactOptional(),
  eventSubscriptions: z.array(subscription).max(64).exactOptional(),
  peerChannels: z.array(shortText).max(64).exactOptional(),
  meetingAvailability: jsonValue.exactOptional(),
};
const agentSpec = z.strictObject({ ...agentFields, name: givenName.exactOptional() });
const namedAgent = z.strictObject({ ...agentFields, name: givenName });

const defaults = z.strictObject({
  model: agentFields.model,
  maxSteps: agentFields.maxSteps,
  timeout: duration.exactOptional(),
  budget: budget.exactOptional(),
  exposure: agentFields.exposure,
  privacy: agentFields.privacy,
  circuitBreaker: breaker.exactOptional(),
  maxConcurrency: agentFields.maxConcurrency,
});

const consumer = z.strictObject({
  agent: givenName,
  action: text.meta({ description: 'A task, or the name of one of its tools.' }).exactOptional(),
  allOf: z.array(shortText).max(64).meta({ description: 'Subjects that must have happened as well.' }).exactOptional(),
  emits: z.array(shortText).max(64).meta({ description: 'What is published when it is done.' }).exactOptional(),
  ordered: z.boolean().meta({ description: 'One after another for each subject key.' }).exactOptional(),
  attempts: count(20).meta({ description: 'Before it becomes a dead letter; 3 by default.' }).exactOptional(),
});
const event = z.strictObject({ subject: shortText, consumers: z.array(consumer).min(1).max(64) });
const schedule = z
  .strictObject({
    name: givenName,
    cron: shortText,
    timezone: shortText.exactOptional(),
    composition: givenName.exactOptional(),
    agent: givenName.exactOptional(),
    task: text.exactOptional(),
    input: jsonObject.exactOptional(),
    budget: budget.exactOptional(),
    timeout: duration.exactOptional(),
    paused: z.boolean().exactOptional(),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) }));
const alias = z.union([z.strictObject({ tool: shortText }), z.strictObject({ agent: givenName })]);

const approvalRule = z.strictObject({
  effect: z.enum(effects).exactOptional(),
  tool: shortText.exactOptional(),
  auto: z.boolean().exactOptional(),
  group: givenName.exactOptional(),
  timeout: duration.exactOptional(),
  onTimeout: z.enum(['reject', 'escalate', 'hold']).exactOptional(),
  escalateTo: givenName.exactOptional(),
});
const policy = z.strictObject({
  approvers: z.record(givenName, z.array(shortText).min(1).max(256)).exactOptional(),
  approvals: z.array(approvalRule).max(256).exactOptional(),
  requireSignature: z.boolean().exactOptional(),
});

/** Keys of `spec`, which a document of no kind may hold as well. */
export const teamFields = {
  defaults: defaults.exactOptional(),
  models: z.record(givenName, model).exactOptional(),
  tools: z.record(givenName, toolSource).exactOptional(),
  agents: z.union([z.array(namedAgent).max(256), z.record(givenName, agentSpec)]).exactOptional(),
  compositions: z.record(givenName, nodeSchema).exactOptional(),
  toolAliases: z.record(givenName, alias).exactOptional(),
  events: z.array(event).max(1024).exactOptional(),
  schedules: z.array(schedule).max(256).exactOptional(),
  policy: policy.exactOptional(),
};
export const teamSpec = z.strictObject(teamFields);
export const bareTeam = z.strictObject({
  ...teamFields,
  circuitBreaker: breaker.exactOptional(),
  compensation: z.array(z.strictObject({ step: shortText, compensate: shortText })).max(256).exactOptional(),
  memory: z
    .strictObject({ key: shortText, value: jsonValue, tags: tags.exactOptional(), ttl: duration.exactOptional() })
    .transform(({ ttl, ...rest }) => ({ ...rest, ...(ttl === undefined ? {} : { ttlMs: ttl }) }))
    .exactOptional(),
});
export { agentSpec };

export type BareTeamShape = z.infer<typeof bareTeam>;
export type TeamSpecShape = z.infer<typeof teamSpec>;
export type AgentShape = z.infer<typeof agentSpec>;
export type ModelShape = z.infer<typeof model>;
export type ToolSourceShape = z.infer<typeof toolSource>;
export type DefaultsShape = z.infer<typeof defaults>;
export type PolicyShape = z.infer<typeof policy>;
export type AliasShape = z.infer<typeof alias>;
