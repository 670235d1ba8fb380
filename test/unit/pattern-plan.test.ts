import { Ground, type Work } from '../support/ground/ground';
import { isCancellation } from '@temporalio/workflow';
import fc from 'fast-check';
import type { FailureKind } from '../../contracts/failures';
import type { AgentView } from '../../contracts/team';
import { planPattern } from '../../workflows/patterns/plan';
import type { PlanFields } from '../../workflows/run/plan-fields';
import type { Outcome } from '../../workflows/run/scope';

interface Row {
  id: string;
  agent: string;
  dependsOn: string[];
  state: string;
  attempts?: { agent: string; ended: string }[];
}
interface View {
  waves: string[][];
  criticalPath: string[];
  tasks: Row[];
}
type Given = NonNullable<PlanFields['tasks']>;

const agents: Record<string, Partial<AgentView>> = {
  north: { capabilities: ['looking'] },
  south: { capabilities: ['looking'], fallback: ['spare'] },
  spare: {},
};
const kinds: FailureKind[] = ['MalformedOutput', 'ModelUnavailable', 'ToolFailed', 'OutcomeUnknown'];

/** Sound plans of any shape: each task waits for some of those before it; their order is then mixed. */
const plans: fc.Arbitrary<Given> = fc
  .array(fc.tuple(fc.constantFrom('north', 'south'), fc.array(fc.nat(), { maxLength: 3 }), fc.nat()), {
    minLength: 1,
    maxLength: 14,
  })
  .map((list) => {
    const tasks = list.map(([agent, before], index) => {
      const dependsOn = index === 0 ? [] : [...new Set(before.map((at) => `t${at % index}`))];
      return { id: `t${index}`, agent, task: `do ${index}`, dependsOn, order: list[index]?.[2] ?? 0 };
    });
    return tasks.sort((a, b) => a.order - b.order).map(({ order: _mixed, ...task }) => task);
  });
const faults = fc.dictionary(
  fc.constantFrom(...Array.from({ length: 14 }, (_, at) => `do ${at}`)),
  fc.array(fc.oneof(fc.constant(null), fc.constantFrom(...kinds)), { maxLength: 3 }),
  { maxKeys: 6 },
);
const picks = fc.infiniteStream(fc.nat());
const pickFrom = (stream: fc.Stream<number>) => (count: number) => ((stream.next().value as number) ?? 0) % count;

async function play(
  tasks: Given,
  endings: Record<string, (FailureKind | null)[]>,
  pick: (count: number) => number,
  look: (ground: Ground, view: View) => void = () => undefined,
  more: PlanFields = {},
) {
  const ground = new Ground(agents);
  const tries = new Map<string, number>();
  let outcome: Outcome | null = null;
  let error: unknown = null;
  let over = false;
  void ground
    .perform(planPattern, { tasks, ...more })
    .then(
      (value) => (outcome = value),
      (thrown: unknown) => (error = thrown),
    )
    .then(() => (over = true));
  for (;;) {
    await ground.settle();
    look(ground, viewOf(ground));
    if (over) break;
    const work = ground.pending[pick(ground.pending.length)] as Work;
    const attempt = tries.get(work.task) ?? 0;
    tries.set(work.task, attempt + 1);
    const ending = endings[work.task]?.[attempt] ?? null;
    if (ending === null) work.done(`${work.task} is done`);
    else work.fail(ending);
  }
  return { ground, outcome: outcome as Outcome | null, error, view: viewOf(ground) };
}

const viewOf = (ground: Ground): View => ground.run.planView?.() as unknown as View;
const isDone = ({ state }: Row): boolean => state === 'completed' || state === 'partial';
const byId = (view: View): Map<string, Row> => new Map(view.tasks.map((row) => [row.id, row]));

