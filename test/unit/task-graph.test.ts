import fc from 'fast-check';
import { criticalPathOf, cycleIn, graphFaults, wavesOf } from '../../contracts/task-graph';

type Task = { id: string; agent: string; dependsOn: string[] };

const count = fc.integer({ min: 1, max: 14 });
const edges = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 30 });
/** Any graph at all: cycles, loops and double edges included. */
const graphs: fc.Arbitrary<Task[]> = fc.tuple(count, edges).map(([size, pairs]) => {
  const tasks = Array.from({ length: size }, (_, index): Task => ({ id: `t${index}`, agent: 'a', dependsOn: [] }));
  for (const [from, to] of pairs) tasks[from % size]?.dependsOn.push(`t${to % size}`);
  return tasks;
});

/** By looking everywhere: whether somebody waits for itself in the end. */
function hasCycle(tasks: readonly Task[]): boolean {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (tasks.find(({ id }) => id === from)?.dependsOn ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return tasks.some(({ id }) => reaches(id, id, new Set()));
}

describe('the graph of a plan', () => {
  it('a cycle is found exactly when there is one, and what is named is one', () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        const cycle = cycleIn(tasks);
        expect(cycle !== null).toBe(hasCycle(tasks));
        if (!cycle) return;
        expect(cycle[0]).toBe(cycle.at(-1));
        for (const [index, id] of cycle.slice(0, -1).entries())
          expect(tasks.find((task) => task.id === id)?.dependsOn).toContain(cycle[index + 1]);
      }),
    );
  });

  it('waves: every task of a sound plan once, after all it waits for, and in the first wave it can be in', () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        fc.pre(!hasCycle(tasks));
        const waves = wavesOf(tasks);
        const waveOf = new Map(waves.flatMap((wave, index) => wave.map(({ id }) => [id, index])));
        expect([...waveOf.keys()].sort()).toEqual(tasks.map(({ id }) => id).sort());
        for (const { id, dependsOn } of tasks) {
          const latest = Math.max(-1, ...dependsOn.map((before) => waveOf.get(before) ?? 99));
          expect(waveOf.get(id)).toBe(latest + 1);
        }
      }),
    );
  });

  it('the critical path is a chain of the plan, as long as there are waves', () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        fc.pre(!hasCycle(tasks));
        const path = criticalPathOf(tasks);
        expect(path).toHaveLength(wavesOf(tasks).length);
        for (const [index, id] of path.slice(1).entries())
          expect(tasks.find((task) => task.id === id)?.dependsOn).toContain(path[index]);
      }),
    );
  });

  it('says everything that is wrong with a plan, each in a sentence', () => {
    const plan = [
      { id: 'a', agent: 'north', dependsOn: ['b'] },
      { id: 'b', agent: 'nobody', dependsOn: ['a'] },
      { id: 'b', agent: 'north', dependsOn: ['gone'] },
      { id: 'c', agent: 'north', dependsOn: ['done'] },
    ];
    expect(graphFaults(plan, { agents: ['north', 'south'], finished: ['done'], max: 3 })).toEqual([
      'There are 4 tasks; at most 3 are allowed.',
      'The task "b" is for "nobody"; it may be for north, south.',
      'There are two tasks with the id "b".',
      'The task "b" waits for "gone", which is no task of the plan.',
    ]);
    expect(graphFaults(plan.slice(0, 2), { max: 9 })).toEqual([
      'Tasks wait for each other: a → b → a. One of them must be able to begin.',
    ]);
    expect(graphFaults([{ id: 'a', agent: 'x', dependsOn: ['a'] }], { max: 9 })[0]).toContain('a → a');
    expect(graphFaults([], { max: 0 })).toEqual([]);
  });
});
