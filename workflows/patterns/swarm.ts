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
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import type { Pattern } from '../run/registry';
import { SwarmBoard } from '../run/swarm-board';
import { conclude, findingRole } from '../run/swarm-findings';
import { WorkPool } from '../run/work-pool';
import type { SwarmFields } from '../run/swarm-claims';
import { membersOf, untilOver } from '../run/swarm-claims';

export const swarmPattern: Pattern<SwarmFields> = {
  name: 'swarm',
  about: 'Agents that claim tasks from a shared board by what they can do.',
  fields: {
    agents: field.agents('Who may claim tasks; all agents of the team by default.'),
    tasks: field.shape('openTasks', 'What is on the board at first; the task of the run by default.'),
    maxTasks: field.count(
      limits.maxFanOut,
      'Tasks on the board at most, those that come later included; 64 by default.',
    ),
    maxHops: field.count(limits.maxDepth, 'How far tasks may follow from one another; 4 by default.'),
    attempts: field.count(10, 'Claims of one task before it counts as failed; 5 by default.'),
    lease: field.duration("How long a claim holds; the agent's own time by default."),
    idleStop: field.duration('Ends the swarm when no task was finished for so long.'),
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
