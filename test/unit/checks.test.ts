import fc from 'fast-check';
import type { z } from 'zod';
import { limits } from '../../contracts/limits';
import { controlSchema, decideSchema, steerSchema, topUpSchema } from '../../contracts/schemas/handler-arguments';
import type { Checked } from '../../workflows/run/checks';
import { checkControl, checkDecision, checkSteer, checkTopUp } from '../../workflows/run/checks';

// Workflows cannot load zod, so what people send to a running run is checked twice over: by the published zod schemas
// outside and by checks of our own inside. Here the two are held equal.

interface Pair {
  name: string;
  schema: z.ZodType;
  check: (value: unknown) => Checked<unknown>;
  /** Values that are whole. */
  valid: fc.Arbitrary<Record<string, unknown>>;
}

const blanks = fc.constantFrom('', ' ', '\n\t', '\u00a0', '\ufeff', '\u2028', '\u3000', '\u200b', '\u180e', '\u0085');
/** Texts around a limit of length, with characters of one and two UTF-16 units. */
const textNear = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('a', ' ', '😀'), fc.integer({ min: -2, max: 2 }))
      .map(([unit, more]) => unit.repeat(Math.ceil((max + more) / unit.length))),
    blanks,
  );
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 0.5, 1e308, -0, Number.MIN_VALUE, '0', [], {}, [1], { a: 1 }, 'approve'),
  fc.jsonValue({ maxDepth: 2 }),
);
const args = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
const word = fc.string({ minLength: 1, maxLength: 8 }).map((text) => `${text}x`);
const amount = fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(0.01, 1e-300, 2.5));

const decide = fc.oneof(
  fc.record({ id: word, decision: fc.constantFrom('approve', 'reject'), by: word, reason: word, digest: word }),
  fc.record({ id: word, decision: fc.constant('edit'), by: word, args, digest: word, signature: word }),
  fc.record({ id: word, decision: fc.constant('reassign'), by: word, to: word }),
);
const topUp = fc.record({ tokens: amount, usd: amount, steps: amount, by: word }, { requiredKeys: ['by', 'tokens'] });
const pairs: Pair[] = [
  { name: 'decide', schema: decideSchema, check: checkDecision, valid: decide },
  { name: 'steer', schema: steerSchema, check: checkSteer, valid: fc.record({ text: word, from: word }) },
  { name: 'topUp', schema: topUpSchema, check: checkTopUp, valid: topUp },
  ...['pause', 'resume', 'stop'].map((name) => ({
    name,
    schema: controlSchema,
    check: (value: unknown) => checkControl(name, value),
    valid: fc.record({ by: word, reason: word }, { requiredKeys: ['by'] }),
  })),
];

const keys = ['id', 'decision', 'by', 'reason', 'args', 'to', 'digest', 'signature', 'text', 'from', 'tokens', 'usd'];
const strangeKeys = ['steps', 'extra', 'By', 'toString', '__proto__', 'constructor', ''];
const someKey = fc.constantFrom(...keys, ...strangeKeys);
const someMember = fc.oneof(odd, textNear(200), textNear(2_000), textNear(limits.steerBytes), args, amount);

/** A whole value with a few members taken out or exchanged. Through JSON, as every message comes to a run. */
function nearly(valid: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const out = fc.record({ key: someKey, value: fc.constant(undefined) });
  const put = fc.record({ key: someKey, value: someMember });
  return fc.tuple(valid, fc.array(fc.oneof(out, put), { maxLength: 3 })).map(([value, changes]) => {
    const members = new Map(Object.entries(value));
    for (const { key, value: member } of changes) {
      if (member === undefined) members.delete(key);
      else members.set(key, member);
    }
    const written = [...members].map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`);
    return JSON.parse(`{${written.join(',')}}`) as unknown;
  });
}

describe.each(pairs)('the check of $name and its published schema', ({ schema, check, valid }) => {
  const agree = (value: unknown): void => {
    const own = check(value);
    const published = schema.safeParse(value);
    expect({ value, ok: own.ok }).toEqual({ value, ok: published.success });
    if (own.ok) expect(own.value).toEqual(published.data);
    else expect(own.reason).toMatch(/\S/);
  };

  it('accept what is whole', () => {
    fc.assert(
      fc.property(valid, (value) => {
        expect(check(value).ok).toBe(true);
        agree(value);
      }),
    );
  });

  it('accept and refuse the same near misses', () => {
    fc.assert(fc.property(nearly(valid), agree), { numRuns: 3_000 });
  });

  it('refuse what is no object at all', () => {
    fc.assert(fc.property(odd, agree));
  });
});

it('the near misses are near: a good part is refused, a good part is not', () => {
  for (const { check, valid } of pairs) {
    const outcomes = fc.sample(nearly(valid), 1_000).map((value) => check(value).ok);
    const accepted = outcomes.filter(Boolean).length;
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(900);
  }
});
