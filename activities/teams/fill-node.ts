import { CadreError } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';
import { kindOfNode, type Node } from '../../contracts/node';
import type { ParsedInput } from '../../contracts/schemas/inputs';
import { hintFor } from '../../contracts/schemas/nearest-name';
import { patternTable } from '../../contracts/pattern-table';
import { namedByUnit } from '../../contracts/schemas/field-schemas';
import type { Team } from '../../contracts/team';
import { gapsOf } from './check-node';

export interface FilledNode {
  node: Node;
  /** The composition it was filled from. */
  composition?: string;
}

/**
 * Makes the node a run performs: the own fields of the input over those of the team's composition. Throws
 * `InvalidInput` when it does not say which composition, or leaves out what nothing fills in.
 */
export function fillNode(type: PatternName, input: ParsedInput, team: Team, adHoc: boolean): FilledNode {
  const own = ownFields(type, input);
  if (type === 'compose') return fillCompose(own, team);
  const named = typeof input.composition === 'string' ? input.composition : undefined;
  const composition = compositionFor(type, own, named, team);
  const base = composition === undefined ? undefined : structuredClone(team.compositions[composition]);
  const filled = { pattern: type, ...withoutRivals(base, own), ...own } as unknown as Node;
  if (type === 'agent' && !('agent' in filled && filled.agent !== undefined)) {
    Object.assign(filled, { agent: onlyAgent(team) });
  }
  if ('pattern' in filled && filled.pattern === 'supervisor' && !filled.specialists && !adHoc) {
    filled.specialists = Object.keys(team.agents).filter((name) => name !== filled.supervisor);
  }
  const gaps = gapsOf(filled).filter((gap) => gap.path.length === 0);
  if (gaps.length > 0 || (type === 'supervisor' && 'specialists' in filled && filled.specialists?.length === 0)) {
    const what = gaps.map((gap) => gap.message).join(', and ') || 'needs "specialists": the agents it may delegate to';
    const help = adHoc ? 'or name a "team" that brings it' : `and no composition of the team "${team.name}" brings it`;
    throw new CadreError('InvalidInput', `The input of "${type}" ${what}; ${help}.`);
  }
  return { node: filled, ...(composition === undefined ? {} : { composition }) };
}

function ownFields(type: PatternName, input: ParsedInput): JsonObject {
  const { fields } = patternTable[type];
  const given = Object.fromEntries(
    Object.entries(input).filter(([key, value]) => Object.hasOwn(fields, key) && value !== undefined),
  );
  return namedByUnit(fields, given) as JsonObject;
}

function fillCompose(own: JsonObject, team: Team): FilledNode {
  const { composition } = own;
  if (typeof composition === 'object' && composition !== null) {
    return { node: { pattern: 'compose', composition: composition as unknown as Node } };
  }
  const name = composition === undefined ? onlyComposition(team) : knownComposition(String(composition), team);
  const target = structuredClone(team.compositions[name]) as Node;
  return { node: { pattern: 'compose', composition: { ...target, name: target.name ?? name } }, composition: name };
}

function onlyComposition(team: Team): string {
  const names = Object.keys(team.compositions);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const message =
    names.length === 0
      ? `The team "${team.name}" has no compositions: name a team that has, or give "composition" as a node.`
      : `The team "${team.name}" has ${names.length} compositions: say which by "composition" (${names.slice(0, 12).join(', ')}).`;
  throw new CadreError('InvalidInput', message);
}

function knownComposition(name: string, team: Team): string {
  if (Object.hasOwn(team.compositions, name)) return name;
  const hint = hintFor(name, Object.keys(team.compositions), 'compositions');
  throw new CadreError('InvalidInput', `The team "${team.name}" has no composition "${name}" (${hint}).`);
}

/** The composition that fills in what the input leaves out: the one it names, or the only one of its type. */
function compositionFor(type: PatternName, own: JsonObject, named: string | undefined, team: Team): string | undefined {
  if (named !== undefined) {
    const name = knownComposition(named, team);
    const kind = kindOfNode(team.compositions[name] as Node);
    if (kind === type) return name;
    const start =
      kind === 'tool' || kind === 'approval' || kind === 'composition' ? '"compose"' : `"${kind}" or "compose"`;
    throw new CadreError(
      'InvalidInput',
      `The composition "${name}" is of type ${kind}, not ${type}: start it as ${start}.`,
    );
  }
  const enough = gapsOf({ pattern: type, ...own }).every((gap) => gap.path.length > 0);
  if (enough && (type !== 'supervisor' || own['specialists'] !== undefined)) return undefined;
  const fits = Object.keys(team.compositions).filter((name) => kindOfNode(team.compositions[name] as Node) === type);
  if (fits.length > 1) {
    const message = `The team "${team.name}" has several compositions of type ${type}: say which by "composition" (${fits.join(', ')}).`;
    throw new CadreError('InvalidInput', message);
  }
  return fits[0];
}

function onlyAgent(team: Team): string {
  const names = Object.keys(team.agents);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const message =
    names.length === 0
      ? `The team "${team.name}" has no agents.`
      : `The team "${team.name}" has ${names.length} agents: say which by "agent" (${names.slice(0, 12).join(', ')}).`;
  throw new CadreError('InvalidInput', message);
}

/** `branches` of the input replace `over` and `each` of the composition, and the other way round. */
function withoutRivals(base: Node | undefined, own: JsonObject): JsonObject {
  const fields = { ...(base as unknown as JsonObject | undefined) };
  if (own['branches'] !== undefined) {
    delete fields['over'];
    delete fields['each'];
  } else if (own['over'] !== undefined || own['each'] !== undefined) delete fields['branches'];
  return fields;
}
