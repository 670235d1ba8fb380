import fc from 'fast-check';
import { z } from 'zod';
import type { Json, JsonSchema } from '../../contracts/json';
import { schemaFindings } from '../../contracts/schema-findings';
import { schemaProblems } from '../../activities/models/schema-check';

// Check nodes are judged inside workflows, without zod. For the keywords it knows, the judge agrees with zod's own
// reading of JSON Schema.

const bound = fc.integer({ min: 0, max: 4 });
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const key = fc.constantFrom('a', 'b', 'c', 'a.b', 'ß');

/** Without the members that are undefined: those are keywords left out. */
function schemaOf(members: Record<string, unknown>): JsonSchema {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonSchema;
}

const leaf: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.record({ type: fc.constant('string'), minLength: optional(bound), maxLength: optional(bound) }).map(schemaOf),
  fc
    .record({
      type: fc.constantFrom('number', 'integer'),
      minimum: optional(fc.integer({ min: -3, max: 3 })),
      maximum: optional(fc.double({ min: -3, max: 3, noNaN: true })),
    })
    .map(schemaOf),
  fc.constantFrom<JsonSchema>({ type: 'boolean' }, { type: 'null' }, {}, { type: ['string', 'null'] }),
  fc.array(fc.constantFrom('a', 'b', '', 1, null, true), { minLength: 1, maxLength: 3 }).map((all) => ({
    enum: [...new Set(all)],
  })),
  fc.constantFrom('a', 0, -1.5, null, false).map((value) => ({ const: value })),
);

const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc
      .record({
        type: fc.constant('array'),
        items: tie('schema'),
        minItems: optional(bound),
        maxItems: optional(bound),
      })
      .map(schemaOf),
    fc
      .record({
        type: fc.constant('object'),
        properties: fc.dictionary(key, tie('schema'), { maxKeys: 3 }),
        required: optional(fc.uniqueArray(key, { maxLength: 3 })),
        additionalProperties: optional(fc.boolean()),
      })
      // What zod passes over is tested by itself, below.
      .map(({ required, ...rest }) => {
        const known = required?.filter((name) => Object.hasOwn(rest.properties, name));
        return schemaOf({ ...rest, required: known });
      }),
  ),
}));

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.string({ maxLength: 5, unit: 'binary' }),
  fc.constantFrom<Json>('a', 'b', '', '😀😀', null, true, false, 0, 1, -1.5),
  fc.integer({ min: -4, max: 4 }),
  fc.double({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true }),
);

/** A value that was made for the schema, more or less. */
function valueNear(of: JsonSchema): fc.Arbitrary<Json> {
  const { type, items, properties } = of as {
    type?: Json;
    items?: JsonSchema;
    properties?: Record<string, JsonSchema>;
  };
  if (Array.isArray(of['enum'])) return fc.oneof(fc.constantFrom(...of['enum']), scalar);
  if ('const' in of) return fc.oneof(fc.constant(of['const']), scalar);
  if (type === 'array')
    return fc.oneof({ weight: 6, arbitrary: fc.array(items ? valueNear(items) : scalar, { maxLength: 4 }) }, scalar);
  if (type !== 'object') return scalar;
  const members = Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, valueNear(one)]));
  const known = fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<Record<string, Json>>;
  const more = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, fc.dictionary(key, scalar, { maxKeys: 1 }));
  const object = fc.tuple(known, more).map(([one, two]): Json => ({ ...two, ...one }));
  return fc.oneof({ weight: 8, arbitrary: object }, scalar);
}
const cases = schema.chain((one) => valueNear(one).map((value) => ({ schema: one, value })));

it('finds something wrong exactly where zod does', () => {
  fc.assert(
    fc.property(cases, ({ schema: one, value }) => {
      const findings = schemaFindings(value, one);
      expect(findings.length === 0).toBe(z.fromJSONSchema(one).safeParse(value).success);
      for (const finding of findings) expect(finding).toMatch(/^(the output|".*").* (must be|is)/s);
    }),
    { numRuns: 5_000 },
  );
});

it('the cases are near: many fit, many do not', () => {
  const fitting = fc.sample(cases, 2_000).filter(({ schema: one, value }) => schemaFindings(value, one).length === 0);
  expect(fitting.length).toBeGreaterThan(300);
  expect(fitting.length).toBeLessThan(1_700);
});

it('says where, what was found and what is expected', () => {
  const tickets: JsonSchema = {
    type: 'object',
    properties: { tickets: { type: 'array', minItems: 1, items: { type: 'object', required: ['id'] } } },
    required: ['tickets', 'date'],
    additionalProperties: false,
  };
  expect(schemaFindings({ tickets: [{ id: 1 }, {}], more: true }, tickets)).toEqual([
    '"date" is missing',
    '"tickets[1].id" is missing',
    '"more" is not expected',
  ]);
  expect(schemaFindings([], tickets)).toEqual(['the output must be object, not array']);
  expect(schemaFindings({ tickets: [], date: '' }, tickets)).toEqual([
    '"tickets": its number of items is 0, at least 1 is expected',
    '"date" is not expected',
  ]);
});

it('judges what zod passes over: members that no property describes, and shapes without a type', () => {
  const open: JsonSchema = { type: 'object', required: ['id'] };
  const untyped: JsonSchema = { properties: { id: { minLength: 2 } }, required: ['id'] };
  for (const shape of [open, untyped]) {
    expect(z.fromJSONSchema(shape).safeParse({}).success).toBe(true);
    expect(schemaFindings({}, shape)).toEqual(['"id" is missing']);
    // The gate in front of every answer and every tool call knows both judges.
    expect(schemaProblems(shape, {})).toEqual(['"id" is missing']);
    expect(schemaProblems(shape, { id: 'AB' })).toEqual([]);
  }
});

it('compares constants as JSON, whatever the order of their keys', () => {
  const shape: JsonSchema = { enum: [{ a: 1, b: [2, null] }, 'x'] };
  expect(schemaFindings({ b: [2, null], a: 1 }, shape)).toEqual([]);
  expect(schemaFindings({ b: [null, 2], a: 1 }, shape)).toHaveLength(1);
  expect(schemaFindings({ a: 1 }, { const: { a: 1, b: 2 } })).toHaveLength(1);
});

it('stops at 20 findings, however long the value is', () => {
  const numbers = Array.from({ length: 500 }, () => 'x');
  expect(schemaFindings(numbers, { type: 'array', items: { type: 'number' } })).toHaveLength(20);
});

it('counts characters, not UTF-16 units, as JSON Schema does', () => {
  expect(schemaFindings('😀😀', { type: 'string', minLength: 2, maxLength: 2 })).toEqual([]);
});
