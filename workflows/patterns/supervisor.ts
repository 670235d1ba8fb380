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
import { bodyExcerpt } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import type { SupervisorFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { joinUntrusted } from '../../contracts/untrusted';
import { converse } from '../run/agent-loop';
import type { Conversation } from '../run/conversation';
import { referenceOf } from '../run/tool-results';
import { mapLimited } from '../run/parallel';
import { attemptNode, literal } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import { outcomeOf } from '../run/scope';
import type { Review, Subtask } from '../run/subtasks';
import { Subtasks } from '../run/subtasks';
import { askFor, openConversation, opening } from '../run/talk';

// Types, not interfaces: they are kept in the result as JSON.
type Delegation = { agent: string; task: string };
type Sufficiency = { sufficient: boolean; reason: string; missing?: string[]; tasks?: Delegation[] };

export const supervisorPattern: Pattern<SupervisorFields> = {
  name: 'supervisor',
  about: 'One agent plans, delegates to specialists, judges what they bring and puts it together.',
  fields: {
    supervisor: field.agent('The agent that plans, delegates and judges.', { needed: true }),
    specialists: field.agents('Agents it may delegate to.', { examples: [['jira', 'mail']] }),
    maxParallel: field.count(limits.maxFanOut, 'Delegations at the same time.'),
    maxRounds: field.count(limits.maxRounds, 'Rounds of delegation.'),
    sufficiency: field.shape(
      'sufficiency',
      'Judge whether the results suffice before the synthesis: on by default; a name is the judge.',
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

function supervisorOf(scope: Scope, fields: SupervisorFields): string {
  if (fields.supervisor !== undefined) return fields.supervisor;
  throw new CadreError('InvalidInput', `The supervisor node ${scope.path} names no "supervisor".`);
}

function specialistsOf(scope: Scope, fields: SupervisorFields): { name: string; description: string }[] {
  const { agents } = scope.run.team;
  const names = fields.specialists ?? Object.keys(agents).filter((name) => name !== fields.supervisor);
  if (names.length === 0)
    throw new CadreError('InvalidInput', `The supervisor node ${scope.path} has no "specialists".`);
  return names.map((name) => ({
    name,
    description: [agents[name]?.description, ...(agents[name]?.capabilities ?? [])].join(' · '),
  }));
}

/** The scope of whoever works for the chief: what the chief has read, its words derive from. */
function beneath(scope: Scope, chief: Conversation): Scope {
  return {
    ...scope,
    from: chief.agent,
    causationId: chief.messageId,
    untrusted: joinUntrusted([scope.untrusted, chief.untrusted]),
    private: scope.private || chief.private,
  };
}

async function delegate(scope: Scope, chief: Conversation, subtask: Subtask): Promise<void> {
  const place = beneath(scope, chief);
  const tried = await attemptNode(place, { agent: subtask.agent, task: subtask.wording() }, literal);
  if ('failure' in tried) subtask.failed(tried.failure);
  else subtask.delivered(tried.outcome);
}

/** Summaries only: who, what, how it went, the beginning of the result. */
function review(chief: Conversation, subtasks: Subtasks): Promise<{ verdicts: Review[] }> {
  const delta = subtasks.unjudged().map((subtask) => ({
    kind: 'material' as const,
    label: `findings of ${subtask.agent}, subtask ${subtask.id}`,
    from: subtask.agent,
    body: { inline: subtask.summary() },
    untrusted: subtask.outcome?.untrusted ?? null,
    ...(subtask.outcome?.private && { private: true as const }),
  }));
  return askFor(chief, 'review', delta, subtasks.choices);
}

/** Evaluate before synthesize: by the supervisor itself, or by the agent that `sufficiency` names. */
async function isEnough(
  scope: Scope,
  chief: Conversation,
  fields: SupervisorFields,
  subtasks: Subtasks,
  choices: { name: string; description: string }[],
): Promise<Sufficiency | null> {
  const { sufficiency = true } = fields;
  if (sufficiency === false) return null;
  const results = subtasks.accepted().map((subtask) => resultMaterial(subtask));
  if (sufficiency === true)
    return askFor<Sufficiency>(
      chief,
      'sufficiency',
      [{ kind: 'note', text: 'Is this enough to fulfil the task?' }],
      choices,
    );
  const place = beneath(scope, chief);
  return askFor<Sufficiency>(
    openConversation(place, sufficiency),
    'sufficiency',
    [...opening(place), ...results],
    choices,
  );
}

async function synthesize(
  scope: Scope,
  chief: Conversation,
  fields: SupervisorFields,
  subtasks: Subtasks,
  gate: Sufficiency | null,
) {
  const accepted = subtasks.accepted();
  const parts = { subtasks: subtasks.view(), sufficiency: gate && { ...gate } };
  if (accepted.length === 0) {
    throw new CadreError('QuorumNotReached', `No subtask of ${chief.agent} was accepted: ${subtasks.describe()}`, {
      agent: chief.agent,
      path: scope.path,
    });
  }
  const writer =
    fields.synthesizer === undefined || fields.synthesizer === chief.agent
      ? chief
      : openConversation(beneath(scope, chief), fields.synthesizer);
  const delta = [...(writer === chief ? [] : opening(writer.scope)), ...accepted.map(resultMaterial)];
  const { output } = await converse(writer, delta, { role: 'synthesis', noTools: true });
  const open = subtasks.notAccepted().map((subtask) => `${subtask.id} was ${subtask.verdict}`);
  const short = gate && !gate.sufficient ? [`judged not sufficient: ${gate.reason}`] : [];
  const faults = [...open, ...short];
  return outcomeOf({
    status: faults.length > 0 ? 'partial' : 'completed',
    output,
    from: writer.agent,
    untrusted: writer.untrusted,
    stored: true,
    ...(writer.private && { private: true as const }),
    messageId: writer.messageId,
    parts,
    ...(faults.length > 0 && { stoppedBecause: faults.join('; ') }),
  });
}

function resultMaterial(subtask: Subtask) {
  const { outcome } = subtask;
  return {
    kind: 'material' as const,
    label: `findings of ${subtask.agent}, subtask ${subtask.id}`,
    from: subtask.agent,
    body: outcome ? referenceOf(outcome) : { inline: bodyExcerpt({ inline: null }) },
    untrusted: outcome?.untrusted ?? null,
    ...(outcome?.private && { private: true as const }),
  };
}
