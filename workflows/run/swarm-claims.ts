import { CadreError } from '../../contracts/failures';
import { joinUntrusted } from '../../contracts/untrusted';
import { isOutOfBudget } from './attempt-task';
import { errorOf } from './failure';
import { attemptNode, literal } from './perform-node';
import type { Scope } from './scope';
import type { OpenTask, SwarmTask } from './swarm-board';
import { type SwarmBoard } from './swarm-board';
import { furtherTasks } from './swarm-findings';
import { type WorkPool } from './work-pool';

export interface SwarmFields {
  agents?: string[];
  tasks?: OpenTask[];
  maxTasks?: number;
  maxHops?: number;
  attempts?: number;
  leaseMs?: number;
  idleStopMs?: number;
}

export function membersOf({ run, path }: Scope, { agents = Object.keys(run.team.agents) }: SwarmFields): string[] {
  if (agents.length === 0) throw new CadreError('InvalidInput', `The swarm ${path} has no agents.`);
  return agents;
}

/** True when it stopped because nothing was finished for too long. */
export async function untilOver(
  scope: Scope,
  fields: SwarmFields,
  members: readonly string[],
  board: SwarmBoard,
  pool: WorkPool,
): Promise<boolean> {
  const beside: Scope = { ...scope, parallel: (scope.parallel ?? 1) * Math.max(1, members.length) };
  const busy = new Set<string>();
  for (;;) {
    pool.check();
    for (const member of members) {
      const task = busy.has(member) ? null : board.claim(member);
      if (!task) continue;
      busy.add(member);
      pool.start(task.id, () => carryOut(beside, fields, board, task, member).finally(() => busy.delete(member)));
    }
    // Nothing runs and nobody can claim: what is still open waits for nobody.
    if (pool.size === 0) return false;
    const summary = `swarm · ${board.withState('claimed').length} claimed · stops when idle`;
    if (!(await pool.next(fields.idleStopMs, summary))) return true;
  }
}

async function carryOut(
  scope: Scope,
  fields: SwarmFields,
  board: SwarmBoard,
  task: SwarmTask,
  member: string,
): Promise<void> {
  const { origin } = task;
  const place: Scope = {
    ...scope,
    role: 'finding',
    from: origin.by,
    untrusted: joinUntrusted([scope.untrusted, origin.untrusted]),
    private: scope.private || origin.private === true,
  };
  const lease = fields.leaseMs === undefined ? {} : { timeoutMs: fields.leaseMs };
  const node = { agent: member, task: task.task, name: `${task.id}-${member}`, ...lease };
  const tried = await attemptNode(place, node, literal);
  if ('failure' in tried && isOutOfBudget(scope, member, tried.failure)) throw errorOf(tried.failure);
  if ('failure' in tried) return board.giveBack(task, member, tried.failure);
  if (!board.finish(task, member, tried.outcome)) return undefined;
  const { untrusted, private: isPrivate } = tried.outcome;
  const next = { by: member, hops: origin.hops + 1, untrusted, ...(isPrivate && { private: isPrivate }) };
  const added = board.add(furtherTasks(tried.outcome), next);
  return scope.run.note('task-done', member, scope.path, `${task.id}${added > 0 ? ` · ${added} further tasks` : ''}`);
}
