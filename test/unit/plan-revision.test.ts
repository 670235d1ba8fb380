import { Ground, type Work } from '../support/ground/ground';
import fc from 'fast-check';
import type { FailureKind } from '../../contracts/failures';
import { cycleIn } from '../../contracts/task-graph';
import { Assignment } from '../../workflows/run/assignment';
import { attemptTask } from '../../workflows/run/attempt-task';
import { applyRevision } from '../../workflows/run/planner';
import { RevisedPlan, type RevisionAnswer } from '../../workflows/run/plan-revision';
import { PlannedTask, PlannedTasks, surpriseIn, type TaskDraft } from '../../workflows/run/planned-tasks';
import { outcomeOf } from '../../workflows/run/scope';
import { runReady, WorkPool } from '../../workflows/run/work-pool';

const agents = { north: {}, south: {} };
const world = { agents: ['north', 'south'], maxTasks: 40 };
const make = (draft: TaskDraft): PlannedTask => new PlannedTask(draft, new Assignment(draft.agent, 'chief', [], 1));
const draft = (id: string, dependsOn: string[] = [], agent = 'north', task = `do ${id}`): TaskDraft => {
  return { id, agent, task, dependsOn };
};
const planOf = (...drafts: TaskDraft[]): PlannedTasks => {
  const plan = new PlannedTasks();
  plan.replace(drafts.map(make), { number: 0, because: [], diff: [] });
  return plan;
};

/** A planner that says anything at all: known and new ids, any agent, any order, anything called off. */
const names = Array.from({ length: 8 }, (_, at) => `t${at}`);
const answers: fc.Arbitrary<RevisionAnswer> = fc.record({
  reason: fc.constant('because'),
  tasks: fc.array(
    fc.record({
      id: fc.constantFrom(...names),
      agent: fc.constantFrom('north', 'south', 'stranger'),
      task: fc.constantFrom(...names.map((name) => `do ${name}`), 'do more'),
      dependsOn: fc.array(fc.constantFrom(...names), { maxLength: 2 }),
    }),
    { maxLength: 5 },
  ),
  callOff: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
});
const kinds = fc.constantFrom<FailureKind | null>(null, null, 'OutcomeUnknown', 'ToolFailed');

interface Seen {
  /** Tasks that came back with a result, by what they were about. */
  finished: Map<string, number>;
  plan: PlannedTasks;
  ground: Ground;
  taken: number;
}

/** As the pattern does it, with a planner that answers at once whenever something has ended. */
async function play(
  given: RevisionAnswer[],
  endings: (FailureKind | null)[],
  pick: (count: number) => number,
): Promise<Seen> {
  const ground = new Ground(agents);
  const plan = planOf(draft('t0'), draft('t1', ['t0']), draft('t2'), draft('t3', ['t1', 't2'], 'south'));
  const pool = new WorkPool();
  const finished = new Map<string, number>();
  let taken = 0;
  const look = async (): Promise<void> => {
    const answer = given[taken];
    if (!answer || plan.reasons.splice(0).length === 0) return;
    taken += 1;
    const revised = new RevisedPlan(plan, answer, world);
    if (revised.faults.length > 0) return;
    const [done, running] = [plan.finished(), plan.all().filter((task) => task.isRunning)];
    await applyRevision(plan, pool, revised, ['x'], make);
    const now = new Set(plan.all());
    // Finished work stays what it was, running work goes on or has been called off in so many words.
    for (const task of done) expect(now.has(task)).toBe(true);
    for (const task of running) if (!now.has(task)) expect(answer.callOff).toContain(task.id);
    expect(cycleIn(plan.all())).toBeNull();
    for (const task of plan.all())
      for (const id of task.dependsOn) expect(plan.all().some((one) => one.id === id)).toBe(true);
  };
  const work = async (task: PlannedTask): Promise<void> => {
    plan.begin(task);
    expect(task.dependsOn.every((id) => plan.finished().some((one) => one.id === id))).toBe(true);
    const ended = await attemptTask(ground.scope, task.id, task.task, task.assignment);
    plan.ended(task, ended);
    if ('outcome' in ended)
      finished.set(`${task.agent} ${task.task}`, (finished.get(`${task.agent} ${task.task}`) ?? 0) + 1);
  };
  let over = false;
  const running = ground.within(() => runReady(pool, 8, plan.ready, work, look)).finally(() => (over = true));
  for (let step = 0; ; step += 1) {
    await ground.settle();
    if (over) break;
    const one = ground.pending[pick(ground.pending.length)] as Work;
    const ending = endings[step] ?? null;
    if (ending) one.fail(ending);
    else one.done(step % 3 === 0 ? 'Replan: it is not as we thought' : 'fine');
  }
  await running;
  return { finished, plan, ground, taken };
}

describe('plans that are revised, over random planners, schedules and faults', () => {
  it('finished work is never done again, running work only stops when called off, and it always ends', async () => {
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(answers, { maxLength: 5 }),
        fc.array(kinds),
        fc.infiniteStream(fc.nat()),
        async (given, endings, stream) => {
          const { finished, plan, ground } = await play(
            given,
            endings,
            (count) => (stream.next().value as number) % count,
          );
          // What finished under one wording was not given to the same agent again while that result stood.
          for (const [, times] of finished) expect(times).toBe(1);
          expect(ground.pending).toEqual([]);
          for (const task of plan.all()) expect(['completed', 'failed', 'blocked']).toContain(plan.stateOf(task));
          for (const task of plan.retired) expect(task.isFinished).toBe(false);
          expect(plan.everCount).toBeLessThanOrEqual(world.maxTasks);
          applied += plan.revisions.length - 1;
        },
      ),
      { numRuns: 300 },
    );
    // The property says something only where revisions were sound and came into force.
    expect(applied).toBeGreaterThan(20);
  });
});

