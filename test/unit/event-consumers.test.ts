import fc from 'fast-check';
import { consumersOf } from '../../contracts/event-delivery';
import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import { subjectFits } from '../../contracts/subjects';
import type { AgentView, TeamView } from '../../contracts/team';

const words = fc.constantFrom('a', 'b', 'pr', 'merged', 'a-b', '1', 'ä');
const subjects = fc.array(words, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
const patterns = fc
  .tuple(fc.array(fc.oneof(words, fc.constant('*')), { minLength: 0, maxLength: 4 }), fc.constantFrom('', '>'))
  .map(([parts, tail]) => [...parts, ...(tail ? [tail] : [])].join('.'))
  .filter((pattern) => pattern !== '');
/** A pattern made from the subject itself, so that many of them fit. */
const kin = fc.tuple(subjects, fc.infiniteStream(fc.boolean()), fc.nat(6)).map(([subject, stars, cut]) => {
  const parts = subject.split('.').map((word) => (stars.next().value ? '*' : word));
  const pattern = (cut > 0 && cut < parts.length ? [...parts.slice(0, cut), '>'] : parts).join('.');
  return { subject, pattern };
});

/** What the NATS documentation says, written as a regular expression: nothing in common with the walk over words. */
function documented(pattern: string, subject: string): boolean {
  const source = pattern
    .split('.')
    .map((part, at, all) => {
      if (part === '*') return '[^.]+';
      if (part === '>') return at === all.length - 1 ? '.+' : '(?!)';
      return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    })
    .join('\\.');
  return new RegExp(`^${source}$`, 'u').test(subject);
}

describe('whether a subject fits a pattern', () => {
  it('is what the documentation of NATS says, for any two', () => {
    fc.assert(
      fc.property(patterns, subjects, (pattern, subject) => {
        expect(subjectFits(pattern, subject)).toBe(documented(pattern, subject));
      }),
      { numRuns: 2_000 },
    );
  });

  it('and for patterns made from the subject, all of which fit', () => {
    fc.assert(
      fc.property(kin, ({ subject, pattern }) => {
        expect(documented(pattern, subject)).toBe(true);
        expect(subjectFits(pattern, subject)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['a.>', 'a', false],
    ['a.>', 'a.b', true],
    ['>', 'a', true],
    ['a.>.c', 'a.b.c', false],
    ['a.*', 'a.b.c', false],
    ['*', 'a.b', false],
    ['a*', 'ab', false],
  ])('%s and %s: %s', (pattern, subject, fits) => {
    expect(subjectFits(pattern, subject)).toBe(fits);
    expect(documented(pattern, subject)).toBe(fits);
  });
});

interface Subscription {
  pattern: string;
  agent: string;
  action?: string;
  allOf?: string[];
  emits?: string[];
  ordered?: boolean;
  attempts?: number;
}
const agents = ['alpha', 'beta', 'gamma'];
const subscription: fc.Arbitrary<Subscription> = fc.record(
  {
    pattern: patterns,
    agent: fc.constantFrom(...agents),
    action: fc.constantFrom('Do it', 'do-it', 'Look'),
    allOf: fc.array(patterns, { maxLength: 2 }),
    emits: fc.array(subjects, { maxLength: 2 }),
    ordered: fc.boolean(),
    attempts: fc.integer({ min: 1, max: 99 }),
  },
  { requiredKeys: ['pattern', 'agent'] },
);

/** Every other one stands in the team's table, the rest with their agents. */
function teamOf(subscriptions: readonly Subscription[]): Pick<TeamView, 'agents' | 'events'> {
  const table = subscriptions.filter((_, n) => n % 2 === 0);
  const own = subscriptions.filter((_, n) => n % 2 === 1);
  const views = agents.map((name) => {
    const eventSubscriptions = own
      .filter(({ agent }) => agent === name)
      .map(({ pattern, agent: _agent, ...rest }) => ({ subject: pattern, ...rest }));
    return [name, { eventSubscriptions } as unknown as AgentView] as const;
  });
  const events = table.map(({ pattern, ...consumer }) => ({ subject: pattern, consumers: [consumer] }));
  return { agents: Object.fromEntries(views), events: events };
}

describe('who gets an event', () => {
  it('is everybody with a subscription that fits it, each once, in the order of the file', () => {
    fc.assert(
      fc.property(fc.array(subscription, { maxLength: 8 }), subjects, (subscriptions, subject) => {
        const found = consumersOf(teamOf(subscriptions), subject);
        const table = subscriptions.filter((_, n) => n % 2 === 0);
        const own = subscriptions.filter((_, n) => n % 2 === 1);
        const inOrder = [...table, ...agents.flatMap((name) => own.filter(({ agent }) => agent === name))];
        const fitting = inOrder.filter(({ pattern, allOf = [] }) =>
          [pattern, ...allOf].some((one) => documented(one, subject)),
        );
        const names = fitting.map(({ agent, action }) =>
          action === undefined ? agent : `${agent}.${action.toLowerCase().replace(' ', '-')}`,
        );
        expect(found.map(({ consumer }) => consumer)).toEqual([...new Set(names)]);
        for (const one of found) {
          const first = fitting[names.indexOf(one.consumer)];
          const set = first?.allOf?.length ? [...new Set([first.pattern, ...first.allOf])] : undefined;
          expect(one.wanted).toEqual(set);
          expect(one.standsFor).toEqual(set?.filter((pattern) => documented(pattern, subject)));
          expect(one).toMatchObject({ agent: first?.agent, emits: first?.emits ?? [] });
          expect(one.action).toBe(first?.action);
          expect(one.ordered).toBe(first?.ordered || undefined);
          expect(one.attempts).toBe(Math.min(first?.attempts ?? limits.consumerAttempts, 20));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('passes over what is no entry of a table', () => {
    const events = [null, 7, {}, { subject: 'a' }, { subject: 'a', consumers: [null, 'x'] }] as unknown as Json[];
    expect(consumersOf({ agents: {}, events }, 'a')).toEqual([]);
  });
});
