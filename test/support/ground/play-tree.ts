import { Ground, type Work } from './ground';
import fc from 'fast-check';
import type { FailureKind, FailureRecord } from '../../../contracts/failures';
import type { AgentView } from '../../../contracts/team';
import { taskTreePattern } from '../../../workflows/patterns/task-tree';
import type { Outcome } from '../../../workflows/run/scope';
import type { TaskSpec } from '../../../workflows/run/task-tree';

export interface Row {
  id: string;
  state: string;
  percent: number;
  children?: Row[];
}
export interface Account {
  id: string;
  task: string;
  assigner: string;
  assignee: string;
  doneBy: string | null;
  chain: string[];
  state: string;
  attempts: { agent: string; ended: string }[];
  failure?: FailureRecord;
}

export const agents: Record<string, Partial<AgentView>> = {
  ceo: {},
  cto: { acceptsDelegationFrom: ['ceo'], capabilities: ['building'] },
  backend: { capabilities: ['building', 'data'], fallback: ['shy', 'spare'] },
  frontend: { capabilities: ['building'] },
  spare: {},
  shy: { acceptsDelegationFrom: ['nobody-here'], capabilities: ['building'] },
};
export const given = ['ceo', 'backend', 'frontend', 'spare'];
export const kinds: FailureKind[] = [
  'MalformedOutput',
  'ModelUnavailable',
  'ToolFailed',
  'OutcomeUnknown',
  'AgentDisabled',
];

/** Trees with a task of its own wording in every place, at most six deep. */
export const trees: fc.Arbitrary<TaskSpec> = fc
  .array(fc.tuple(fc.constantFrom(...given), fc.nat()), { minLength: 1, maxLength: 20 })
  .map((list) => {
    const made: { spec: TaskSpec; level: number }[] = [];
    for (const [agent, at] of list) {
      const above = made.filter(({ level }) => level < 6)[at % Math.max(1, made.length)] ?? made[0];
      const spec: TaskSpec = { agent, task: `task ${made.length + 1}` };
      if (above) above.spec.children = [...(above.spec.children ?? []), spec];
      made.push({ spec, level: (above?.level ?? 0) + 1 });
    }
    return (made[0] as { spec: TaskSpec }).spec;
  });

export const tasksOf = (tree: TaskSpec): TaskSpec[] => [tree, ...(tree.children ?? []).flatMap(tasksOf)];
/** How the attempts at each task end: `null` is a success. By task and attempt, whatever the order of the rest is. */
export const faults = fc.array(fc.array(fc.oneof(fc.constant(null), fc.constantFrom(...kinds)), { maxLength: 4 }), {
  maxLength: 40,
});

export interface Played {
  ground: Ground;
  outcome: Outcome | null;
  error: unknown;
  /** Agents at work at once, at most. */
  most: number;
}

export async function play(
  tree: TaskSpec,
  endings: readonly (readonly (FailureKind | null)[])[],
  pick: (count: number) => number,
  look: (ground: Ground) => void = () => undefined,
  maxParallel?: number,
): Promise<Played> {
  const ground = new Ground(agents);
  const place = new Map(tasksOf(tree).map(({ task }, index) => [task, index]));
  const tries = new Map<string, number>();
  let outcome: Outcome | null = null;
  let error: unknown = null;
  let over = false;
  let most = 0;
  const fields = { root: tree, ...(maxParallel !== undefined && { maxParallel }) };
  const running = ground.perform(taskTreePattern, fields).then(
    (value) => (outcome = value),
    (thrown: unknown) => (error = thrown),
  );
  void running.then(() => (over = true));
  for (;;) {
    await ground.settle();
    look(ground);
    if (over) break;
    most = Math.max(most, ground.pending.length);
    const work = ground.pending[pick(ground.pending.length)] as Work;
    const attempt = tries.get(work.task) ?? 0;
    tries.set(work.task, attempt + 1);
    const ending = endings[place.get(work.task) ?? 0]?.[attempt] ?? null;
    if (ending === null) work.done(`${work.task} is done`);
    else work.fail(ending);
  }
  return { ground, outcome, error, most };
}

export const rowsOf = (row: Row): Row[] => [row, ...(row.children ?? []).flatMap(rowsOf)];
export const viewOf = (ground: Ground): Row => ground.run.planView?.() as unknown as Row;
export const accountsOf = (outcome: Outcome): Account[] =>
  (outcome.parts as unknown as { accountability: Account[] }).accountability;
export const picks = fc.infiniteStream(fc.nat());
export const pickFrom = (stream: fc.Stream<number>) => (count: number) =>
  ((stream.next().value as number) ?? 0) % count;
export const chainKinds = (record: FailureRecord | undefined): string[] =>
  record ? [record.kind, ...chainKinds(record.cause)] : [];
