import fc from 'fast-check';
import { schemaMergeOf, unionOf, voteOf } from '../../contracts/merge';
import type { BranchValue, Conflict } from '../../contracts/merge';
import type { Json, JsonObject, JsonSchema } from '../../contracts/json';
import { schemaFindings } from '../../contracts/schema-findings';

fc.configureGlobal({ numRuns: Number(process.env['MERGE_RUNS'] ?? 100) });

const names = ['1-north', '2-south', '3-east', '4-west'];
const branchesOf = (value: fc.Arbitrary<Json>): fc.Arbitrary<BranchValue[]> =>
  fc
    .subarray(names, { minLength: 1 })
    .chain((list) => fc.tuple(...list.map((from) => value.map((each) => ({ from, value: each })))))
    .map((list) => [...list]);
const inTwoOrders = (values: fc.Arbitrary<BranchValue[]>): fc.Arbitrary<[BranchValue[], BranchValue[]]> =>
  values.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));

const ticket = fc.record(
  {
    id: fc.constantFrom<Json>('A-1', 'A-2', 3),
    status: fc.constantFrom<Json>('open', 'closed', 7),
    owner: fc.constantFrom<Json>('Dana', { b: 1, a: 2 }, { a: 2, b: 1 }),
    extra: fc.boolean(),
  },
  { requiredKeys: ['id'] },
) as fc.Arbitrary<Json>;
const report = fc.record(
  {
    total: fc.constantFrom<Json>(1, 2, 'many'),
    items: fc.array(
      fc.oneof(
        { weight: 5, arbitrary: ticket },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json> },
      ),
      { maxLength: 4 },
    ),
    note: fc.constantFrom<Json>('x', 'y', null),
    stray: fc.constantFrom<Json>('s'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Json>;
const output = fc.oneof(
  { weight: 6, arbitrary: report },
  { weight: 2, arbitrary: fc.array(ticket, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
);
const schema: JsonSchema = {
  type: 'object',
  properties: {
    total: { type: 'integer', minimum: 0 },
    note: { type: ['string', 'null'] },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: {}, status: { type: 'string', enum: ['open', 'closed'] }, owner: {} },
        required: ['id'],
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

const isNamed = (conflicts: readonly Conflict[], from: string, value: Json): boolean => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return conflicts.some(({ sides }) =>
    sides.some((side) => side.from.split(', ').includes(from) && (side.claim === text || sameJson(side.claim, value))),
  );
};
const sameJson = (text: string, value: Json): boolean => {
  try {
    return schemaFindings(value, { const: JSON.parse(text) as Json }).length === 0;
  } catch {
    return false;
  }
};

describe('union', () => {
  const lists = branchesOf(fc.array(ticket, { maxLength: 4 }));

  it('is the same in any order of arrival, conflicts included', () => {
    fc.assert(
      fc.property(inTwoOrders(branchesOf(output)), ([list, other]) => expect(unionOf(other)).toEqual(unionOf(list))),
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(branchesOf(output), (list) => {
        const once = unionOf(list).merged;
        expect(unionOf([{ from: 'nested', value: once }])).toEqual({ merged: once, conflicts: [] });
      }),
    );
  });

  it('holds every field of every member, or names it as the side of whoever gave it', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const { merged, conflicts } = unionOf(list);
        for (const { from, value } of list)
          for (const member of value as JsonObject[]) {
            const held = (merged as JsonObject[]).find(
              ({ id }) => JSON.stringify(id) === JSON.stringify(member['id']),
            ) as JsonObject;
            for (const [field, said] of Object.entries(member)) {
              const stands = schemaFindings(held[field] as Json, { const: said }).length === 0;
              expect(stands || isNamed(conflicts, from, said)).toBe(true);
            }
          }
      }),
    );
  });

  it('names one conflict with three sides, each by who really said it', () => {
    const said = (from: string, fields: JsonObject): BranchValue => ({ from, value: [{ id: 'A', ...fields }] });
    // What the first branch does not say cannot be its side.
    expect(unionOf([said('x', {}), said('y', { s: 1 }), said('z', { s: 2 }), said('w', { s: 1 })]).conflicts).toEqual([
      {
        about: 'A.s',
        sides: [
          { from: 'w, y', claim: '1' },
          { from: 'z', claim: '2' },
        ],
      },
    ]);
  });
});

