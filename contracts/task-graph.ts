/** A task of a plan, as far as its place in the plan goes. */
export interface GraphTask {
  id: string;
  /** Tasks that must be done before it. */
  dependsOn: readonly string[];
}

/** What tasks of a plan may name. */
export interface GraphWorld {
  /** Agents that may get a task; any when absent. */
  agents?: readonly string[];
  /** Tasks that are done already: they may be waited for. */
  finished?: readonly string[];
  max: number;
}

/** Why tasks are no plan, each reason a sentence; empty for a plan that can be carried out. */
export function graphFaults(tasks: readonly (GraphTask & { agent: string })[], world: GraphWorld): string[] {
  const faults: string[] = [];
  if (tasks.length > world.max) faults.push(`There are ${tasks.length} tasks; at most ${world.max} are allowed.`);
  const ids = new Set<string>();
  const known = new Set([...tasks.map(({ id }) => id), ...(world.finished ?? [])]);
  for (const { id, agent, dependsOn } of tasks) {
    if (ids.has(id)) faults.push(`There are two tasks with the id "${id}".`);
    ids.add(id);
    if (world.agents && !world.agents.includes(agent))
      faults.push(`The task "${id}" is for "${agent}"; it may be for ${world.agents.join(', ') || 'nobody'}.`);
    for (const before of dependsOn)
      if (!known.has(before)) faults.push(`The task "${id}" waits for "${before}", which is no task of the plan.`);
  }
  const cycle = cycleIn(tasks);
  if (cycle) faults.push(`Tasks wait for each other: ${cycle.join(' → ')}. One of them must be able to begin.`);
  return faults;
}

/**
 * The tasks in waves: each in the first wave in which all that it waits for is done. Tasks outside count as done; those
 * of a cycle, and behind one, are in no wave. (A. B. Kahn, Topological sorting of large networks, CACM 5:11, 1962,
 * taken layer by layer.)
 */
export function wavesOf<T extends GraphTask>(tasks: readonly T[]): T[][] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const missing = new Map<string, number>();
  const followers = new Map<string, T[]>();
  for (const task of byId.values()) {
    const before = [...new Set(task.dependsOn)].filter((id) => byId.has(id));
    missing.set(task.id, before.length);
    for (const id of before) followers.set(id, [...(followers.get(id) ?? []), task]);
  }
  const waves: T[][] = [];
  let wave = [...byId.values()].filter(({ id }) => missing.get(id) === 0);
  while (wave.length > 0) {
    waves.push(wave);
    const freed = new Set<T>();
    for (const { id } of wave) {
      for (const follower of followers.get(id) ?? []) {
        const left = (missing.get(follower.id) ?? 0) - 1;
        missing.set(follower.id, left);
        if (left === 0) freed.add(follower);
      }
    }
    wave = [...byId.values()].filter((task) => freed.has(task));
  }
  return waves;
}

/** The ids of a cycle, first and last the same, or null: what Kahn's algorithm leaves over holds one. */
export function cycleIn(tasks: readonly GraphTask[]): string[] | null {
  const sorted = new Set(
    wavesOf(tasks)
      .flat()
      .map(({ id }) => id),
  );
  const left = new Map(tasks.filter(({ id }) => !sorted.has(id)).map((task) => [task.id, task]));
  const trail: string[] = [];
  let at = [...left.keys()][0];
  while (at !== undefined && !trail.includes(at)) {
    trail.push(at);
    // All that is left waits for something that is left: the trail must come back to itself.
    at = left.get(at)?.dependsOn.find((id) => left.has(id));
  }
  return at === undefined ? null : [...trail.slice(trail.indexOf(at)), at];
}

/**
 * The longest chain of tasks that wait for one another: no schedule is shorter. Of equally long ones the first in the
 * order of the tasks. (Critical path method, J. E. Kelley and M. R. Walker, 1959; every task counts as one.)
 */
export function criticalPathOf(tasks: readonly GraphTask[]): string[] {
  const chains = new Map<string, string[]>();
  let longest: string[] = [];
  for (const { id, dependsOn } of wavesOf(tasks).flat()) {
    let before: string[] = [];
    for (const other of dependsOn)
      if ((chains.get(other)?.length ?? 0) > before.length) before = chains.get(other) ?? [];
    const chain = [...before, id];
    chains.set(id, chain);
    if (chain.length > longest.length) longest = chain;
  }
  return longest;
}