describe('a revision', () => {
  const outcome = outcomeOf({ output: { inline: 'x' }, from: 'north' });
  const standing = (): PlannedTasks => {
    const plan = planOf(draft('done'), draft('runs'), draft('waits', ['done', 'runs']), draft('fails'));
    for (const task of plan.all().filter(({ id }) => id !== 'waits')) plan.begin(task);
    const [done, , , fails] = plan.all();
    if (done) plan.ended(done, { outcome });
    if (fails) plan.ended(fails, { failure: { kind: 'OutcomeUnknown', message: 'x', retryable: false } });
    return plan;
  };
  const faults = (tasks: TaskDraft[], callOff: string[] = []): string[] =>
    new RevisedPlan(standing(), { reason: 'r', tasks, callOff }, world).faults;

  it('is refused in words the planner can act on', () => {
    expect(faults([draft('done', [], 'south')])).toEqual([
      'The task "done" is finished and its result stands: give further work another id.',
    ]);
    expect(faults([draft('again', [], 'north', 'do done')])).toEqual([
      'The task "again" is the same as "done", which is finished.',
    ]);
    expect(faults([draft('runs', [], 'south')])).toEqual([
      'The task "runs" is running: name it in "callOff" to change it, or leave it as it is.',
    ]);
    expect(faults([draft('waits', ['fails'])])).toEqual([
      'The task "waits" waits for "fails", which is no task of the plan.',
    ]);
    expect(faults([draft('new', ['waits']), draft('waits', ['new'])])).toEqual([
      'Tasks wait for each other: waits → new → waits. One of them must be able to begin.',
    ]);
    expect(faults([draft('a'), draft('a')])).toEqual(['Each id may be listed once.']);
    expect(faults([draft('a', [], 'stranger')])[0]).toContain('it may be for north, south');
    const many = Array.from({ length: 38 }, (_, at) => draft(`n${at}`));
    expect(faults(many)[0]).toBe('There are 38 tasks; at most 36 are allowed.');
  });

  it('is kept as a diff: new, changed, given up, called off, kept', async () => {
    const plan = standing();
    const answer = {
      reason: 'north is out',
      tasks: [draft('fails', [], 'south'), draft('more', ['done'])],
      callOff: ['runs'],
    };
    const revised = new RevisedPlan(plan, answer, world);
    expect(revised.faults).toEqual([]);
    const ground = new Ground(agents);
    await ground.within(() => applyRevision(plan, new WorkPool(), revised, ['fails failed'], make));
    expect(plan.revisions.at(-1)).toEqual({
      number: 1,
      because: ['fails failed'],
      diff: [
        '= done',
        '× runs north: do runs',
        '- waits north: do waits (after done, runs)',
        '~ fails south: do fails',
        '+ more north: do more (after done)',
      ],
    });
    expect(plan.all().map((task) => [task.id, task.agent, plan.stateOf(task)])).toEqual([
      ['done', 'north', 'completed'],
      ['fails', 'south', 'waiting'],
      ['more', 'north', 'waiting'],
    ]);
    expect(JSON.parse(JSON.stringify(plan.view()))).toMatchObject({
      revision: 1,
      retired: [
        { id: 'runs', state: 'called-off' },
        { id: 'waits', state: 'given-up' },
        { id: 'fails', state: 'failed' },
      ],
    });
    expect(plan.missing()).toBe('fails of south is waiting; more of north is waiting');
  });

  it('what finished while it was being called off stays finished', async () => {
    const plan = standing();
    const revised = new RevisedPlan(
      plan,
      { reason: 'r', tasks: [draft('runs', [], 'south')], callOff: ['runs'] },
      world,
    );
    const runs = plan.all()[1] as PlannedTask;
    plan.ended(runs, { outcome });
    await new Ground(agents).within(() => applyRevision(plan, new WorkPool(), revised, [], make));
    expect(plan.all().map(({ id, agent }) => [id, agent])).toEqual([
      ['done', 'north'],
      ['runs', 'north'],
    ]);
    expect(plan.revisions.at(-1)?.diff).toContain('= runs (it was finished before it could be called off)');
  });

  it('is wanted by what failed, what is not whole, and whoever says so in a line or a field', () => {
    expect(surpriseIn(outcome)).toBeNull();
    expect(surpriseIn({ ...outcome, status: 'partial', stoppedBecause: 'steps' })).toBe('came back partial: steps');
    expect(surpriseIn({ ...outcome, output: { inline: 'So it is.\nReplan: there are two databases\nBye' } })).toBe(
      'there are two databases',
    );
    expect(surpriseIn({ ...outcome, output: { inline: 'We should replan: never' } })).toBeNull();
    expect(surpriseIn({ ...outcome, output: { inline: { replan: 'no such page', x: 1 } } })).toBe('no such page');
    expect(surpriseIn({ ...outcome, output: { inline: ['replan'] } })).toBeNull();
  });
});
