import fc from 'fast-check';
import { matchedCapabilities, settleRoute, type RouteChoice, type RouteFacts } from '../../workflows/run/settle-route';

const routes: RouteFacts[] = [
  { name: 'north', agent: 'north', capabilities: ['billing'] },
  { name: 'south', agent: 'south', capabilities: ['billing'] },
  { name: 'law', agent: 'law', capabilities: ['contracts'], when: 'Contracts' },
  { name: 'flow', capabilities: [] },
];
const sure: RouteChoice = { route: 'north', confidence: 0.9, reason: 'invoices' };
const settle = (choice: RouteChoice, load: Record<string, number> | null, priority?: number, facts = routes) =>
  settleRoute(choice, facts, load, { minConfidence: 0.5, priority });

describe('the route that is taken', () => {
  it('is the least busy of those declared for the same', () => {
    expect(settle(sure, { north: 2, south: 0, law: 0 })).toEqual({
      taken: 'south',
      among: ['north', 'south'],
      load: { north: 2, south: 0, law: 0 },
      because: 'south is least busy of those that fit alike (conversations at work: south 0, north 2)',
    });
  });

  it('is the chosen one where all are equally busy, or where nobody counted (old histories)', () => {
    expect(settle(sure, { north: 1, south: 1, law: 0 })).toMatchObject({
      taken: 'north',
      because: 'north fits best of those that fit alike (conversations at work: north 1, south 1)',
    });
    expect(settle(sure, null)).toEqual({ taken: 'north', among: ['north'], load: {}, because: 'north fits best' });
  });

  it('is never one that the words of the team keep apart', () => {
    const apart = routes.map((route) => ({ ...route, when: `For ${route.name}` }));
    expect(settle(sure, { north: 9, south: 0, law: 0 }, 5, apart)).toMatchObject({ taken: 'north', among: ['north'] });
  });

  it('makes room the sooner, the less urgent the run is', () => {
    const near: RouteChoice = { ...sure, alternatives: [{ route: 'law', confidence: 0.82 }] };
    const busy = { north: 3, south: 3, law: 0 };
    expect([1, 2, 3, 4, 5].map((priority) => settle(near, busy, priority).taken)).toEqual([
      'north',
      'north',
      'north',
      'law',
      'law',
    ]);
    const nearer: RouteChoice = { ...sure, alternatives: [{ route: 'law', confidence: 0.85 }] };
    expect([1, 2, 3].map((priority) => settle(nearer, busy, priority).taken)).toEqual(['north', 'north', 'law']);
    expect(settle(nearer, busy).taken).toBe('law');
    // Urgent runs too are balanced over what fits exactly alike.
    expect(settle({ ...sure, alternatives: [{ route: 'law', confidence: 0.97 }] }, busy, 1).taken).toBe('law');
  });

  it('is a full agent only when all that fit alike are full', () => {
    const limited = routes.map((route) => (route.name === 'south' ? { ...route, maxConcurrency: 1 } : route));
    expect(settle(sure, { north: 5, south: 1, law: 0 }, 3, limited).taken).toBe('north');
    expect(settle(sure, { north: 5, south: 0, law: 0 }, 3, limited).taken).toBe('south');
  });

  it('is none below the confidence that is asked for, whatever is free', () => {
    expect(settle({ ...sure, confidence: 0.4 }, { north: 0, south: 0, law: 0 })).toMatchObject({ taken: null });
    expect(settle({ ...sure, route: 'nowhere' }, { north: 0 })).toMatchObject({
      taken: null,
      because: '"nowhere" is no route',
    });
    const weak: RouteChoice = { ...sure, confidence: 0.52, alternatives: [{ route: 'law', confidence: 0.45 }] };
    expect(settle(weak, { north: 9, south: 9, law: 0 }, 5).taken).not.toBe('law');
  });

  it('fits alike, is no busier than the chosen one, and does not depend on the order of the routes', () => {
    const load = fc.record({ north: fc.nat(3), south: fc.nat(3), law: fc.nat(3) });
    const choice = fc.record({
      route: fc.constantFrom('north', 'south', 'law', 'flow'),
      confidence: fc.constantFrom(0.5, 0.6, 0.9, 1),
      reason: fc.constant('r'),
      alternatives: fc.array(
        fc.record({
          route: fc.constantFrom('north', 'law', 'flow', 'x'),
          confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        { maxLength: 4 },
      ),
    });
    const shuffled = fc.shuffledSubarray(routes, { minLength: routes.length });
    fc.assert(
      fc.property(choice, load, fc.integer({ min: 1, max: 5 }), shuffled, (said, counted, priority, other) => {
        const settled = settle(said, counted, priority);
        expect(settle(said, counted, priority, other)).toMatchObject({ taken: settled.taken, among: settled.among });
        const busy = (name: string | null): number => (counted as Record<string, number>)[name ?? ''] ?? 0;
        expect(settled.among).toContain(settled.taken);
        if (said.route === 'flow') expect(settled.taken).toBe('flow');
        else for (const name of settled.among) expect(busy(settled.taken)).toBeLessThanOrEqual(busy(name));
      }),
    );
  });
});

describe('matched capabilities', () => {
  it('are those the model names, else those whose words the task says', () => {
    expect(matchedCapabilities(['billing', 'refunds', 'late fees'], ['Refunds', 'cooking'], 'x')).toEqual(['refunds']);
    expect(matchedCapabilities(['billing', 'late fees', '§'], [], 'Why are there fees, and so late?')).toEqual([
      'late fees',
    ]);
  });
});
