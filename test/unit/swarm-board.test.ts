import fc from 'fast-check';
import type { FailureRecord } from '../../contracts/failures';
import { SwarmBoard, type OpenTask, type SwarmTask } from '../../workflows/run/swarm-board';
import { outcomeOf } from '../../workflows/run/scope';

const bounds = { maxTasks: 20, maxHops: 3, maxClaims: 3 };
const first = { by: 'person', hops: 0, untrusted: null };
const lost: FailureRecord = { kind: 'DeadlineExceeded', message: 'the lease ran out', retryable: false };
const done = (by: string) => outcomeOf({ output: { inline: by }, from: by });

const capability = fc.constantFrom('logs', 'code', 'mail');
const task: fc.Arbitrary<OpenTask> = fc.record({
  task: fc.integer({ min: 0, max: 40 }).map((n) => `task ${n}`),
  needs: fc.uniqueArray(capability, { maxLength: 2 }),
});
interface Ending {
  ok: boolean;
  adds: OpenTask[];
}
/** What a claim comes to: a finding that may add tasks, or nothing. */
const ending = fc.record({ ok: fc.boolean(), adds: fc.array(task, { maxLength: 3 }) });
const members = fc.dictionary(fc.constantFrom('ada', 'bob', 'cleo', 'dan'), fc.uniqueArray(capability), { minKeys: 1 });

describe('the board of a swarm, over any schedule and any faults', () => {
  test('it ends; no task is lost, none is done twice, none by somebody who cannot', () => {
    fc.assert(
      fc.property(
        members,
        fc.array(task, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(ending),
        fc.infiniteStream(fc.nat()),
        (who, tasks, endings, picks) => {
          const board = new SwarmBoard(who, bounds);
          board.add(tasks, first);
          const running: { member: string; task: SwarmTask }[] = [];
          const finished = new Map<string, number>();
          let turns = 0;
          for (;;) {
            for (const member of Object.keys(who)) {
              if (running.some((one) => one.member === member)) continue;
              const claimed = board.claim(member);
              if (claimed) running.push({ member, task: claimed });
            }
            expect(new Set(running.map(({ task: { id } }) => id)).size).toBe(running.length);
            if (running.length === 0) break;
            const [one] = running.splice((picks.next().value ?? 0) % running.length, 1);
            const { ok, adds } = (endings.next().value as Ending | undefined) ?? { ok: true, adds: [] };
            if (!one) break;
            if (ok && board.finish(one.task, one.member, done(one.member))) {
              finished.set(one.task.id, (finished.get(one.task.id) ?? 0) + 1);
              const has: readonly string[] = who[one.member] ?? [];
              expect(one.task.needs.every((need) => has.includes(need))).toBe(true);
              board.add(adds, { by: one.member, hops: one.task.origin.hops + 1, untrusted: null });
            } else board.giveBack(one.task, one.member, lost);
            turns += 1;
            expect(turns).toBeLessThanOrEqual(bounds.maxTasks * bounds.maxClaims);
          }
          expect(board.isOver).toBe(true);
          expect(board.tasks.length).toBeLessThanOrEqual(bounds.maxTasks);
          for (const { id, state, origin } of board.tasks) {
            expect(finished.get(id) ?? 0).toBe(state === 'done' ? 1 : 0);
            expect(origin.hops).toBeLessThanOrEqual(bounds.maxHops);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a claim that was given back cannot be finished any more', () => {
    const board = new SwarmBoard({ ada: [], bob: [] }, bounds);
    board.add([{ task: 'look' }], first);
    const claimed = board.claim('ada') as SwarmTask;
    board.giveBack(claimed, 'ada', lost);
    expect(board.claim('ada')).toBeNull();
    expect(board.claim('bob')).toBe(claimed);
    expect(board.finish(claimed, 'ada', done('ada'))).toBe(false);
    expect(board.finish(claimed, 'bob', done('bob'))).toBe(true);
    expect(claimed.outcome?.from).toBe('bob');
  });

  test('what is not taken onto the board is named with the reason', () => {
    const board = new SwarmBoard({ ada: ['logs'] }, { ...bounds, maxTasks: 2 });
    board.add([{ task: 'Look' }, { task: 'look ' }, { task: 'Code', needs: ['code'] }, { task: 'Two' }], first);
    board.add([{ task: 'Three' }], first);
    expect(board.refused.map(({ because }) => because)).toEqual([
      'it is on the board already',
      'nobody has the capabilities code',
      'the board holds 2 tasks, which is the limit',
    ]);
    expect(board.tasks.map(({ task: words }) => words)).toEqual(['Look', 'Two']);
  });
});
