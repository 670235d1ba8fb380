import fc from 'fast-check';
import { claimsOf, mergeClaims } from '../../contracts/merge';
import type { BranchValue, MergedClaims } from '../../contracts/merge';
import { textKey } from '../../contracts/merge/claim';
import type { Json } from '../../contracts/json';

fc.configureGlobal({ numRuns: Number(process.env['MERGE_RUNS'] ?? 100) });
const names = ['1-north', '2-south', '3-east', '4-west'];
const claim = fc.record(
  {
    claim: fc.constantFrom('It is open', 'it is OPEN.', 'It is closed', 'Nobody knows', 'The owner is Dana'),
    about: fc.constantFrom('API-7', 'api-7', 'API-8'),
    value: fc.constantFrom<Json>('open', 'Open', 'closed', 5, '5', { a: 1, b: [2] }, { b: [2], a: 1 }),
    sources: fc.array(fc.constantFrom<Json>('jira:7', 'mail:1', { id: 'x', page: 1 }, { page: 1, id: 'x' }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['claim'] },
);
const output: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.array(claim, { maxLength: 5 }).map((claims) => ({ claims, summary: 's' })) },
  { weight: 2, arbitrary: fc.array(claim, { maxLength: 4 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(claim, { maxLength: 3 }), fc.array(fc.constantFrom('Who pays?', 'who pays', 'When?')))
      .map(([claims, unresolved]) => ({ claims, unresolved })),
  },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<Json> },
);
const branches: fc.Arbitrary<BranchValue[]> = fc
  .subarray(names, { minLength: 1 })
  .chain((list) => fc.tuple(...list.map((from) => output.map((value) => ({ from, value })))))
  .map((list) => [...list]);
const shuffled = branches.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
);

type Said = { claim: string; wordings?: string[]; supportedBy: string[]; sources: Json[] };
const saidIn = ({ agreed, conflicts, unresolved }: MergedClaims): Said[] => [
  ...agreed,
  ...conflicts.flatMap(({ sides }) => sides),
  ...unresolved.flatMap(({ sides }) => sides ?? []),
];
const textsOf = ({ claim: text, wordings = [] }: Said): string[] => [text, ...wordings].map(textKey);
/** The claims of an output of the shapes that are generated above. */
const claimsIn = (value: Json): { claim: string; about?: string; value?: Json; sources?: Json[] }[] => {
  const list = Array.isArray(value) ? value : ((value as { claims?: Json })?.claims ?? []);
  return Array.isArray(list) ? (list as never[]).filter((each) => typeof each?.['claim'] === 'string') : [];
};
const byWho = (list: Said[], from: string): Said[] => list.filter(({ supportedBy }) => supportedBy.includes(from));

describe('claims, in general', () => {
  it('come out the same in any order of arrival', () => {
    fc.assert(fc.property(shuffled, ([list, other]) => expect(mergeClaims(other)).toEqual(mergeClaims(list))));
  });

  it('are all in the result, or named as a conflict or as unresolved, by who made them', () => {
    fc.assert(
      fc.property(branches, (list) => {
        const said = saidIn(mergeClaims(list));
        for (const { from, value } of list)
          for (const made of claimsIn(value)) expect(byWho(said, from).flatMap(textsOf)).toContain(textKey(made.claim));
      }),
    );
  });

  it('are supported by exactly the branches that make them', () => {
    fc.assert(
      fc.property(branches, (list) => {
        const { agreed, conflicts } = mergeClaims(list);
        for (const said of [...agreed, ...conflicts.flatMap(({ sides }) => sides)]) {
          const makers = list.filter(({ value }) =>
            claimsIn(value).some((each) => textsOf(said).includes(textKey(each.claim))),
          );
          const supporters = new Set(said.supportedBy);
          expect(said.supportedBy).toEqual([...supporters].sort());
          // Whoever supports it makes it in one of its wordings.
          for (const name of supporters) expect(makers.map(({ from }) => from)).toContain(name);
        }
      }),
    );
  });

  it('keep every source of whatever they say', () => {
    fc.assert(
      fc.property(branches, (list) => {
        const said = saidIn(mergeClaims(list));
        for (const { from, value } of list)
          for (const made of claimsIn(value))
            for (const source of made.sources ?? [])
              expect(
                byWho(said, from)
                  .filter((each) => textsOf(each).includes(textKey(made.claim)))
                  .flatMap((each) => each.sources),
              ).toContainEqual(source);
      }),
    );
  });

  it('never agree on two values of one subject', () => {
    fc.assert(
      fc.property(branches, (list) => {
        const { agreed, conflicts } = mergeClaims(list);
        const settled = agreed.flatMap(({ about, value }) =>
          about === undefined || value === undefined ? [] : [textKey(about)],
        );
        expect(new Set(settled).size).toBe(settled.length);
        for (const { about, sides } of conflicts) {
          expect(sides.length).toBeGreaterThan(1);
          expect(settled).not.toContain(textKey(about));
        }
      }),
    );
  });

  it('merged again say the same, but for who says it', () => {
    const from = 'nested';
    const unsupported = (text: string): string =>
      text.replace(/"(?:supportedBy":\[[^\]]*\]|from":"[^"]*")/g, '"who":0');
    fc.assert(
      fc.property(branches, (list) => {
        const once = claimsOf(list).merged;
        const twice = claimsOf([{ from, value: once }]).merged;
        const thrice = claimsOf([{ from, value: twice }]).merged;
        expect(thrice).toEqual(twice);
        expect(
          saidIn(twice as never)
            .flatMap(textsOf)
            .sort(),
        ).toEqual(
          saidIn(once as never)
            .flatMap(textsOf)
            .sort(),
        );
        expect(unsupported(JSON.stringify((twice as { conflicts?: Json }).conflicts))).toEqual(
          unsupported(JSON.stringify((once as { conflicts?: Json }).conflicts)),
        );
      }),
    );
  });

  it('do not count twice what a branch says twice', () => {
    fc.assert(
      fc.property(branches, (list) => {
        const doubled = list.map(({ from, value }) => ({
          from,
          value: Array.isArray(value)
            ? [...value, ...value]
            : Array.isArray((value as { claims?: Json })?.claims)
              ? { ...(value as object), claims: [...claimsIn(value), ...claimsIn(value)] as never }
              : value,
        }));
        expect(mergeClaims(doubled)).toEqual(mergeClaims(list));
      }),
    );
  });
});
