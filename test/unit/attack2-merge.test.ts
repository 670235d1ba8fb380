import type { Json, JsonSchema } from '../../contracts/json';
import { claimsOf, schemaMergeOf, unionOf, voteOf } from '../../contracts/merge';

const branchCount = 64;
const perBranch = 250;

/** As many members as the answers of all branches may hold, however they are meant. */
const branches = (member: (n: number) => Json) =>
  Array.from({ length: branchCount }, (_, branch) => ({
    from: `b${branch}`,
    value: { members: Array.from({ length: perBranch }, (_none, n) => member(branch * perBranch + n)) },
  }));

const strict: JsonSchema = {
  type: 'object',
  properties: {
    members: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: { type: 'string' }, n: { type: 'number' } },
        additionalProperties: false,
      },
    },
  },
};
const cases: [string, (n: number) => Json][] = [
  ['one identity, another value each', (n) => ({ id: 'x', n })],
  ['one identity, a value of the wrong kind each', (n) => ({ id: 'x', n: `v${n}` })],
  ['one identity, a field that has no place', (n) => ({ id: 'x', other: n })],
  ['one identity, another field each', (n) => ({ id: 'x', [`f${n}`]: 1 })],
  ['one subject, another value each', (n) => ({ about: 'x', claim: `c${n}`, value: n, sources: [`s${n}`] })],
];

// A workflow task that computes for longer than a few seconds is given up, and made again for ever.
it.each(cases)('merging as many members as fit holds no workflow task up: %s', (_name, member) => {
  const values = branches(member);
  for (const merge of [unionOf, voteOf, claimsOf, (all: typeof values) => schemaMergeOf(all, strict)]) {
    const begun = performance.now();
    merge(values);
    expect(performance.now() - begun).toBeLessThan(6_000);
  }
});

it('a field of the name __proto__ is a field like any other', () => {
  const value = [JSON.parse('{"id":"x","__proto__":{"a":1}}') as Json];
  const { merged } = unionOf([
    { from: 'a', value: [{ id: 'x' }] },
    { from: 'b', value },
  ]);
  expect(JSON.stringify(merged)).toBe('[{"id":"x","__proto__":{"a":1}}]');
});
