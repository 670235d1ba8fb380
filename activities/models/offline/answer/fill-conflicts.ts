import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { Filling, Place } from './fill-place';
import type { Knowledge } from '../data/knowledge';
import { failuresInOrder } from '../data/read-request';
import type { Dispute } from '../data/records';
import { fits, resolveSchema, typeOf } from './schema-fit';
import { scalarText } from '../words/order';

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

/** Ids that the data names and does not hold, and calls that failed: what an answer cannot speak of. */
export function openTexts(known: Knowledge): string[] {
  return [
    ...known.mentions.dangling.map(
      ({ id, from }) => `${id} is named in ${from.id === '' ? 'the data' : from.id} and is not in the data`,
    ),
    ...failuresInOrder(known.reading).map((failure) => `${failure.tool} failed: ${failure.message.slice(0, 200)}`),
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