describe('vote', () => {
  const ballots = branchesOf(fc.constantFrom<Json>('Yes', 'yes ', 'no', 1, { a: 1, b: 2 }, { b: 2, a: 1 }));

  it('is the same in any order of arrival', () => {
    fc.assert(fc.property(inTwoOrders(ballots), ([list, other]) => expect(voteOf(other)).toEqual(voteOf(list))));
  });

  it('counts every branch once, and the winner has most', () => {
    fc.assert(
      fc.property(ballots, (list) => {
        const {
          ballots: counted,
          votes,
          of,
          tie,
        } = voteOf(list).merged as unknown as {
          ballots: { voters: string[] }[];
          votes: number;
          of: number;
          tie: boolean;
        };
        expect(counted.flatMap(({ voters }) => voters).sort()).toEqual(list.map(({ from }) => from).sort());
        expect(of).toBe(list.length);
        expect(votes).toBe(Math.max(...counted.map(({ voters }) => voters.length)));
        expect(tie).toBe(counted.filter(({ voters }) => voters.length === votes).length > 1);
      }),
    );
  });

  it('comes out alike when everybody votes twice', () => {
    fc.assert(
      fc.property(ballots, (list) => {
        const twice = voteOf([...list, ...list.map(({ from, value }) => ({ from: `${from} again`, value }))]).merged;
        const { winner, tie, votes } = voteOf(list).merged as JsonObject;
        expect(twice).toMatchObject({ winner, tie, votes: Number(votes) * 2 });
      }),
    );
  });
});

describe('schema', () => {
  it('gives what fits, or says why it does not', () => {
    fc.assert(
      fc.property(branchesOf(output), (list) => {
        const { merged, findings } = schemaMergeOf(list, schema);
        if (findings.length === 0) expect(schemaFindings(merged, schema)).toEqual([]);
        else expect(list.every(({ value }) => typeof value !== 'object' || value === null)).toBe(true);
      }),
    );
  });

  it('is the same in any order of arrival', () => {
    fc.assert(
      fc.property(inTwoOrders(branchesOf(output)), ([list, other]) =>
        expect(schemaMergeOf(other, schema)).toEqual(schemaMergeOf(list, schema)),
      ),
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(branchesOf(output), (list) => {
        const { merged, findings } = schemaMergeOf(list, schema);
        fc.pre(findings.length === 0);
        expect(schemaMergeOf([{ from: 'nested', value: merged }], schema)).toEqual({
          merged,
          conflicts: [],
          findings: [],
        });
      }),
    );
  });

  it('holds every value, or names it with who gave it', () => {
    fc.assert(
      fc.property(branchesOf(report), (list) => {
        const { merged, conflicts } = schemaMergeOf(list, schema);
        const held = merged as JsonObject;
        for (const { from, value } of list)
          for (const [field, said] of Object.entries(value as JsonObject)) {
            if (field === 'items') continue;
            const stands =
              Object.hasOwn(held, field) && schemaFindings(held[field] as Json, { const: said }).length === 0;
            expect(stands || isNamed(conflicts, from, said)).toBe(true);
          }
      }),
    );
  });

  it('joins members by id, takes what most say, and names what it leaves out', () => {
    const merged = schemaMergeOf(
      [
        { from: 'a', value: { total: 1, items: [{ id: 'A-1', status: 'open' }], stray: 's' } },
        { from: 'b', value: { total: 2, items: [{ id: 'A-1', owner: 'Dana', status: 'half' }] } },
        { from: 'c', value: [{ id: 'B-2' }, 'no member'] },
        { from: 'd', value: { total: 2 } },
      ],
      schema,
    );
    expect(merged).toEqual({
      merged: { items: [{ id: 'A-1', owner: 'Dana', status: 'open' }, { id: 'B-2' }], total: 2 },
      findings: [],
      conflicts: [
        { about: 'items[A-1].status does not fit the schema', sides: [{ from: 'b', claim: 'half' }] },
        {
          about: expect.stringMatching(/^items\[sha256:\w+\] does not fit the schema$/) as string,
          sides: [{ from: 'c', claim: 'no member' }],
        },
        { about: 'stray is not in the schema', sides: [{ from: 'a', claim: 's' }] },
        {
          about: 'total',
          sides: [
            { from: 'b, d', claim: '2' },
            { from: 'a', claim: '1' },
          ],
        },
      ],
    });
  });

  it('says what is missing', () => {
    expect(schemaMergeOf([{ from: 'a', value: { n: 1 } }], { type: 'object', required: ['m'] }).findings).toEqual([
      '"m" is missing',
    ]);
    expect(schemaMergeOf([{ from: 'a', value: 'text' }], { type: 'object' }).findings).toEqual([
      'no branch gave anything that fits',
    ]);
  });
});
