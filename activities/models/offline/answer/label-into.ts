import type { Json, JsonObject, JsonSchema } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { kindOfProperty } from './field-match';
import { labelled, offlineLabel } from './label';
import { fits, resolveSchema, typeOf } from './schema-fit';

const order = ['note', 'summary', 'statement', 'text', 'other', 'title'] as const;

/**
 * The answer with its label, and with remarks, in the free text field that suits best: a note before a summary before a
 * title. A schema without any takes the label among its texts (`problems`), or as `madeBy` where more fields are
 * allowed; where nothing fits, the answer's `resolvedModel` alone says it.
 */
export function labelInto(
  value: JsonObject,
  schema: JsonSchema | undefined,
  remarks: readonly string[] = [],
): JsonObject {
  const root = schema ? resolveSchema(schema, schema) : {};
  const properties = isJsonObject(root['properties']) ? root['properties'] : {};
  const texts = Object.entries(properties)
    .map(([name, property]) => ({ name, property: resolveSchema(property, schema ?? {}) }))
    .filter(
      ({ property }) =>
        typeOf(property) === 'string' &&
        !property['enum'] &&
        !property['format'] &&
        !property['pattern'] &&
        property['const'] === undefined,
    )
    .map((one) => ({ ...one, rank: order.indexOf(kindOfProperty(one.name, one.property) as (typeof order)[number]) }))
    .filter(({ rank, name }) => rank !== -1 && !/agent|route|^(?:from|to|path|file|name)$/i.test(name))
    .sort((a, b) => a.rank - b.rank);
  for (const { name, property } of texts) {
    const said = typeof value[name] === 'string' ? value[name] : '';
    const fresh = remarks.filter((remark) => !said.includes(remark));
    for (const text of [labelled([said, ...fresh].filter(Boolean).join(' ')), labelled(said)])
      if (fits(property, text)) return { ...value, [name]: text };
  }
  return labelElsewhere(value, properties, schema ?? {}, root);
}

function labelElsewhere(value: JsonObject, properties: JsonObject, schema: JsonSchema, root: JsonObject): JsonObject {
  for (const [name, property] of Object.entries(properties)) {
    const list = resolveSchema(property, schema);
    const items = resolveSchema(list['items'], schema);
    const own = value[name];
    const isTexts =
      typeOf(list) === 'array' &&
      typeOf(items) === 'string' &&
      !items['enum'] &&
      /problem|remark|note|warning|unresolved|question/i.test(name);
    if (isTexts && Array.isArray(own)) {
      const longer: Json[] = [...own, offlineLabel];
      if (fits(list, longer)) return { ...value, [name]: longer };
    }
  }
  const merged = value['merged'];
  if (isJsonObject(merged) && properties['merged'] !== undefined)
    return { ...value, merged: { ...merged, note: offlineLabel } };
  return root['additionalProperties'] === false ? value : { ...value, madeBy: offlineLabel };
}
