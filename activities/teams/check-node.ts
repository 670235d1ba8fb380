import { limits } from '../../contracts/limits';
import { kindOfNode, type Node, type PatternNode } from '../../contracts/node';
import type { Field } from '../../contracts/pattern-fields';
import { graphFaults } from '../../contracts/task-graph';
import { patternTable } from '../../contracts/pattern-table';
import { agentSlots, childNodes, compositionNamed } from './node-parts';
import type { Path, Place } from './team-faults';

/** What a node may name, and how a name that is not there is reported. */
export interface NodeWorld {
  /** The declared agent a name stands for. */
  agent(name: string): string | undefined;
  hasTool(name: string): boolean;
  composition(name: string): Node | undefined;
  hasGroup(name: string): boolean;
  unknown(place: Place, name: string, what: 'agent' | 'tool' | 'composition' | 'approver group'): void;
}

/** Checks a node and all in it, and replaces aliases of agents by their names. Faults go to the places. */
export function checkNode(world: NodeWorld, node: Node, place: Place): void {
  if (depthOf(world, node, new Map()) > limits.maxDepth) {
    place.fault(`is nested deeper than ${limits.maxDepth} levels, compositions it names included`);
    return;
  }
  checkOne(world, node, place);
}

function checkOne(world: NodeWorld, node: Node, place: Place): void {
  for (const slot of agentSlots(node)) {
    const agent = world.agent(slot.name);
    if (agent === undefined) world.unknown(place.at(...slot.path), slot.name, 'agent');
    else slot.set(agent);
  }
  const named = compositionNamed(node);
  if (named !== undefined && !world.composition(named)) world.unknown(place.at('composition'), named, 'composition');
  if (!('pattern' in node) && 'tool' in node && !world.hasTool(node.tool))
    world.unknown(place.at('tool'), node.tool, 'tool');
  if (!('pattern' in node) && 'approval' in node) {
    const { group } = node.approval;
    if (group !== undefined && !world.hasGroup(group))
      world.unknown(place.at('approval', 'group'), group, 'approver group');
  }
  for (const { tool, path } of checkTools(node))
    if (!world.hasTool(tool)) world.unknown(place.at(...path), tool, 'tool');
  for (const { path, message } of gapsOf(node)) place.at(...path).fault(message);
  for (const child of childNodes(node)) checkOne(world, child.node, place.at(...child.path));
}

/** Tools that the checks of a pipeline call. */
function checkTools(node: Node): { tool: string; path: Path }[] {
  if (!('pattern' in node) || node.pattern !== 'pipeline') return [];
  return (node.stages ?? []).flatMap((stage, index) =>
    'node' in stage && stage.check?.tool !== undefined
      ? [{ tool: stage.check.tool, path: ['stages', index, 'check', 'tool'] }]
      : [],
  );
}

export interface Gap {
  path: Path;
  message: string;
}

/** What a node lacks to be run, or says twice. */
export function gapsOf(node: Node): Gap[] {
  if (!('pattern' in node)) return [];
  const { fields, needs } = patternTable[node.pattern];
  const given = node as unknown as Readonly<Record<string, unknown>>;
  const gaps: Gap[] = [];
  for (const [key, field] of Object.entries(fields)) {
    const value = given[keyOf(key, field)];
    if (field.needed && value === undefined)
      gaps.push({ path: [], message: `needs "${key}": ${lowered(field.about)}` });
    if (field.kind === 'agents' && !field.repeats && Array.isArray(value))
      gaps.push(...repeated(value as string[], key));
  }
  return [...gaps, ...needGaps(needs ?? [], given), ...furtherGaps(node)];
}

function needGaps(needs: readonly (readonly string[])[], given: Readonly<Record<string, unknown>>): Gap[] {
  if (needs.length === 0 || needs.some((keys) => keys.every((key) => given[key] !== undefined))) return [];
  const ways = needs.map((keys) => keys.map((key) => `"${key}"`).join(' together with '));
  return [{ path: [], message: `needs ${ways.join(', or ')}` }];
}

