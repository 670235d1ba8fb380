import type { Node } from '../../contracts/node';
import type { Field } from '../../contracts/pattern-fields';
import { field } from '../../contracts/pattern-fields';
import { patternTable } from '../../contracts/pattern-table';
import type { FieldVisitor } from '../../contracts/walk-fields';
import { walkFields } from '../../contracts/walk-fields';
import type { Path } from './team-faults';

/** A name of an agent inside a node, which can be read and replaced. */
export interface AgentSlot {
  name: string;
  path: Path;
  set(name: string): void;
}
export interface ChildNode {
  node: Node;
  path: Path;
}

/** The agents a node names itself, its children not included. */
export function agentSlots(node: Node): AgentSlot[] {
  const slots: AgentSlot[] = [];
  const agent: FieldVisitor['agent'] = (name, path, set) => void slots.push({ name, path, set });
  walkFields(fieldsOf(node), node, { agent, node: () => undefined });
  return slots;
}

/** The nodes directly inside a node. */
export function childNodes(node: Node): ChildNode[] {
  const children: ChildNode[] = [];
  const add = (child: object, path: Path): void => void children.push({ node: child as Node, path });
  walkFields(fieldsOf(node), node, { agent: () => undefined, node: add });
  if (node.fallback && !children.some(({ node: child }) => child === node.fallback)) add(node.fallback, ['fallback']);
  if (node.then) add(node.then, ['then']);
  return children;
}

const plainFields = { agent: field.agent('Does the task.'), by: field.agent('In whose name a tool is called.') };

function fieldsOf(node: Node): Readonly<Record<string, Field>> {
  return 'pattern' in node ? patternTable[node.pattern].fields : plainFields;
}

/** The composition a node names, if it names one. */
export function compositionNamed(node: Node): string | undefined {
  if ('pattern' in node) {
    return node.pattern === 'compose' && typeof node.composition === 'string' ? node.composition : undefined;
  }
  return 'composition' in node ? node.composition : undefined;
}

/** All agents named anywhere in a node. */
export function agentsIn(node: Node): string[] {
  const own = agentSlots(node).map((slot) => slot.name);
  return [...new Set([...own, ...childNodes(node).flatMap((child) => agentsIn(child.node))])];
}
