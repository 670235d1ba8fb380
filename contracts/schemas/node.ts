import { z } from 'zod';
import { isJsonObject } from '../json';
import { limits } from '../limits';
import type { CheckNode, Merge, Node, Route, Stage } from '../node';
import { camelKey } from './camel-keys';
import { duration } from './duration';
import { withImpliedTag, withShortForm } from './shape-forms';
import { budget, count, givenName, jsonObject, jsonSchema, jsonValue, names, share, shortText, text } from './values';

/** A node anywhere inside another one. A bare text is an agent's name. */
export const nodeRef: z.ZodType<Node> = z.lazy(() => nodeSchema);

const common = {
  name: givenName.meta({ description: 'Shown in paths and summaries.' }).exactOptional(),
  task: text
    .meta({
      description: 'Replaces the task it would inherit; {{task}}, {{input.<field>}}, {{output}} and, inside each, {{item}} are filled in.',
      examples: ['Report on {{input.date}}'],
    })
    .exactOptional(),
  isolate: z.boolean().meta({ description: 'Runs as a child workflow of its own.' }).exactOptional(),
  then: nodeRef.meta({ description: 'Runs afterwards, on the output.' }).exactOptional(),
  fallback: nodeRef.meta({ description: 'Runs in its place when it fails.' }).exactOptional(),
  budget: budget.exactOptional(),
  timeout: duration.meta({ description: 'Seconds, or text such as "15m".' }).exactOptional(),
};

const checkObject = z.strictObject({
  schema: jsonSchema.meta({ description: 'JSON Schema the output must fit.' }).exactOptional(),
  agent: givenName.meta({ description: 'Agent that reviews the output.' }).exactOptional(),
  passScore: share.meta({ description: 'Score from which the review passes.' }).exactOptional(),
  retries: z.int().min(0).max(10).meta({ description: 'How often the stage is run again; 1 by default.' }).exactOptional(),
});
const aName = { type: 'string', minLength: 1, maxLength: 64, description: 'Name of an agent.' };
const aNode = { $ref: '#/$defs/Node' };
const checkSchema: z.ZodType<CheckNode> = withShortForm(
  checkObject,
  (value) => (typeof value === 'string' ? { agent: value } : value),
  [aName],
);

const stageObject = z
  .strictObject({
  node: nodeRef,
  check: checkSchema.meta({ description: 'Check of the output, by schema, by an agent, or both.' }).exactOptional(),
  compensate: nodeRef.meta({ description: 'Undoes the stage when a later one fails.' }).exactOptional(),
})
  .meta({ id: 'Stage' });
/** A stage is written as a node, with `check` and `compensate` beside its own keys or around it as `{node, …}`. */
const stageSchema: z.ZodType<Stage> = withShortForm(
  stageObject,
  (value) => {
    if (!isJsonObject(value)) return { node: value };
    if (Object.hasOwn(value, 'node')) return value;
    const { check, compensate, ...node } = value;
    return { node, ...(check === undefined ? {} : { check }), ...(compensate === undefined ? {} : { compensate }) };
  },
  [aNode],
);

const routeObject = z.strictObject({
  name: givenName.meta({ description: 'Name of the route, as the router chooses it; that of the node by default.' }),
  when: shortText.meta({ description: 'When this route is the right one.' }).exactOptional(),
  node: nodeRef,
});
const routeSchema: z.ZodType<Route> = withShortForm(
  withImpliedTag('name', routeObject.meta({ id: 'Route' }), true),
  (value) => {
    if (!isJsonObject(value)) return { name: value, node: value };
    if (Object.hasOwn(value, 'node')) return { name: nameOfNode(value['node']), ...value };
    const { when, ...node } = value;
    return { name: nameOfNode(value), ...(when === undefined ? {} : { when }), node };
  },
  [aNode],
);

function nameOfNode(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return value['name'] ?? value['agent'] ?? value['composition'] ?? value['pattern'];
}

const mergeNames = ['concat', 'union', 'vote', 'schema'] as const;
const mergeUnion = z.union([z.enum(mergeNames), z.strictObject({ agent: givenName })]);
const mergeSchema: z.ZodType<Merge> = withShortForm(
  mergeUnion,
  (value) => (typeof value === 'string' && !mergeNames.some((name) => name === value) ? { agent: value } : value),
  [aName],
);

