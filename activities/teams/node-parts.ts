import type { Node } from '../../contracts/node';
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
  const slot = <K extends string>(owner: { [key in K]?: unknown }, key: K, ...path: Path): void => {
    const name = owner[key];
    if (typeof name === 'string')
      slots.push({ name, path, set: (other) => void ((owner as Record<K, unknown>)[key] = other) });
  };
  if (!('pattern' in node)) {
    if ('agent' in node) slot(node, 'agent', 'agent');
    else if ('tool' in node) slot(node, 'by', 'by');
    return slots;
  }
  switch (node.pattern) {
    case 'agent':
      slot(node, 'agent', 'agent');
      break;
    case 'supervisor': {
      slot(node, 'supervisor', 'supervisor');
      const { specialists = [] } = node;
      specialists.forEach((name, index) =>
        slots.push({ name, path: ['specialists', index], set: (other) => void (specialists[index] = other) }),
      );
      slot(node, 'sufficiency', 'sufficiency');
      slot(node, 'synthesizer', 'synthesizer');
      break;
    }
    case 'pipeline':
      node.stages?.forEach((stage, index) => {
        if ('node' in stage && stage.check) slot(stage.check, 'agent', 'stages', index, 'check', 'agent');
      });
      break;
    case 'fanOut':
      if (typeof node.merge === 'object') slot(node.merge, 'agent', 'merge');
      break;
    case 'router':
      slot(node, 'router', 'router');
      break;
    case 'reflection':
      slot(node, 'critic', 'critic');
      slot(node, 'author', 'author');
      break;
    case 'compose':
      break;
  }
  return slots;
}

/** The nodes directly inside a node. */
export function childNodes(node: Node): ChildNode[] {
  const children: ChildNode[] = [];
  const add = (child: Node | string | undefined, ...path: Path): void => {
    if (typeof child === 'object') children.push({ node: child, path });
  };
  if ('pattern' in node) {
    if (node.pattern === 'pipeline') {
      node.stages?.forEach((stage, index) => {
        if (!('node' in stage)) return add(stage, 'stages', index);
        add(stage.node, 'stages', index, 'node');
        return add(stage.compensate, 'stages', index, 'compensate');
      });
    } else if (node.pattern === 'fanOut') {
      node.branches?.forEach((branch, index) => add(branch, 'branches', index));
      add(node.each, 'each');
    } else if (node.pattern === 'router') {
      node.routes?.forEach((route, index) => {
        if ('node' in route) add(route.node, 'routes', index, 'node');
        else add(route, 'routes', index);
      });
    } else if (node.pattern === 'reflection') add(node.author, 'author');
    else if (node.pattern === 'compose') add(node.composition, 'composition');
  }
  add(node.fallback, 'fallback');
  add(node.then, 'then');
  return children;
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
