import '../support/ground/async-storage';
import { isCancellation } from '@temporalio/workflow';
import fc from 'fast-check';
import type { Json } from '../../contracts/json';
import { BoardGround, maxAttempts, maxTurns, outputOf, withBoardTools } from '../support/ground/board-ground';
import { log, picks, play, scripts, seeds } from '../support/ground/board-play';

/** The activity goes to the real tools over a real store, and no server stands between. */
jest.mock('../../workflows/run/activities', (): object => ({
  ...jest.requireActual<object>('../../workflows/run/activities'),
  ...jest.requireActual<object>('../support/ground/tool-activity'),
}));
/** The random stream of a workflow. */
jest.mock('@temporalio/workflow', (): object => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  uuid4: () => 'opening',
}));

jest.setTimeout(120_000);
withBoardTools();

const valueOf = (item: { value: Json } | undefined): Json => item?.value ?? null;

describe('blackboard, over random boards, schedules and faults, with the real tools over a real store', () => {
  it('nothing begins before its blockers are complete, nothing is made twice, and it always ends', async () => {
    const told = { conflicts: 0, refused: 0, waits: 0, turns: 0 };
    await fc.assert(
      fc.asyncProperty(seeds, scripts, picks, fc.integer({ min: 1, max: 4 }), async (seed, all, stream, lanes) => {
        const { place, begun } = await play(seed, all, stream, lanes);
        expect(place.tooEarly).toEqual([]);
        for (const [, times] of begun) expect(times).toBeLessThanOrEqual(maxTurns * maxAttempts);
        expect(place.ground.pending).toEqual([]);
        told.conflicts += place.conflicts;
        told.refused += place.refused.length;
        told.turns += [...begun.values()].filter((times) => times > 1).length;
      }),
      { numRuns: 25 },
    );
    // The schedules are hard enough to be worth something.
    expect(told.conflicts).toBeGreaterThan(0);
    expect(told.refused).toBeGreaterThan(0);
    expect(told.turns).toBeGreaterThan(0);
  });

  it('no artifact is lost and no write: the board at the end is the board of the store, with every entry', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, scripts, picks, async (seed, all, stream) => {
        const { place, appended, answers } = await play(seed, all, stream);
        const stored = await place.stored();
        if (!stored) throw new Error('no board');
        const items = new Map(stored.artifacts.map((item) => [item.name, item]));
        expect(valueOf(items.get(log))).toHaveLength(appended.length);
        expect(new Set(valueOf(items.get(log)) as string[])).toEqual(new Set(appended));
        for (const [name, { version, status }] of place.truth)
          expect(items.get(name)).toMatchObject({ version, status });
        for (const item of stored.artifacts)
          if (item.status === 'complete' && item.agent !== null && item.name !== log)
            expect([answers.get(item.name), `${item.name} by ${item.agent}`, null]).toContain(item.value);
        const view = place.ground.run.boardView?.() as {
          version: number;
          artifacts: { name: string; status: string }[];
        };
        expect(view.version).toBe(stored.board.version);
        expect(view.artifacts.map(({ name }) => name)).toEqual(stored.artifacts.map(({ name }) => name));
        if (place.outcome) {
          const { board, artifacts } = await outputOf(place);
          expect(board.version).toBe(stored.board.version);
          expect(artifacts.map(({ name, value }) => [name, value])).toEqual(
            stored.artifacts.map(({ name, value }) => [name, value]),
          );
        } else expect(place.error).toMatchObject({ kind: 'QuorumNotReached' });
      }),
      { numRuns: 25 },
    );
  });

  it('what has not come is named, with what failed and what that blocks; all else goes on', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, scripts, picks, async (seed, all, stream) => {
        const { place } = await play(seed, all, stream);
        const view = place.ground.run.boardView?.() as {
          artifacts: { name: string; status: string; state: string; waitsFor?: string[]; turns?: number }[];
        };
        const rows = new Map(view.artifacts.map((row) => [row.name, row]));
        const said = place.outcome ? (place.outcome.stoppedBecause ?? '') : String(place.error);
        for (const row of view.artifacts) {
          expect(said.includes(row.name)).toBe(row.status !== 'complete');
          if (row.status === 'complete' || row.status === 'failed') continue;
          const open = row.waitsFor ?? [];
          // Whatever is left waits for what has not come, or was begun as often as it may be.
          if (open.length === 0) expect(row.turns).toBe(maxTurns);
          for (const one of open) expect(rows.get(one)?.status).not.toBe('complete');
        }
        if (place.outcome) expect(place.outcome.status).toBe(said === '' ? 'completed' : 'partial');
      }),
      { numRuns: 25 },
    );
  });

  it('every deadlock is found before anybody works, and named with its cycle', async () => {
    const graphs = fc
      .array(fc.array(fc.nat({ max: 7 }), { maxLength: 2 }), { minLength: 1, maxLength: 6 })
      .map((edges) =>
        Object.fromEntries(
          edges.map((to, at) => [`a${at}`, { owner: 'north', blockedBy: to.map((one) => `a${one}`) }]),
        ),
      );
    let rings = 0;
    await fc.assert(
      fc.asyncProperty(graphs, async (artifacts) => {
        // By taking away what waits for nothing, which is another way than the board's.
        const left = new Map(Object.entries(artifacts).map(([name, { blockedBy }]) => [name, blockedBy]));
        for (let size = -1; size !== left.size;) {
          size = left.size;
          for (const [name, open] of left)
            if (!open.some((one) => left.has(one) || !(one in artifacts))) left.delete(name);
        }
        const place = new BoardGround({ taskId: 'graph', artifacts });
        await place.settle();
        if (left.size === 0) {
          expect(place.error).toBeNull();
          expect(place.ground.pending.length).toBeGreaterThan(0);
          place.ground.cancel();
          return place.settle();
        }
        expect(place.error).toMatchObject({ kind: 'Deadlock' });
        expect([place.calls, place.ground.all]).toEqual([[], []]);
        const ring = /each other: (.*)\.$/.exec(String(place.error))?.[1]?.split(' → ');
        if (!ring) return void expect(String(place.error)).toContain('which nobody makes');
        rings += 1;
        const names = ring.map((one) => one.replace(' (north)', ''));
        expect(names[0]).toBe(names.at(-1));
        for (const [at, name] of names.slice(0, -1).entries())
          expect(artifacts[name]?.blockedBy).toContain(names[at + 1]);
      }),
      { numRuns: 80 },
    );
    expect(rings).toBeGreaterThan(10);
  });

  it('cancelled at any moment, nothing of it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, picks, fc.nat({ max: 6 }), async (seed, stream, after) => {
        const place = new BoardGround(seed);
        for (let step = 0; step < after; step += 1) {
          await place.settle();
          const { pending } = place.ground;
          pending[((stream.next().value as number) ?? 0) % Math.max(1, pending.length)]?.done('x');
        }
        await place.settle();
        if (place.over) return;
        place.ground.cancel();
        await place.settle();
        expect(isCancellation(place.error)).toBe(true);
        expect(place.ground.pending).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
