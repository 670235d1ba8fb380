import type { JsonObject } from '../../contracts/json';
import type { Node } from '../../contracts/node';
import { hintFor } from '../../contracts/schemas/nearest-name';
import type {
  AgentShape,
  AliasShape,
  BareTeamShape,
  DefaultsShape,
  ModelShape,
  PolicyShape,
  ToolSourceShape,
} from '../../contracts/schemas/team';
import { addDocumentCompositions } from './document-compositions';
import { addNamedCompensations } from './named-compensation';
import type { SortedDocuments } from './sort-documents';
import type { Place } from './team-faults';

/** A value with the place it was written at. */
export interface Placed<T> {
  value: T;
  place: Place;
}
export type EventShape = NonNullable<BareTeamShape['events']>[number];
export type ScheduleShape = NonNullable<BareTeamShape['schedules']>[number];

/** A team between its documents and its snapshot: everything merged, nothing resolved yet. */
export interface TeamDraft {
  name: string;
  eventPrefix: string;
  inline: boolean;
  defaults: DefaultsShape;
  models: Map<string, Placed<ModelShape>>;
  tools: Map<string, Placed<ToolSourceShape>>;
  agents: Map<string, Placed<AgentShape>>;
  compositions: Map<string, Placed<Node>>;
  aliases: Map<string, Placed<AliasShape>>;
  events: Placed<EventShape>[];
  schedules: Placed<ScheduleShape>[];
  policies: Placed<PolicyShape>[];
  documents: JsonObject;
  lost: ReadonlySet<string>;
  incomplete: boolean;
}

const suffix = /[-_]agent$/;

/** The declared agent a name stands for: itself, or its alias with or without `-agent`. */
export function agentNamed(draft: { agents: { has(name: string): boolean } }, name: string): string | undefined {
  if (draft.agents.has(name)) return name;
  const stem = name.replace(suffix, '');
  return [stem, `${stem}-agent`, `${stem}_agent`].find((other) => draft.agents.has(other));
}

/** Reports a name that stands for nothing, unless its declaration is already known to be faulty. */
export function faultUnknown(
  draft: Pick<TeamDraft, 'lost' | 'incomplete'>,
  place: Place,
  name: string,
  known: Iterable<string>,
  what: 'agent' | 'model' | 'tool' | 'composition' | 'approver group',
): void {
  if (draft.incomplete || draft.lost.has(name)) return;
  place.fault(`names the ${what} "${name}", which the team does not have`, hintFor(name, [...known], `${what}s`));
}

/** Puts the documents of a team together; what is said twice is a fault that names both places. */
export function draftTeam(sorted: SortedDocuments, fallbackName: string, inline: boolean): TeamDraft {
  const draft = emptyDraft(sorted, fallbackName, inline);
  for (const { spec, place } of sorted.specs) addSpec(draft, spec, place);
  for (const { name, spec, place } of sorted.agents) addAgent(draft, name, spec, place);
  joinAliases(draft);
  addDocumentCompositions(draft, sorted);
  addNamedCompensations(draft, sorted);
  return draft;
}

function emptyDraft(sorted: SortedDocuments, fallbackName: string, inline: boolean): TeamDraft {
  const [first, ...others] = sorted.heads;
  for (const head of others) {
    if (first && head.name !== first.name) {
      head.place
        .at('name')
        .fault(`is "${head.name}", but the team is named "${first.name}" at ${first.place.at('name').text()}`);
    }
  }
  const name = first?.name ?? fallbackName;
  return {
    name,
    eventPrefix: sorted.heads.find((head) => head.eventPrefix !== undefined)?.eventPrefix ?? name,
    inline,
    defaults: {},
    models: new Map(),
    tools: new Map(),
    agents: new Map(),
    compositions: new Map(),
    aliases: new Map(),
    events: [],
    schedules: [],
    policies: [],
    documents: {},
    lost: sorted.lost,
    incomplete: sorted.incomplete,
  };
}

function addSpec(draft: TeamDraft, spec: BareTeamShape, place: Place): void {
  addTo(draft.models, spec.models, place.at('models'));
  addTo(draft.tools, spec.tools, place.at('tools'));
  addTo(draft.compositions, spec.compositions, place.at('compositions'));
  addTo(draft.aliases, spec.toolAliases, place.at('toolAliases'));
  spec.events?.forEach((value, index) => draft.events.push({ value, place: place.at('events', index) }));
  spec.schedules?.forEach((value, index) => draft.schedules.push({ value, place: place.at('schedules', index) }));
  if (spec.policy) draft.policies.push({ value: spec.policy, place: place.at('policy') });
  addDefaults(draft, spec, place);
  if (Array.isArray(spec.agents)) addAgentList(draft, spec.agents, place.at('agents'));
  else
    for (const [name, agent] of Object.entries(spec.agents ?? {}))
      addAgent(draft, name, agent, place.at('agents', name));
}

function addDefaults(draft: TeamDraft, spec: BareTeamShape, place: Place): void {
  const breaker = spec.circuitBreaker ? { circuitBreaker: spec.circuitBreaker } : {};
  for (const [key, value] of Object.entries({ ...spec.defaults, ...breaker })) {
    const same = JSON.stringify(draft.defaults[key as keyof DefaultsShape]) === JSON.stringify(value);
    if (Object.hasOwn(draft.defaults, key) && !same) place.at('defaults', key).fault('is said twice, differently');
  }
  draft.defaults = { ...draft.defaults, ...spec.defaults, ...breaker };
}

function addTo<T>(into: Map<string, Placed<T>>, from: Record<string, T> | undefined, place: Place): void {
  for (const [name, value] of Object.entries(from ?? {})) {
    const before = into.get(name);
    if (before) place.at(name).fault(`is declared twice, the first time at ${before.place.text()}`);
    else into.set(name, { value, place: place.at(name) });
  }
}

function addAgentList(draft: TeamDraft, agents: readonly (AgentShape & { name: string })[], place: Place): void {
  const seen = new Map<string, Place>();
  agents.forEach((agent, index) => {
    const at = place.at(index);
    const before = seen.get(agent.name);
    if (before) at.at('name').fault(`declares the agent "${agent.name}" twice, the first time at ${before.text()}`);
    else addAgent(draft, agent.name, agent, at);
    seen.set(agent.name, at);
  });
}

/** Documents may each say a part of an agent; no two may say the same part differently. */
function addAgent(draft: TeamDraft, name: string, spec: AgentShape, place: Place): void {
  const { name: _own, ...shape } = spec;
  const before = draft.agents.get(name);
  if (!before) {
    draft.agents.set(name, { value: shape, place });
    return;
  }
  for (const key of Object.keys(shape) as (keyof typeof shape)[]) {
    const twice = Object.hasOwn(before.value, key) && JSON.stringify(before.value[key]) !== JSON.stringify(shape[key]);
    if (twice)
      place.at(key).fault(`is said twice of the agent "${name}", the first time at ${before.place.at(key).text()}`);
  }
  for (const key of Object.keys(shape)) if (!Object.hasOwn(before.value, key)) before.place.adopt(key, place.at(key));
  before.value = { ...before.value, ...shape };
}

/** `backend-agent` and `backend` are one agent: declarations under both names become one. */
function joinAliases(draft: TeamDraft): void {
  for (const [name, placed] of [...draft.agents]) {
    const stem = name.replace(suffix, '');
    if (stem === name || !draft.agents.has(stem)) continue;
    draft.agents.delete(name);
    addAgent(draft, stem, placed.value, placed.place);
    placed.place.notice(`The agent "${name}" (${placed.place.text()}) is the agent "${stem}".`);
  }
}
