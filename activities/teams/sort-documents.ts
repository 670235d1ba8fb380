import type { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../contracts/json';
import { camelKey } from '../../contracts/schemas/camel-keys';
import {
  agentDocument,
  bareTeam,
  blackboardDocument,
  documentKinds,
  meetingDocument,
  taskTreeDocument,
  teamDocument,
  type BlackboardDocument,
  type MeetingDocument,
  type TaskTreeDocument,
} from '../../contracts/schemas/documents';
import { hintFor } from '../../contracts/schemas/nearest-name';
import { parseWhatFits } from '../../contracts/schemas/parse-shape';
import type { AgentShape, BareTeamShape } from '../../contracts/schemas/team';
import type { TeamDocument } from './read-documents';
import type { Place } from './team-faults';

/** The documents of a team, parsed, each with its place. */
export interface SortedDocuments {
  heads: { name: string; eventPrefix?: string; place: Place }[];
  specs: { spec: BareTeamShape; place: Place }[];
  agents: { name: string; spec: AgentShape; place: Place }[];
  taskTrees: { document: TaskTreeDocument; place: Place }[];
  blackboards: { document: BlackboardDocument; place: Place }[];
  meetings: { document: MeetingDocument; place: Place }[];
  /** Names whose declaration was faulty: a reference to one of them is no second fault. */
  lost: Set<string>;
  /** A document could not be used at all: references into it cannot be judged. */
  incomplete: boolean;
}

/** Recognises each document by its `kind`, or by its keys when it is one of the bare snippets, and parses it. */
export function sortDocuments(documents: readonly TeamDocument[]): SortedDocuments {
  const sorted: SortedDocuments = {
    heads: [],
    specs: [],
    agents: [],
    taskTrees: [],
    blackboards: [],
    meetings: [],
    lost: new Set(),
    incomplete: false,
  };
  for (const { value, place } of documents) {
    if (!isJsonObject(value)) place.fault('must be a map of keys and values');
    else if (Object.hasOwn(value, 'kind') || Object.hasOwn(value, 'apiVersion')) sortKind(value, place, sorted);
    else sortBare(value, place, sorted);
  }
  return sorted;
}

/** Whether a JSON file says by itself that it is a document: by its kind, or by the keys of a meeting or a board. */
export function isDocument(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const keys = new Set(Object.keys(value).map(camelKey));
  return Object.hasOwn(value, 'kind') || isMeeting(keys) || keys.has('taskId');
}

const isMeeting = (keys: ReadonlySet<string>): boolean =>
  keys.has('participants') || (keys.has('title') && keys.has('agenda'));

function sortKind(value: JsonObject, place: Place, into: SortedDocuments): void {
  const kind = value['kind'];
  if (kind === 'Team') {
    const team = parse(teamDocument, value, place, into);
    if (!team) return;
    const { name, eventPrefix } = team.metadata;
    into.heads.push({ name, place: place.at('metadata'), ...(eventPrefix === undefined ? {} : { eventPrefix }) });
    into.specs.push({ spec: team.spec, place: place.at('spec') });
  } else if (kind === 'AgentConfig') {
    const agent = parse(agentDocument, value, place, into);
    if (agent) into.agents.push({ name: agent.metadata.name, spec: agent.spec, place: place.at('spec') });
  } else if (kind === 'TaskTree') {
    const document = parse(taskTreeDocument, value, place, into);
    if (document) into.taskTrees.push({ document, place });
  } else if (kind === undefined) {
    place.fault('has no "kind"', `kinds: ${documentKinds.join(', ')}`);
  } else {
    place
      .at('kind')
      .fault(
        `is no kind of document: ${JSON.stringify(kind).slice(0, 60)}`,
        hintFor(typeof kind === 'string' ? kind : '', documentKinds, 'kinds'),
      );
  }
}

function sortBare(value: JsonObject, place: Place, into: SortedDocuments): void {
  const keys = new Set(Object.keys(value).map(camelKey));
  if (isMeeting(keys)) {
    const document = parse(meetingDocument, value, place, into);
    if (document) into.meetings.push({ document, place });
  } else if (keys.has('taskId') || keys.has('artifacts')) {
    const document = parse(blackboardDocument, value, place, into);
    if (document) into.blackboards.push({ document, place });
  } else {
    const spec = parse(bareTeam, value, place, into);
    if (spec) into.specs.push({ spec, place });
  }
}

function parse<T>(schema: z.ZodType<T>, value: JsonObject, place: Place, into: SortedDocuments): T | undefined {
  const parsed = parseWhatFits(schema, value);
  place.shapeFaults(parsed.faults);
  for (const name of parsed.removed) into.lost.add(name);
  if (parsed.value === undefined) into.incomplete = true;
  return parsed.value;
}
