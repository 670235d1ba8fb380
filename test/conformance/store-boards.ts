import fc from 'fast-check';
import { openStore, VersionConflict, type BoardItem } from '../../activities/stores';
import { untrustedSetOf } from '../../contracts/untrusted';
import type { StoreHarness } from './store';
import { countTogether } from './store-memory';
import { at, boardWriter } from './store-rows';

const nothing = { untrusted: { set: null, statement: null }, private: false };
const seed = {
  name: 'feat-analytics-dashboard',
  status: 'in_progress',
  artifacts: {
    api_spec: { owner: 'backend', status: 'in_progress', path: '/specs/analytics.yaml' },
    security_review: { owner: 'cso', status: 'pending', blockedBy: 'api_spec' },
    deployment: { status: 'not_started', blockedBy: ['api_spec', 'security_review'] },
  },
  decisions: [{ agent: 'cto', decision: 'Use ClickHouse', rationale: 'fast' }],
} as const;

export function storeBoardSuite(current: () => StoreHarness): void {
  let roots = 0;
  const open = async () => {
    const root = `root-${(roots += 1)}#1`;
    return current().store.boards.open({ root, path: 'board' }, seed, nothing, at);
  };
  const failing = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error); // prettier-ignore

  describe('boards', () => {
    it('begins as the seed says; opened again it is as it stands', async () => {
      const { boards } = current().store;
      const { board, artifacts, decisions } = await open();
      expect(board).toMatchObject({ name: seed.name, status: 'in_progress', version: 1 });
      expect(
        artifacts.map(({ name, owner, status, blockedBy, version }) => [name, owner, status, blockedBy, version]),
      ).toEqual([
        ['api_spec', 'backend', 'in_progress', [], 1],
        ['deployment', null, 'not_started', ['api_spec', 'security_review'], 1],
        ['security_review', 'cso', 'pending', ['api_spec'], 1],
      ]);
      expect(decisions).toEqual([
        { agent: 'cto', decision: 'Use ClickHouse', rationale: 'fast', at, untrustedSet: null, private: false },
      ]);
      await boards.decide(board.id, { decision: 'ship', rationale: null }, boardWriter('cto', 'd'));
      const again = await boards.open(board, { name: 'other' }, nothing, at);
      expect([again.board.version, again.board.name, again.decisions.length]).toEqual([2, seed.name, 2]);
    });

    it('another opening of the same node, after a reset, is another board in the place of the first', async () => {
      const { boards } = current().store;
      const openAs = (opening: string) => boards.open({ root: 'reset#1', path: 'b', opening }, seed, nothing, at);
      const { board } = await openAs('one');
      await boards.decide(board.id, { decision: 'ship', rationale: null }, boardWriter('cto', 'o'));
      expect((await openAs('one')).board).toMatchObject({ id: board.id, version: 2 });
      const { board: next, decisions } = await openAs('two');
      expect([next.version, decisions.length]).toEqual([1, 1]);
      expect((await boards.at('reset#1', 'b/x'))?.id).toBe(next.id);
      // Whoever is still at work on the first one writes nowhere.
      await expect(
        boards.decide(board.id, { decision: 'late', rationale: null }, boardWriter('cto', 'l')),
      ).rejects.toThrow('holds no board');
    });

    it('is found by the nodes below it, the nearest first', async () => {
      const { boards } = current().store;
      const place = (path: string) => boards.open({ root: 'tree#1', path }, { name: path }, nothing, at);
      await place('a');
      await place('a/b');
      const named = async (path: string) => (await boards.at('tree#1', path))?.name ?? null;
      expect(await Promise.all(['a', 'a/x', 'a/b/c', 'a/bc', 'ab', ''].map(named))).toEqual([
        'a',
        'a',
        'a/b',
        'a',
        null,
        null,
      ]);
      expect(await boards.at('other#1', 'a')).toBeNull();
      await place('');
      expect(await named('ab')).toBe('');
    });

    it('a write over the version that was read makes the next; a stale one changes nothing and shows the latest', async () => {
      const { boards } = current().store;
      const { board } = await open();
      const done = await boards.put(
        board.id,
        { name: 'api_spec', expectedVersion: 1, status: 'complete', value: { paths: ['/v2'] } },
        boardWriter('backend', 'w1'),
      );
      expect(done).toEqual({
        board: { name: seed.name, version: 2 },
        artifact: {
          name: 'api_spec',
          owner: 'backend',
          status: 'complete',
          blockedBy: [],
          path: '/specs/analytics.yaml',
          task: null,
          version: 2,
        },
        unblocked: [{ name: 'security_review', owner: 'cso' }],
      });
      const stale = await failing(
        boards.put(board.id, { name: 'api_spec', expectedVersion: 1, value: 'lost' }, boardWriter('backend', 'w2')),
      );
      expect(VersionConflict.of<BoardItem>(stale)?.latest).toMatchObject({
        version: 2,
        value: { paths: ['/v2'] },
        agent: 'backend',
      });
      const unseen = await failing(boards.put(board.id, { name: 'new', expectedVersion: 3 }, boardWriter('cso', 'w3')));
      expect(VersionConflict.of(unseen)?.latest).toBeNull();
      expect((await boards.snapshot(board.id))?.board.version).toBe(2);
    });

    it('I4: the same call again is answered as the first time, whatever has happened since', async () => {
      const { boards } = current().store;
      const { board } = await open();
      const change = { name: 'api_spec', expectedVersion: 1, value: 'one' };
      const both = await Promise.all([1, 2].map(() => boards.put(board.id, change, boardWriter('backend', 'same'))));
      expect(both[0]).toEqual(both[1]);
      await boards.put(board.id, { ...change, expectedVersion: 2, value: 'two' }, boardWriter('backend', 'next'));
      expect(await boards.put(board.id, change, boardWriter('backend', 'same'))).toEqual(both[0]);
      expect((await boards.snapshot(board.id))?.artifacts[0]).toMatchObject({ value: 'two', version: 3 });
    });

    it('only its owner writes an artifact, what is blocked is not begun, and an unowned one is anybody’s', async () => {
      const { boards } = current().store;
      const { board } = await open();
      const put = (agent: string, change: object) =>
        failing(
          boards.put(
            board.id,
            { name: 'x', expectedVersion: 0, ...change },
            boardWriter(agent, JSON.stringify([agent, change])),
          ),
        );
      expect(await put('frontend', { name: 'api_spec', expectedVersion: 1 })).toMatchObject({ kind: 'ToolNotAllowed' });
      expect(await put('cso', { name: 'security_review', expectedVersion: 1, status: 'complete' })).toMatchObject({
        kind: 'ToolFailed',
      });
      expect(await put('cso', { name: 'security_review', expectedVersion: 1, value: 'so far' })).toBeNull();
      expect(await put('cso', { name: 'deployment', expectedVersion: 1, task: 'go' })).toBeNull();
      expect(await put('backend', { name: 'deployment', expectedVersion: 2, owner: 'backend' })).toBeNull();
      expect(await put('cso', { name: 'deployment', expectedVersion: 3, owner: 'cso' })).toMatchObject({
        kind: 'ToolNotAllowed',
      });
      expect(await put('cso', { blockedBy: ['nowhere'] })).toMatchObject({ kind: 'InvalidInput' });
      expect(await put('cso', { value: 'x'.repeat(70_000) })).toMatchObject({ kind: 'PayloadTooLarge' });
      expect(await put('cso', {})).toBeNull();
      const { artifacts } = (await boards.snapshot(board.id)) ?? { artifacts: [] };
      expect(artifacts.map(({ name, owner }) => [name, owner])).toContainEqual(['x', 'cso']);
    });

    it('keeps the sources of what an artifact holds, until it holds something else (I8); privacy likewise', async () => {
      const { boards, untrusted } = current().store;
      const { board } = await open();
      const set = await untrusted.planUnion([], ['mail:9']);
      const put = (version: number, change: object, over: object) =>
        boards.put(
          board.id,
          { name: 'api_spec', expectedVersion: version, ...change },
          boardWriter('backend', `s${version}`, over),
        );
      const stored = async () => {
        const item = (await boards.snapshot(board.id))?.artifacts[0];
        return [item?.untrustedSet, item?.private];
      };
      await put(1, { value: 'from a mail' }, { untrusted: set, private: true });
      expect(await stored()).toEqual([untrustedSetOf(['mail:9'])?.setId, true]);
      await put(2, { status: 'complete' }, {});
      expect(await stored()).toEqual([untrustedSetOf(['mail:9'])?.setId, true]);
      await put(3, { value: 'made anew' }, {});
      expect(await stored()).toEqual([null, false]);
    });

    it('names a cycle of blocks at once: in the seed, and in the write that would close it', async () => {
      const { boards } = current().store;
      const ring = { a: { owner: 'x', blockedBy: 'b' }, b: { owner: 'y', blockedBy: 'c' }, c: { blockedBy: 'a' } };
      const opened = await failing(
        boards.open({ root: 'ring#1', path: '' }, { name: 'ring', artifacts: ring }, nothing, at),
      );
      expect(opened).toMatchObject({
        kind: 'Deadlock',
        message: expect.stringContaining('a (x) → b (y) → c → a') as string,
      });
      expect(await boards.at('ring#1', '')).toBeNull();
      const { board } = await open();
      const change = {
        name: 'api_spec',
        expectedVersion: 1,
        blockedBy: ['security_review'],
        status: 'pending' as const,
      };
      const closed = await failing(boards.put(board.id, change, boardWriter('backend', 'ring')));
      expect(closed).toMatchObject({ kind: 'Deadlock' });
      expect((await boards.snapshot(board.id))?.board.version).toBe(1);
    });

    it('two writers that would block each other at the same moment do not: one of them is refused', async () => {
      const { store, target } = current();
      const other = await openStore(target);
      for (let round = 0; round < 10; round += 1) {
        const artifacts = { a: { owner: 'x' }, b: { owner: 'y' } };
        const { board } = await store.boards.open(
          { root: `mutual-${round}#1`, path: '' },
          { name: 'm', artifacts },
          nothing,
          at,
        );
        const ended = await Promise.all([
          failing(
            store.boards.put(board.id, { name: 'a', expectedVersion: 1, blockedBy: ['b'] }, boardWriter('x', 'x')),
          ),
          failing(
            other.boards.put(board.id, { name: 'b', expectedVersion: 1, blockedBy: ['a'] }, boardWriter('y', 'y')),
          ),
        ]);
        expect(ended.filter((error) => error === null)).toHaveLength(1);
        expect(ended.find((error) => error !== null)).toMatchObject({ kind: 'Deadlock' });
      }
      await other.close();
    });

    it('two processes adding to one artifact lose no addition', async () => {
      const { store, target } = current();
      const { board } = await store.boards.open({ root: 'sums#1', path: '' }, { name: 'sums' }, nothing, at);
      await countTogether(['board', JSON.stringify(target), board.id]);
      const snapshot = await store.boards.snapshot(board.id);
      expect(snapshot?.artifacts[0]).toMatchObject({ name: 'sum', value: 60, version: 60 });
      expect(snapshot?.board.version).toBe(61);
    });

    it('whatever the interleaving of two connections, versions have no gaps and every answer was true when given', async () => {
      const { store, target } = current();
      const other = await openStore(target);
      let cases = 0;
      const step = fc.tuple(fc.boolean(), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 2 }));
      const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (plan) => {
        const root = `property-${(cases += 1)}#1`;
        const { board } = await store.boards.open({ root, path: '' }, { name: 'p' }, nothing, at);
        const answers = await Promise.all(
          plan.map(async ([mine, name, expectedVersion], index) => {
            const { boards } = mine ? store : other;
            const change = { name, expectedVersion, owner: null, value: index };
            const ended = await boards
              .put(board.id, change, boardWriter('x', `${index}`))
              .catch((error: unknown) => error);
            if (VersionConflict.of(ended)) return null;
            if (ended instanceof Error) throw ended;
            return ended as Awaited<ReturnType<typeof boards.put>>;
          }),
        );
        const written = answers.filter((answer) => answer !== null);
        const versions = written.map((answer) => answer.board.version).sort((a, b) => a - b);
        expect(versions).toEqual(versions.map((_, index) => index + 2));
        for (const name of ['a', 'b']) {
          const own = written
            .filter(({ artifact }) => artifact?.name === name)
            .map(({ artifact }) => artifact?.version ?? 0);
          expect([...own].sort((a, b) => a - b)).toEqual(own.map((_, index) => index + 1));
        }
        expect((await store.boards.snapshot(board.id))?.board.version).toBe(written.length + 1);
      });
      await fc.assert(property, { numRuns: 15 });
      await other.close();
    });
  });
}
