import fc from 'fast-check';
import { z } from 'zod';
import type { JsonObject, JsonSchema } from '../../contracts/json';
import { ask, data, object, requestOf } from './offline-support';

const scalar = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('2026-03-01', 'AB-12', 'Ada Holm', 'https://a.example/x', 'It rained. We waited for the boat.'),
);
const names = fc.constantFrom(
  'id',
  'title',
  'date',
  'owner',
  'status',
  'body',
  'amount',
  'tags',
  'url',
  'unit',
  'grade',
);
const record = fc.dictionary(
  names,
  fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) }),
  { maxKeys: 7 },
);
const leaf = fc.oneof(
  fc.constant<JsonSchema>({ type: 'string' }),
  fc.constant<JsonSchema>({ type: 'integer' }),
  fc.constant<JsonSchema>({ type: ['number', 'null'] }),
  fc.constant<JsonSchema>({ type: 'boolean' }),
  fc.constant<JsonSchema>({ type: 'string', format: 'date' }),
  fc.constant<JsonSchema>({ type: 'string', maxLength: 20 }),
  fc.constant<JsonSchema>({ type: 'string', enum: ['open', 'closed', 'unknown'] }),
  fc.constant<JsonSchema>({ type: 'array', items: { type: 'string' }, maxItems: 3 }),
  fc.constant<JsonSchema>({ anyOf: [{ type: 'string', format: 'uri' }, { type: 'null' }] }),
);
const shape = fc.dictionary(
  fc.oneof(names, fc.constantFrom('summary', 'total', 'quote', 'cites', 'people', 'openCount', 'note')),
  leaf,
  { minKeys: 1, maxKeys: 6 },
);

it('gives a valid answer, or says in words what it could not fill, for any data and any schema', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 8 }), shape, shape, async (records, outer, inner) => {
      const wanted = object({ ...outer, items: { type: 'array', items: object(inner) } }, [
        'items',
        ...Object.keys(outer).slice(0, 2),
      ]);
      const { text } = await ask(
        requestOf('Report on the boats.', [data('boats', records)], {
          output: { name: 'agent', schema: wanted },
        }),
      );
      if (!text.startsWith('{')) return expect(text).toContain('could not be filled');
      const answer = JSON.parse(text) as JsonObject;
      z.fromJSONSchema(wanted).parse(answer);
      const source = JSON.stringify(records);
      for (const one of answer['items'] as JsonObject[]) {
        for (const key of ['quote', 'id'])
          if (typeof one[key] === 'string' && one[key] !== '' && !inner[key]?.['enum'])
            expect(source).toContain(JSON.stringify(one[key]).slice(1, -1));
        for (const cite of Array.isArray(one['cites']) ? one['cites'] : [])
          expect(source).toContain(JSON.stringify(cite).slice(1, -1));
      }
    }),
    { numRuns: 150 },
  );
});
