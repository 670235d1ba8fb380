import fc from 'fast-check';
import { concatOf, unionOf, voteOf } from '../../contracts/merge';
import { limits } from '../../contracts/limits';
import { joinUntrusted, untrustedSetOf } from '../../contracts/untrusted';

const record = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  status: fc.constantFrom('open', 'closed'),
  n: fc.integer({ min: 0, max: 3 }),
});
const branches = fc
  .uniqueArray(fc.constantFrom('one', 'two', 'three', 'four'), { minLength: 1 })
  .chain((names) =>
    fc.tuple(...names.map((from) => fc.array(record, { maxLength: 4 }).map((value) => ({ from, value })))),
  )
  .map((list) => [...list]);
const shuffled = branches.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
);

describe('merging branches', () => {
  it.each([
    ['union', unionOf],
    ['vote', voteOf],
  ] as const)('%s does not depend on the order of arrival', (_name, merge) => {
    fc.assert(fc.property(shuffled, ([list, other]) => expect(merge(other)).toEqual(merge(list))));
  });

  it('keeps the declared order in concat', () => {
    expect(
      concatOf([
        { from: 'b', value: 1 },
        { from: 'a', value: 2 },
      ]).merged,
    ).toEqual([
      { from: 'b', value: 1 },
      { from: 'a', value: 2 },
    ]);
  });

  it('names both sides of a contradiction in union and keeps one record', () => {
    const { merged, conflicts } = unionOf([
      { from: 'x', value: [{ id: 'A-1', status: 'open' }] },
      { from: 'y', value: { items: [{ id: 'A-1', status: 'closed', due: 'today' }] } },
    ]);
    expect(merged).toEqual([{ id: 'A-1', status: 'open', due: 'today' }]);
    expect(conflicts).toEqual([
      {
        about: 'A-1.status',
        sides: [
          { from: 'x', claim: 'open' },
          { from: 'y', claim: 'closed' },
        ],
      },
    ]);
  });

  it('loses no member of any branch in union', () => {
    fc.assert(
      fc.property(branches, (list) => {
        const ids = new Set(list.flatMap(({ value }) => (value as { id: string }[]).map(({ id }) => id)));
        expect(new Set((unionOf(list).merged as { id: string }[]).map(({ id }) => id))).toEqual(ids);
      }),
    );
  });

  it('says when a vote is a tie', () => {
    expect(
      voteOf([
        { from: 'a', value: 'Yes' },
        { from: 'b', value: 'no' },
        { from: 'c', value: 'yes ' },
      ]).merged,
    ).toMatchObject({ winner: 'Yes', votes: 2, of: 3, tie: false });
    expect(
      voteOf([
        { from: 'a', value: 'yes' },
        { from: 'b', value: 'no' },
      ]).merged,
    ).toMatchObject({ votes: 1, tie: true });
  });
});

describe('sets of untrusted sources', () => {
  const sets = fc.array(
    fc.array(fc.constantFrom('m1', 'm2', 'm3', 'm4'), { minLength: 1 }).map((sources) => untrustedSetOf(sources)),
    { minLength: 1 },
  );

  it('join to the same set in any order and any grouping', () => {
    fc.assert(
      fc.property(
        sets.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)),
        ),
        ([list, other, cut]) => {
          const nested = joinUntrusted([joinUntrusted(other.slice(0, cut)), joinUntrusted(other.slice(cut))]);
          expect(nested?.setId).toEqual(joinUntrusted(list)?.setId);
        },
      ),
    );
  });

  it('are null only when nothing is untrusted', () => {
    expect(joinUntrusted([null, undefined])).toBeNull();
    const many = (prefix: string) => untrustedSetOf(Array.from({ length: 20 }, (_, n) => `${prefix}${n}`));
    expect(many('a')?.sample).toHaveLength(limits.untrustedSample);
    expect(joinUntrusted([many('a'), many('b')])?.sample).toHaveLength(limits.untrustedSample);
    expect(untrustedSetOf([])).toBeNull();
    expect(joinUntrusted([null, untrustedSetOf(['m1'])])).toMatchObject({ count: 1, sample: ['m1'] });
  });
});
