import fc from 'fast-check';
import {
  artifactStatuses,
  blockingCycle,
  openBlockers,
  readyArtifacts,
  withChange,
  type BoardArtifact,
} from '../../contracts/board';

const artifact = (name: string, over: Partial<BoardArtifact> = {}): BoardArtifact => ({
  ...{ name, owner: null, status: 'pending', blockedBy: [], path: null, task: null, version: 1 },
  ...over,
});

test('the statuses of a team file are those of a board', () => {
  expect(artifactStatuses).toEqual(['not_started', 'pending', 'in_progress', 'complete', 'failed']);
});

test('what is ready, and what blocks the rest', () => {
  const artifacts = [
    artifact('a', { status: 'complete' }),
    artifact('b', { blockedBy: ['a'] }),
    artifact('c', { blockedBy: ['b', 'gone'] }),
  ];
  expect(readyArtifacts({ artifacts }).map(({ name }) => name)).toEqual(['b']);
  expect(openBlockers({ artifacts }, artifact('c', { blockedBy: ['b', 'gone', 'a'] }))).toEqual(['b', 'gone']);
});

test('an answer is taken in once, whatever the order in which answers arrive', () => {
  const answer = fc.record({ name: fc.constantFrom('a', 'b'), version: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(answer), fc.array(answer), (some, others) => {
      const changes = [...some, ...others].map(({ name, version }) => ({
        board: { name: 'b', version: version * 2 },
        artifact: artifact(name, { version }),
      }));
      const empty = { version: 1, artifacts: [] };
      const forwards = changes.reduce(withChange, empty);
      expect([...changes].reverse().reduce(withChange, empty)).toEqual(forwards);
      expect(changes.reduce(withChange, forwards)).toEqual(forwards);
    }),
  );
});

test('a cycle is found exactly when there is one, and is one', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 8 });
  fc.assert(
    fc.property(edges, fc.subarray(names, { maxLength: 1 }), (pairs, done) => {
      const artifacts = names.map((name) =>
        artifact(name, {
          status: done.includes(name) ? 'complete' : 'pending',
          blockedBy: pairs.filter(([from]) => from === name).map(([, to]) => to),
        }),
      );
      const blocks = (from: string, to: string): boolean =>
        !done.includes(from) && !done.includes(to) && pairs.some(([a, b]) => a === from && b === to);
      const reach = (from: string, to: string, left = 5): boolean =>
        left > 0 && names.some((next) => blocks(from, next) && (next === to || reach(next, to, left - 1)));
      const cycle = blockingCycle(artifacts);
      expect(cycle !== null).toBe(names.some((name) => reach(name, name)));
      if (!cycle) return;
      expect(cycle.at(-1)).toBe(cycle[0]);
      expect(new Set(cycle).size).toBe(cycle.length - 1);
      cycle.slice(1).forEach((name, index) => expect(blocks(cycle[index] ?? '', name)).toBe(true));
    }),
  );
});
