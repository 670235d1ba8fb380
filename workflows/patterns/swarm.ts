/**
 * swarm: no coordinator; agents claim what they can do from a shared board until nothing is left.
 *
 *   tasks ──▶ board ◀──claim── agent ──▶ finding
 *               ▲                  │
 *               └── further tasks ─┘
 *
 * A task has one claim at a time and one result. A claim whose lease runs out, or whose agent fails, opens the task again.
 * It ends when nothing is open and nothing is claimed, or when nobody has finished anything for `idleStop`.
 */
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import { joinUntrusted } from '../../contracts/untrusted';
import { isOutOfBudget } from '../run/attempt-task';
import { errorOf } from '../run/failure';
import { attemptNode, literal } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import type { OpenTask, SwarmTask } from '../run/swarm-board';
import { SwarmBoard } from '../run/swarm-board';
import { conclude, findingRole, furtherTasks } from '../run/swarm-findings';
import { WorkPool } from '../run/work-pool';

interface SwarmFields {
  agents?: string[];
  tasks?: OpenTask[];
  maxTasks?: number;
  maxHops?: number;
  attempts?: number;
  leaseMs?: number;
  idleStopMs?: number;
}

export const swarmPattern: Pattern<SwarmFields> = {
  name: 'swarm',
  about: 'Agents that claim tasks from a shared board by what they can do.',
  fields: {
    agents: field.agents('Who may claim tasks; all agents of the team by default.'),
    tasks: field.shape('openTasks', 'What is on the board at first; the task of the run by default.'),
    maxTasks: field.count(limits.maxFanOut, 'Tasks on the board at most, those that come later included.'),
    maxHops: field.count(limits.maxDepth, 'How far tasks may follow from one another.'),
    attempts: field.count(10, 'Claims of one task before it counts as failed; 3 by default.'),
    lease: field.duration("How long a claim holds; the agent's own time by default."),
    idleStop: field.duration('Ends the swarm when nothing was finished for so long.'),
  },
  roles: { finding: findingRole },
  example: {
    agents: ['north', 'south'],
    tasks: ['Look at the first half', { task: 'Look at the second half', needs: ['history'] }],
    task: 'Look at all of it',
  },
  async perform(scope, fields) {
    const { run } = scope;
    const members = membersOf(scope, fields);
    const board = new SwarmBoard(
      Object.fromEntries(members.map((name) => [name, run.team.agents[name]?.capabilities ?? []])),
      {
        maxTasks: Math.min(fields.maxTasks ?? run.limits.maxFanOut, run.limits.maxFanOut),
        maxHops: fields.maxHops ?? run.limits.maxSwarmHops,
        maxClaims: fields.attempts ?? run.limits.maxTaskAttempts,
      },
    );
    board.add(fields.tasks ?? [{ task: scope.task }], { by: scope.from, hops: 0, untrusted: scope.untrusted });
    run.planView = board.view;
    run.boardView = board.view;
    const pool = new WorkPool();
    try {
      const idle = await untilOver(scope, fields, members, board, pool);
      return conclude(scope, board, idle);
    } finally {
      await pool.close();
    }
  },
};

function membersOf({ run, path }: Scope, { agents = Object.keys(run.team.agents) }: SwarmFields): string[] {
  if (agents.length === 0) throw new CadreError('InvalidInput', `The swarm ${path} has no agents.`);
  return agents;
}

/** True when it stopped because nothing was finished for too long. */
async function untilOver(
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