/** Own fields of each pattern, as they stand in a node and in the input of its workflow type. */
export const patternFields = {
  agent: {
    agent: givenName.meta({ description: 'Agent that does the task.', examples: ['jira'] }).exactOptional(),
  },
  supervisor: {
    supervisor: givenName.meta({ description: 'Agent that plans, delegates and judges.' }).exactOptional(),
    specialists: names.min(1).meta({ description: 'Agents it may delegate to.', examples: [['jira', 'mail']] }).exactOptional(),
    maxParallel: count(limits.maxFanOut).meta({ description: 'Delegations at the same time.' }).exactOptional(),
    maxRounds: count(limits.maxRounds).meta({ description: 'Rounds of delegation.' }).exactOptional(),
    sufficiency: z
      .union([z.boolean(), givenName])
      .meta({ description: 'Judge whether the results suffice before the synthesis: on by default; a name is the judge.' })
      .exactOptional(),
    synthesizer: givenName.meta({ description: 'Agent that writes the synthesis; the supervisor by default.' }).exactOptional(),
  },
  pipeline: {
    stages: z.array(stageSchema).min(1).max(limits.maxFanOut).meta({ description: 'One after another.' }).exactOptional(),
  },
  fanOut: {
    branches: z.array(nodeRef).min(1).max(limits.maxFanOut).meta({ description: 'Side by side.' }).exactOptional(),
    over: z
      .union([z.string().min(1).max(200), z.array(jsonValue).min(1).max(limits.maxFanOut)])
      .meta({ description: 'List to go over: the values, or where they are: `input.<field>` or `output`.' })
      .exactOptional(),
    each: nodeRef.meta({ description: 'What is run for each value of `over`.' }).exactOptional(),
    maxParallel: count(limits.maxFanOut).meta({ description: 'Branches at the same time; 1 = in turn.' }).exactOptional(),
    merge: mergeSchema.meta({ description: 'How results are merged; a name is the agent that does it.' }).exactOptional(),
    quorum: z
      .number()
      .positive()
      .max(limits.maxFanOut)
      .meta({ description: 'Branches that must succeed: a count, or a share below 1.' })
      .exactOptional(),
    onPartial: z.enum(['fail', 'continue']).meta({ description: 'What a missing branch means.' }).exactOptional(),
  },
  router: {
    router: givenName.meta({ description: 'Agent that chooses the route.' }).exactOptional(),
    routes: z.array(routeSchema).min(1).max(limits.maxFanOut).meta({ description: 'Where the task may go.' }).exactOptional(),
    minConfidence: share.meta({ description: 'Below this the fallback takes it.' }).exactOptional(),
    returnToRouter: z.boolean().meta({ description: 'The router sees the answer; otherwise the specialist owns it.' }).exactOptional(),
  },
  reflection: {
    author: nodeRef.meta({ description: 'Agent or node that writes.' }).exactOptional(),
    critic: givenName.meta({ description: 'Agent that scores.' }).exactOptional(),
    maxRounds: count(limits.maxRounds).meta({ description: 'Drafts at most.' }).exactOptional(),
    passScore: share.meta({ description: 'Score from which a draft is good enough.' }).exactOptional(),
    goal: text.meta({ description: 'What the critic measures by.' }).exactOptional(),
  },
  compose: {
    composition: z
      .union([givenName, nodeRef])
      .meta({ description: 'Name of a composition of the team, or a node.' })
      .exactOptional(),
  },
} as const;

const nodeTask = { reason: text.meta({ description: 'What the person is asked.' }) };
const approvalQuestion = z
  .strictObject({
    ...nodeTask,
    group: givenName.meta({ description: 'Approver group of the policy.' }).exactOptional(),
    timeout: duration.exactOptional(),
    onTimeout: z.enum(['reject', 'escalate', 'hold']).meta({ description: 'Never an approval.' }).exactOptional(),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) }));

/** Renames the duration and takes off the tag that only told the branches of the union apart. */
function untag<T extends { pattern: string; timeout?: number }>(node: T): Omit<T, 'pattern' | 'timeout'> & { timeoutMs?: number } {
  const { pattern: _tag, timeout, ...rest } = node;
  return { ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
}
function keepTag<T extends { timeout?: number }>(node: T): Omit<T, 'timeout'> & { timeoutMs?: number } {
  const { timeout, ...rest } = node;
  return { ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
}

const object = {
  agent: withImpliedTag('pattern', z.strictObject({ pattern: z.literal('agent'), ...common, agent: givenName })),
  tool: withImpliedTag(
    'pattern',
    z.strictObject({
      pattern: z.literal('tool'),
      ...common,
      tool: text.meta({ description: 'Tool as `source.tool`, or an alias.' }),
      args: jsonObject.meta({ description: 'Arguments of the call.' }).exactOptional(),
      by: givenName.meta({ description: 'Agent in whose name it is called; without one only `read` tools.' }).exactOptional(),
    }),
  ),
  approval: withImpliedTag('pattern', z.strictObject({ pattern: z.literal('approval'), ...common, approval: approvalQuestion })),
  composition: withImpliedTag(
    'pattern',
    z.strictObject({ pattern: z.literal('composition'), ...common, composition: givenName }),
  ),
  supervisor: z.strictObject({ pattern: z.literal('supervisor'), ...common, ...patternFields.supervisor }),
  pipeline: z.strictObject({ pattern: z.literal('pipeline'), ...common, ...patternFields.pipeline }),
  fanOut: z.strictObject({ pattern: z.literal('fanOut'), ...common, ...patternFields.fanOut }),
  router: z.strictObject({ pattern: z.literal('router'), ...common, ...patternFields.router }),
  reflection: z.strictObject({ pattern: z.literal('reflection'), ...common, ...patternFields.reflection }),
  compose: z.strictObject({ pattern: z.literal('compose'), ...common, ...patternFields.compose }),
};

const taggedNode = z.discriminatedUnion('pattern', [
  object.agent.transform(untag),
  object.tool.transform(untag),
  object.approval.transform(untag),
  object.composition.transform(untag),
  object.supervisor.transform(keepTag),
  object.pipeline.transform(keepTag),
  object.fanOut.transform(keepTag),
  object.router.transform(keepTag),
  object.reflection.transform(keepTag),
  object.compose.transform(keepTag),
]);

/** Anything that can be run (contract §3). Parsed to the contract's `Node`: durations in ms, short forms expanded. */
export const nodeSchema: z.ZodType<Node> = withShortForm(
  taggedNode.meta({ id: 'Node', description: 'An agent, a tool, a wait for a person, a composition, or a pattern.' }),
  tagNode,
  [aName],
);

function tagNode(value: unknown): unknown {
  if (typeof value === 'string') return { pattern: 'agent', agent: value };
  if (!isJsonObject(value)) return value;
  const { pattern } = value;
  if (typeof pattern === 'string') return { ...value, pattern: camelKey(pattern) };
  const kind = ['tool', 'approval', 'composition', 'agent'].find((key) => Object.hasOwn(value, key));
  return kind === undefined || pattern !== undefined ? value : { pattern: kind, ...value };
}