/** What no declaration of fields can say. */
function furtherGaps(node: PatternNode): Gap[] {
  if (node.pattern === 'fanOut') return fanOutGaps(node);
  if (node.pattern === 'router')
    return repeated(
      (node.routes ?? []).map((route) => route.name ?? ''),
      'routes',
    );
  if (node.pattern === 'supervisor' && node.supervisor !== undefined && node.specialists?.includes(node.supervisor))
    return [{ path: ['specialists'], message: `holds the supervisor "${node.supervisor}" itself` }];
  if (node.pattern === 'debate') return debateGaps(node as { debaters?: string[]; judge?: string });
  if (node.pattern === 'plan') return planGaps(node as { tasks?: GivenTask[] });
  return [];
}

/** Who takes part would judge themselves, and knows one of the answers that come without names. */
function debateGaps({ debaters, judge }: { debaters?: string[]; judge?: string }): Gap[] {
  if (judge === undefined || !debaters?.includes(judge)) return [];
  return [{ path: ['debaters'], message: `holds the judge "${judge}" itself` }];
}

interface GivenTask {
  id: string;
  agent: string;
  dependsOn?: string | string[];
}

/** A plan that is written out must be one that can be carried out; its agents are checked like all others. */
function planGaps({ tasks }: { tasks?: GivenTask[] }): Gap[] {
  if (!tasks) return [];
  const graph = tasks.map(({ id, agent, dependsOn = [] }) => ({ id, agent, dependsOn: [dependsOn].flat() }));
  return graphFaults(graph, { max: limits.maxTasks }).map((fault) => ({
    path: ['tasks'],
    message: `is no plan: ${fault.replace(/\.$/, '')}`,
  }));
}

/** A sentence about a field as the end of another one. */
const lowered = (about: string): string => `${about.charAt(0).toLowerCase()}${about.slice(1)}`.replace(/\.$/, '');
const keyOf = (key: string, { kind }: Field): string => (kind === 'duration' ? `${key}Ms` : key);

function fanOutGaps(node: Extract<Node, { pattern: 'fanOut' }>): Gap[] {
  const gap = (path: Path, message: string): Gap => ({ path, message });
  if (node.branches && (node.over !== undefined || node.each)) {
    return [gap([], 'has "branches" and "over" with "each"; it takes one of the two')];
  }
  if (typeof node.over === 'string' && !/^(output|input\.[\w.-]+)$/.test(node.over)) {
    return [gap(['over'], 'must be a list, "output", or "input.<field>"')];
  }
  const { quorum, branches } = node;
  if (quorum !== undefined && quorum > 1 && !Number.isInteger(quorum)) {
    return [gap(['quorum'], 'must be a whole number of branches, or a share of at most 1')];
  }
  if (quorum !== undefined && branches && quorum > branches.length) {
    return [gap(['quorum'], `is ${quorum}, and there are ${branches.length} branches`)];
  }
  return [];
}

function repeated(names: readonly string[], key: string): Gap[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [{ path: [key], message: `holds "${twice}" twice` }];
}

/**
 * Nesting of a node, compositions it names included. Each composition is measured once; a cycle counts as
 * nothing, and `then` and `fallback` stand beside their node.
 */
function depthOf(world: NodeWorld, node: Node, measured: Map<string, number>): number {
  const named = compositionNamed(node);
  let below = 0;
  if (named !== undefined) {
    const target = world.composition(named);
    const known = measured.get(named);
    if (known === undefined && target) {
      measured.set(named, 0);
      measured.set(named, depthOf(world, target, measured));
    }
    below = measured.get(named) ?? 0;
  }
  let beside = 0;
  for (const child of childNodes(node)) {
    const depth = depthOf(world, child.node, measured);
    if (child.path[0] === 'then' || child.path[0] === 'fallback') beside = Math.max(beside, depth);
    else below = Math.max(below, depth);
  }
  return Math.max(beside, below + (kindOfNode(node) === 'agent' ? 0 : 1));
}

/** The names of a cycle of compositions through `name`, if there is one. */
export function compositionCycle(world: NodeWorld, name: string): string[] | undefined {
  const seen = new Set<string>();
  const walk = (at: string, trail: readonly string[]): string[] | undefined => {
    const node = world.composition(at);
    for (const next of node ? namedIn(node) : []) {
      if (next === name) return [...trail, at, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const cycle = walk(next, [...trail, at]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  return walk(name, []);
}

function namedIn(node: Node): string[] {
  const own = compositionNamed(node);
  return [...(own === undefined ? [] : [own]), ...childNodes(node).flatMap((child) => namedIn(child.node))];
}
