import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { Filling, Place } from './fill-place';
import type { Knowledge } from '../data/knowledge';
import { failuresInOrder } from '../data/read-request';
import type { Dispute } from '../data/records';
import { fits, resolveSchema, typeOf } from './schema-fit';
import { compareText, scalarText } from '../words/order';
import { unread } from '../data/look-up';

/** Contradictions: one record, one field, two values, each with the material that says it. */
export interface Conflict {
  id: string;
  dispute: Dispute;
}

export function conflictsOf(known: Knowledge): Conflict[] {
  return known.all.flatMap((record) => record.disputes.map((dispute) => ({ id: record.id, dispute })));
}

export function conflictTexts(known: Knowledge): string[] {
  return conflictsOf(known).map(
    ({ id, dispute }) =>
      `${aboutOf(id, dispute)}: ${dispute.sides.map((side) => `${side.from} says ${side.value}`).join(', ')}`,
  );
}

export function aboutOf(id: string, dispute: Dispute): string {
  return `${dispute.field} of ${id}`;
}

/**
 * What an answer cannot speak of: ids that do not exist, by a look-up, and calls that failed. Without a look-up, and
 * where all was read that there is, ids that are named and were not read; a part of the records tells nothing of others.
 */
export function openTexts(known: Knowledge): string[] {
  const { absent, mentions, window, lookUp, reading } = known;
  const named = new Map(mentions.dangling.map(({ id, from }) => [id, from.id === '' ? 'the data' : from.id]));
  const isWhole = window.from === undefined && window.to === undefined && lookUp.length === 0;
  const unreadIds = isWhole ? [...named.keys()].filter((id) => !absent.has(id)) : [];
  return [
    ...[...absent]
      .sort((a, b) => compareText(a[0], b[0]))
      .map(([id, said]) => (named.has(id) ? `${said}; it is named in ${named.get(id) ?? ''}` : said)),
    ...unreadIds.map((id) => `${id} is named in ${named.get(id) ?? ''} and ${unread}`),
    ...failuresInOrder(reading)
      .filter((failure) => ![...absent.keys()].some((id) => Object.values(failure.args).includes(id)))
      .map((failure) => `${failure.tool} failed: ${failure.message.slice(0, 200)}`),
  ];
}

/** Conflicts in the shape a schema asks for: about what, and both sides. */
export function conflictValues(items: JsonObject, filling: Filling, place: Place): Json[] {
  const properties = isJsonObject(items['properties']) ? items['properties'] : {};
  return conflictsOf(filling.known).flatMap(({ id, dispute }) => {
    const record = filling.known.all.find((one) => one.id === id);
    const out: JsonObject = {};
    for (const [name, property] of Object.entries(properties)) {
      const schema = resolveSchema(property, filling.root);
      if (typeOf(schema) === 'array') out[name] = sidesIn(resolveSchema(schema['items'], filling.root), dispute, id);
      else if (/field|property|attribute/i.test(name)) out[name] = dispute.field;
      else if (/^id$|key|record/i.test(name)) out[name] = id;
      else if (typeOf(schema) === 'string')
        out[name] = /statement|summary|text|description/i.test(name) ? conflictLine(id, dispute) : aboutOf(id, dispute);
      else {
        const value = record ? filling.fill(property, name, { ...place, record }) : undefined;
        if (value !== undefined) out[name] = value;
      }
    }
    return fits(items, out) ? [out] : [];
  });
}

function conflictLine(id: string, dispute: Dispute): string {
  return `${aboutOf(id, dispute)}: ${dispute.sides.map((side) => `${side.from} says ${side.value}`).join(', ')}`;
}

function sidesIn(items: JsonObject, dispute: Dispute, id: string): Json[] {
  const properties = isJsonObject(items['properties']) ? Object.keys(items['properties']) : [];
  if (typeOf(items) === 'string')
    return items['description'] !== undefined && /id|cite/i.test(scalarText(items['description']))
      ? [id]
      : dispute.sides.map((side) => `${side.from}: ${side.value}`);
  const from = properties.find((name) => /from|source|origin|branch|by|who/i.test(name));
  const claim = properties.find((name) => name !== from);
  return dispute.sides.map((side) => ({
    ...(from === undefined ? {} : { [from]: side.from }),
    ...(claim === undefined ? {} : { [claim]: side.value }),
  }));
}
