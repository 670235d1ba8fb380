import { digestOf } from '../../contracts/digest';
import type { JsonSchema } from '../../contracts/json';
import type { Node } from '../../contracts/node';
import type { Team } from '../../contracts/team';
import { childNodes } from './node-parts';

/**
 * A node whose merges `"schema"` hold the schema itself: workflows know no output schemas (I3). It is the one that the
 * agents of all branches declare; where they declare none, or several, nothing is filled in and the fan-out refuses to
 * start. Returns the very same node when there is nothing to fill in.
 */
export function withMergeSchemas(node: Node, team: Team): Node {
  if (!asksForSchema(node)) return node;
  const filled = structuredClone(node);
  fill(filled, team);
  return filled;
}

const isSchemaMerge = (node: Node): node is Extract<Node, { pattern: 'fanOut' }> =>
  'pattern' in node && node.pattern === 'fanOut' && node.merge === 'schema';

function asksForSchema(node: Node): boolean {
  return isSchemaMerge(node) || childNodes(node).some((child) => asksForSchema(child.node));
}

function fill(node: Node, team: Team): void {
  for (const child of childNodes(node)) fill(child.node, team);
  if (!isSchemaMerge(node)) return;
  const schema = sharedSchema([...(node.branches ?? []), ...(node.each ? [node.each] : [])], team);
  if (schema) node.merge = { schema };
}

function sharedSchema(branches: readonly Node[], team: Team): JsonSchema | undefined {
  const schemas = branches.map((branch) => schemaOf(branch, team));
  const [first] = schemas;
  if (first === undefined) return undefined;
  const wanted = digestOf(first);
  return schemas.every((schema) => schema !== undefined && digestOf(schema) === wanted) ? first : undefined;
}

/** What an agent declares, or what the node after it does. */
function schemaOf(node: Node, team: Team): JsonSchema | undefined {
  if (node.then) return schemaOf(node.then, team);
  const agent = 'agent' in node ? node.agent : undefined;
  return agent !== undefined && Object.hasOwn(team.agents, agent) ? team.agents[agent]?.output : undefined;
}