describe('an explicit plan, over random graphs, schedules and faults', () => {
  it('nothing begins before what it waits for is done, and it gets those results in their order', async () => {
    await fc.assert(
      fc.asyncProperty(plans, faults, picks, async (tasks, endings, stream) => {
        const done = new Set<string>();
        const { ground } = await play(tasks, endings, pickFrom(stream), (now, view) => {
          for (const row of view.tasks) if (isDone(row)) done.add(row.id);
          for (const row of view.tasks) {
            if (row.state === 'running') expect(row.dependsOn.every((id) => done.has(id))).toBe(true);
            if (done.has(row.id)) expect(isDone(row)).toBe(true);
          }
          expect(now.pending.length).toBe(view.tasks.filter(({ state }) => state === 'running').length);
        });
        for (const work of ground.all) {
          const task = tasks.find((one) => one.task === work.task);
          const labels = work.material.flatMap((part) => ('label' in part ? [part.label] : []));
          const wanted = [task?.dependsOn ?? []].flat().map((id) => `result of task ${id}`);
          expect(labels.filter((label) => label.startsWith('result'))).toEqual(wanted);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('it always ends, each task done once at most, and only what waits for something lost is left', async () => {
    await fc.assert(
      fc.asyncProperty(plans, faults, picks, async (tasks, endings, stream) => {
        const { ground, outcome, error, view } = await play(tasks, endings, pickFrom(stream));
        const rows = byId(view);
        for (const row of view.tasks) {
          expect(['completed', 'failed', 'blocked']).toContain(row.state);
          const lost = row.dependsOn.some((id) => !isDone(rows.get(id) as Row));
          expect(row.state === 'blocked').toBe(lost);
          const successes = (row.attempts ?? []).filter(({ ended }) => ended === 'completed');
          expect(successes.length).toBe(row.state === 'completed' ? 1 : 0);
          expect(row.attempts?.length ?? 0).toBeLessThanOrEqual(2);
        }
        const all = view.tasks.every(isDone);
        if (view.tasks.some(isDone)) {
          expect(outcome?.status).toBe(all ? 'completed' : 'partial');
          const output = (outcome?.output as { inline: object }).inline;
          expect(Object.keys(output)).toEqual(view.tasks.filter(isDone).map(({ id }) => id));
        } else expect(error).toMatchObject({ kind: 'QuorumNotReached' });
        expect(ground.pending).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('what can begin has begun, whatever its wave, up to maxParallel', async () => {
    await fc.assert(
      fc.asyncProperty(plans, picks, fc.integer({ min: 1, max: 4 }), async (tasks, stream, maxParallel) => {
        const look = (_ground: Ground, view: View): void => {
          const rows = byId(view);
          const open = view.tasks.filter(
            (row) => !isDone(row) && row.dependsOn.every((id) => isDone(rows.get(id) as Row)),
          );
          const running = view.tasks.filter(({ state }) => state === 'running');
          expect(running.length).toBe(Math.min(open.length, maxParallel));
        };
        await play(tasks, {}, pickFrom(stream), look, { maxParallel });
      }),
      { numRuns: 60 },
    );
  });

  it('the schedule changes nothing about the result', async () => {
    await fc.assert(
      fc.asyncProperty(plans, faults, picks, picks, async (tasks, endings, one, other) => {
        const first = await play(tasks, endings, pickFrom(one));
        const second = await play(tasks, endings, pickFrom(other));
        expect(second.view).toEqual(first.view);
        expect(second.outcome?.output).toEqual(first.outcome?.output);
      }),
      { numRuns: 40 },
    );
  });

  it('cancelled at any moment, nothing of it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(plans, picks, fc.nat({ max: 10 }), async (tasks, stream, after) => {
        const ground = new Ground(agents);
        const running = ground.perform(planPattern, { tasks });
        const pick = pickFrom(stream);
        for (let step = 0; step < after; step += 1) {
          await ground.settle();
          ground.pending[pick(Math.max(1, ground.pending.length))]?.done('x');
        }
        await ground.settle();
        if (ground.pending.length === 0) return void (await running);
        ground.cancel();
        await ground.settle();
        expect(isCancellation(await running.catch((thrown: unknown) => thrown))).toBe(true);
        await ground.settle();
        expect(ground.pending).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('an explicit plan', () => {
  const tasks: Given = [
    { id: 'a', agent: 'north', task: 'look at {{task}}' },
    { id: 'b', agent: 'south', task: 'look too', dependsOn: 'a' },
  ];

  it('is refused with everything that is wrong with it, before anybody works', async () => {
    const wrong: Given = [
      { id: 'a', agent: 'north', dependsOn: ['b'] },
      { id: 'b', agent: 'south', dependsOn: ['a', 'c'] },
    ];
    const { ground, error } = await play(wrong, {}, () => 0).catch((thrown: unknown) => ({
      ground: null,
      error: thrown,
    }));
    expect(error).toMatchObject({ kind: 'InvalidInput' });
    expect(String(error)).toContain('The task "b" waits for "c", which is no task of the plan.');
    expect(String(error)).toContain('a → b → a');
    expect(ground?.all ?? []).toEqual([]);
  });

  it('fills in templates, takes one prerequisite for a list, and the task of the run where none is written', async () => {
    const { ground } = await play([...tasks, { id: 'c', agent: 'north' }], {}, () => 0);
    expect(ground.all.map(({ task }) => task)).toEqual(['look at the whole', 'the whole', 'look too']);
  });

  it('an agent that fails again is relieved by its fallback, then by who shares a capability', async () => {
    const { ground, outcome } = await play(
      tasks,
      { 'look too': ['MalformedOutput', 'MalformedOutput'] },
      () => 0,
      undefined,
      { attempts: 3 },
    );
    expect(ground.all.filter(({ task }) => task === 'look too').map(({ agent }) => agent)).toEqual([
      'south',
      'south',
      'spare',
    ]);
    expect(outcome?.status).toBe('completed');
    const relieved = await play(tasks, { 'look at the whole': ['AgentDisabled'] }, () => 0);
    expect(relieved.ground.all.map(({ agent }) => agent)).toEqual(['north', 'south', 'south']);
  });

  it('names what has not come', async () => {
    const { outcome, view } = await play(tasks, { 'look too': ['OutcomeUnknown'] }, () => 0);
    expect(outcome).toMatchObject({ status: 'partial', stoppedBecause: 'b of south is failed' });
    expect(view).toMatchObject({ waves: [['a'], ['b']], criticalPath: ['a', 'b'] });
  });

  it('shows waves and the critical path in lines', async () => {
    const lines: string[][] = [];
    await play(
      tasks,
      {},
      () => 0,
      (ground) => void lines.push(ground.run.detailLines?.() ?? []),
    );
    expect(lines[0]).toEqual([
      '- plan: 0 of 2 tasks done',
      '  - wave 1: ▶ a',
      '  - wave 2: · b',
      '- critical path: a → b',
    ]);
    expect(lines.at(-1)?.slice(0, 3)).toEqual(['- plan: 2 of 2 tasks done', '  - wave 1: ✓ a', '  - wave 2: ✓ b']);
  });
});
