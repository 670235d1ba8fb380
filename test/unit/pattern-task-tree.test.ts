import {
  accountsOf,
  agents,
  chainKinds,
  faults,
  kinds,
  pickFrom,
  picks,
  play,
  type Row,
  rowsOf,
  tasksOf,
  trees,
  viewOf,
} from '../support/ground/play-tree';
import { Ground } from '../support/ground/ground';
import { isCancellation } from '@temporalio/workflow';
import fc from 'fast-check';
import { toFailureRecord } from '../../contracts/failures';
import { taskTreePattern } from '../../workflows/patterns/task-tree';
import type { TaskSpec } from '../../workflows/run/task-tree';

describe('taskTree, over random trees, schedules and faults', () => {
  it('parts come before whoever gave them, each task comes to one end, and progress never goes back', async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, picks, async (tree, endings, stream) => {
        const ended = new Set<string>();
        let percent = 0;
        const { ground, outcome } = await play(tree, endings, pickFrom(stream), (now) => {
          const root = viewOf(now);
          for (const row of rowsOf(root)) {
            const below = (row.children ?? []).flatMap(rowsOf);
            const has = ['completed', 'partial', 'failed'].includes(row.state);
            if (row.state === 'working' || has)
              expect(below.every(({ state }) => ['completed', 'partial', 'failed'].includes(state))).toBe(true);
            if (row.state === 'completed') expect(below.every(({ state }) => state === 'completed')).toBe(true);
            if (ended.has(row.id)) expect(has).toBe(true);
            if (has) ended.add(row.id);
            const count = [row, ...below].filter(({ state }) => ['completed', 'partial', 'failed'].includes(state));
            expect(row.percent).toBe(Math.floor((100 * count.length) / (below.length + 1)));
          }
          expect(root.percent).toBeGreaterThanOrEqual(percent);
          percent = root.percent;
        });
        expect(percent).toBe(100);
        const successes = ground.all.filter((work) => !work.cancelled).length;
        expect(successes).toBeLessThanOrEqual(3 * tasksOf(tree).length);
        if (outcome) {
          const whole = accountsOf(outcome).every(({ state }) => state === 'completed');
          expect(outcome.status).toBe(whole ? 'completed' : 'partial');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('nobody gets a task of an assigner it does not accept, and no task is tried more than three times', async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, picks, async (tree, endings, stream) => {
        const { ground } = await play(tree, endings, pickFrom(stream));
        const times = new Map<string, number>();
        for (const { agent, from, task } of ground.all) {
          const accepts = agents[agent]?.acceptsDelegationFrom;
          expect(accepts === undefined || from === 'person' || accepts.includes(from)).toBe(true);
          times.set(task, (times.get(task) ?? 0) + 1);
        }
        expect(Math.max(...times.values())).toBeLessThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
  });

  it('the schedule changes nothing about the result', async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, picks, picks, async (tree, endings, one, other) => {
        const [first, second] = [await play(tree, endings, pickFrom(one)), await play(tree, endings, pickFrom(other))];
        expect(second.outcome?.parts).toEqual(first.outcome?.parts);
        expect(second.outcome?.output).toEqual(first.outcome?.output);
        expect(String(second.error)).toBe(String(first.error));
      }),
      { numRuns: 40 },
    );
  });

  it('everything that can begin has begun, up to maxParallel', async () => {
    await fc.assert(
      fc.asyncProperty(trees, picks, fc.integer({ min: 1, max: 4 }), async (tree, stream, lanes) => {
        const { most } = await play(
          tree,
          [],
          pickFrom(stream),
          (ground) => {
            const rows = rowsOf(viewOf(ground));
            const isOver = (row: Row): boolean => row.state === 'completed';
            const ready = rows.filter((row) => !isOver(row) && (row.children ?? []).every(isOver));
            expect(ground.pending.length).toBe(Math.min(lanes, ready.length));
          },
          lanes,
        );
        expect(most).toBeLessThanOrEqual(lanes);
      }),
      { numRuns: 40 },
    );
  });

  it('every task is accounted for: who gave it, the way down to it, and every failure on the way up', async () => {
    await fc.assert(
      fc.asyncProperty(trees, faults, picks, async (tree, endings, stream) => {
        const { ground, outcome, error } = await play(tree, endings, pickFrom(stream));
        const walk = (node: TaskSpec, chain: string[]): [string, string[]][] => [
          [node.task, [...chain, node.agent]],
          ...(node.children ?? []).flatMap((child) => walk(child, [...chain, node.agent])),
        ];
        const ways = new Map(walk(tree, ['person']));
        if (!outcome) {
          // The root's failure holds the chain down to somebody who failed at the work itself.
          const last = chainKinds(toFailureRecord(error)).at(-1);
          expect(kinds).toContain(last);
          return;
        }
        const accounts = accountsOf(outcome);
        expect(accounts.map(({ task, chain }) => [task, chain])).toEqual([...ways]);
        for (const account of accounts) {
          expect(account.assigner).toBe(account.chain.at(-2));
          expect(account.doneBy === null).toBe(account.state === 'failed');
          const tried = ground.all.filter(({ task }) => task === account.task);
          expect(account.attempts.map(({ agent }) => agent)).toEqual(tried.map(({ agent }) => agent));
          if (account.failure)
            expect(chainKinds(account.failure).length).toBeGreaterThanOrEqual(account.attempts.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('cancelled at any moment, nothing of it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(trees, picks, fc.nat({ max: 12 }), async (tree, stream, after) => {
        const ground = new Ground(agents);
        const running = ground.perform(taskTreePattern, { root: tree });
        const pick = pickFrom(stream);
        for (let step = 0; step < after; step += 1) {
          await ground.settle();
          ground.pending[pick(Math.max(1, ground.pending.length))]?.done('x');
        }
        await ground.settle();
        if (ground.pending.length === 0) return void (await running);
        ground.cancel();
        await ground.settle();
        const error: unknown = await running.catch((thrown: unknown) => thrown);
        expect(isCancellation(error)).toBe(true);
        expect(ground.pending).toEqual([]);
        await ground.settle();
        expect(ground.pending).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
