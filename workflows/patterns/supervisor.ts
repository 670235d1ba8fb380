/**
 * supervisor: one agent plans, specialists work, the supervisor judges and puts together.
 *
 *   task ──▶ plan ──▶ specialists in parallel ──▶ review each ──▶ enough? ──▶ synthesis
 *                        ▲     retry · reassign ◀──────┘            │ no: further tasks
 *                        └──────────────────────────────────────────┘
 *
 * The supervisor sees the specialists' summaries, never their transcripts; the synthesis gets the accepted results
 * whole. Every verdict is recorded. Rounds are bounded; what was not accepted is named in the result, not hidden.
 */
import { limits } from '../../contracts/limits';
import type { SupervisorFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { mapLimited } from '../run/parallel';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import { Subtasks } from '../run/subtasks';
import { askFor, openConversation, opening } from '../run/talk';
import type { Delegation, Sufficiency } from '../run/supervision';
import { supervisorOf, specialistsOf, delegate, review, isEnough, synthesize } from '../run/supervision';

export const supervisorPattern: Pattern<SupervisorFields> = {
  name: 'supervisor',
  about: 'One agent plans, delegates to specialists, judges what they bring and puts it together.',
  fields: {
    supervisor: field.agent('The agent that plans, delegates and judges.', { needed: true }),
    specialists: field.agents('Agents it may delegate to; all others of the team by default.', {
      examples: [['jira', 'mail']],
    }),
    maxParallel: field.count(limits.maxFanOut, 'Delegations at the same time; 8 by default.'),
    maxRounds: field.count(limits.maxRounds, 'Rounds of delegation; 2 by default.'),
    sufficiency: field.shape(
      'sufficiency',
      'Whether it is judged before the synthesis that the results suffice: true by default; the name of an agent makes that one the judge.',
    ),
    synthesizer: field.agent('Agent that writes the synthesis; the supervisor by default.'),
  },
  example: { team: 'daily-report', supervisor: 'chief', specialists: ['jira', 'mail'], task: 'Report on yesterday' },
  async perform(scope, fields) {
    const { run } = scope;
    const choices = specialistsOf(scope, fields);
    const chief = openConversation(scope, supervisorOf(scope, fields));
    const maxRounds = Math.min(fields.maxRounds ?? 2, run.limits.maxRounds);
    const plan = await askFor<{ tasks: Delegation[] }>(chief, 'plan', opening(scope), choices);
    const subtasks = new Subtasks(plan.tasks, choices, run.limits.maxFanOut);
    run.planView = subtasks.view;
    let gate: Sufficiency | null = null;
    for (let round = 1; round <= maxRounds; round += 1) {
      const open = subtasks.open();
      const lanes = Math.max(1, Math.min(fields.maxParallel ?? run.limits.maxParallel, open.length));
      const beside: Scope = { ...scope, parallel: (scope.parallel ?? 1) * lanes };
      await mapLimited(open, lanes, (subtask) => delegate(beside, chief, subtask));
      subtasks.judge(await review(chief, subtasks));
      if (subtasks.open().length > 0 && round < maxRounds) continue;
      gate = await isEnough(scope, chief, fields, subtasks, choices);
      if (!gate || gate.sufficient || round === maxRounds) break;
      if (subtasks.add(gate.tasks ?? []) === 0) break;
    }
    return synthesize(scope, chief, fields, subtasks, gate);
  },
};
