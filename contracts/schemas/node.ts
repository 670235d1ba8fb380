import { z } from 'zod';
import { isJsonObject } from '../json';
import type { Node } from '../node';
import type { PatternName } from '../names';
import { patternNames } from '../pattern-names';
import { patternTable } from '../pattern-table';
import { camelKey } from './camel-keys';
import { duration } from './duration';
import { fieldShapes, namedByUnit } from './field-schemas';
import { defineNode, nodeRef } from './node-ref';
import { aName } from './node-shapes';
import { withImpliedTag, withShortForm } from './shape-forms';
import { budget, givenName, jsonObject, text } from './values';

export { nodeRef };

const common = {
  name: givenName.meta({ description: 'Shown in paths and summaries.' }).exactOptional(),
  task: text
    .meta({
      description: 'In place of the task that it inherits; {{task}}, {{input.<field>}}, {{output}} and, inside each, {{item}} are filled in.',
      examples: ['Report on {{input.date}}'],
    })
    .exactOptional(),
  isolate: z.boolean().meta({ description: 'Runs as a child workflow of its own.' }).exactOptional(),
  then: nodeRef.meta({ description: 'Runs afterwards, on the output.' }).exactOptional(),
  fallback: nodeRef.meta({ description: 'Runs in its place when it fails.' }).exactOptional(),
  budget: budget.exactOptional(),
  timeout: duration.meta({ description: 'When the node is cancelled and fails: seconds, or text such as "15m".' }).exactOptional(),
};

/** Own fields of each pattern, as they stand in a node and in the input of its workflow type. */
export const patternFields = Object.fromEntries(
  patternNames.map((name) => [name, fieldShapes(patternTable[name].fields)]),
) as Record<PatternName, Record<string, z.ZodType>>;

const nodeTask = { reason: text.meta({ description: 'What the person is asked.' }) };
const approvalQuestion = z
  .strictObject({
    ...nodeTask,
    group: givenName.meta({ description: 'Approver group of the policy.' }).exactOptional(),
    timeout: duration.meta({ description: 'How long a person has: seconds, or text such as "30m"; 30 minutes by default.' }).exactOptional(),
    onTimeout: z.enum(['reject', 'escalate', 'hold']).meta({ description: 'What happens then: reject by default, never an approval.' }).exactOptional(),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) }));

type Tagged = { pattern: string; timeout?: number };

/** Renames the duration and takes off the tag that only told the branches of the union apart. */
function untag<T extends Tagged>(node: T): Omit<T, 'pattern' | 'timeout'> & { timeoutMs?: number } {
  const { pattern: _tag, timeout, ...rest } = node;
  return { ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
}

const tagged = <T extends z.ZodRawShape>(pattern: string, shape: T) =>
  withImpliedTag('pattern', z.strictObject({ pattern: z.literal(pattern), ...common, ...shape }));
const plainNodes = [
  tagged('agent', { agent: givenName.meta({ description: 'The agent that does the task.' }) }),
  tagged('tool', {
    tool: text.meta({ description: 'Tool as `source.tool`, or an alias.' }),
    args: jsonObject.meta({ description: 'Arguments of the call.' }).exactOptional(),
    by: givenName.meta({ description: 'Agent in whose name it is called; without one only `read` tools.' }).exactOptional(),
  }),
  tagged('approval', { approval: approvalQuestion }),
  tagged('composition', { composition: givenName.meta({ description: 'Name of a composition of the team.' }) }),
].map((node) => node.transform((value) => untag(value as Tagged)));

/** A node of the pattern `agent` is the plain node of an agent. */
const patternNodes = patternNames
  .filter((name) => name !== 'agent')
  .map((name) =>
    z.strictObject({ pattern: z.literal(name), ...common, ...patternFields[name] }).transform((value) => {
      const { timeout, ...rest } = value as Tagged & Record<string, unknown>;
      return { ...namedByUnit(patternTable[name].fields, rest), ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
    }),
  );

const taggedNode = z.discriminatedUnion('pattern', [...plainNodes, ...patternNodes] as unknown as [
  z.core.$ZodTypeDiscriminable,
]);

/** Anything that can be run (contract §3). Parsed to the contract's `Node`: durations in ms, short forms expanded. */
export const nodeSchema: z.ZodType<Node> = withShortForm(
  taggedNode.meta({ id: 'Node', description: 'An agent, a tool, a wait for a person, a composition, or a pattern.' }),
  tagNode,
  [aName],
) as unknown as z.ZodType<Node>;
defineNode(nodeSchema);

function tagNode(value: unknown): unknown {
  if (typeof value === 'string') return { pattern: 'agent', agent: value };
  if (!isJsonObject(value)) return value;
  const { pattern } = value;
  if (typeof pattern === 'string') return { ...value, pattern: camelKey(pattern) };
  const kind = ['tool', 'approval', 'composition', 'agent'].find((key) => Object.hasOwn(value, key));
  return kind === undefined || pattern !== undefined ? value : { pattern: kind, ...value };
}
