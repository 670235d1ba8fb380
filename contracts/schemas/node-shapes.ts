import { z } from 'zod';
import { isJsonObject } from '../json';
import { limits } from '../limits';
import type { CheckNode, Merge, Route, Stage } from '../node';
import type { ShapeName } from '../pattern-fields';
import { blackboardDocument, taskTreeNode } from './document-shapes';
import { nodeRef } from './node-ref';
import { withImpliedTag, withShortForm } from './shape-forms';
import { givenName, jsonObject, jsonSchema, jsonValue, share, shortText, text } from './values';

export const aName = { type: 'string', minLength: 1, maxLength: 64, description: 'Name of an agent.' };
const aNode = { $ref: '#/$defs/Node' };

const checkObject = z.strictObject({
  schema: jsonSchema.meta({ description: 'JSON Schema the output must fit.' }).exactOptional(),
  tool: text.meta({ description: 'Tool that looks for problems: it passes when its result has no `problems`.' }).exactOptional(),
  args: jsonObject.meta({ description: 'Its arguments; `{{output}}` is the output of the stage.' }).exactOptional(),
  agent: givenName.meta({ description: 'Agent that reviews the output.' }).exactOptional(),
  passScore: share.meta({ description: 'Score from which the review passes.' }).exactOptional(),
  retries: z.int().min(0).max(10).meta({ description: 'How often the stage is run again; 1 by default.' }).exactOptional(),
});
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

const mergeNames = ['concat', 'union', 'vote', 'claims', 'schema'] as const;
const mergeUnion = z.union([
  z.enum(mergeNames),
  z.strictObject({ agent: givenName.meta({ description: 'Agent that merges.' }) }),
  z.strictObject({ schema: jsonSchema.meta({ description: 'JSON Schema the merged output must fit.' }) }),
]);
const mergeSchema: z.ZodType<Merge> = withShortForm(
  mergeUnion,
  (value) => (typeof value === 'string' && !mergeNames.some((name) => name === value) ? { agent: value } : value),
  [aName],
);

const openTask = withShortForm(
  z.strictObject({
    task: text.meta({ description: 'What is to be done.' }),
    needs: z.array(shortText).max(16).meta({ description: 'Capabilities that whoever takes it must have.' }).exactOptional(),
  }),
  (value) => (typeof value === 'string' ? { task: value } : value),
  [{ type: 'string', minLength: 1, description: 'A task that anybody can do.' }],
);

/** The named shapes of fields (contracts/pattern-shapes.ts), with what may be written short in them. */
export const shapeSchemas: Readonly<Record<ShapeName, z.ZodType>> = {
  stages: z.array(stageSchema).min(1).max(limits.maxFanOut),
  routes: z.array(routeSchema).min(1).max(limits.maxFanOut),
  merge: mergeSchema,
  over: z.union([z.string().min(1).max(200), z.array(jsonValue).min(1).max(limits.maxFanOut)]),
  sufficiency: z.union([z.boolean(), givenName]),
  composition: z.union([givenName, nodeRef]),
  openTasks: z.array(openTask).min(1).max(limits.maxFanOut),
  taskTree: taskTreeNode,
  board: blackboardDocument,
  names: z.union([shortText, z.array(shortText).max(limits.maxFanOut)]),
};
