import { bodyExcerpt } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { SupervisorFields } from '../../contracts/node';
import { joinUntrusted } from '../../contracts/untrusted';
import { converse } from './agent-loop';
import type { Conversation } from './conversation';
import { referenceOf } from './tool-results';
import { attemptNode, literal } from './perform-node';
import type { Scope } from './scope';
import { outcomeOf } from './scope';
import type { Review, Subtask } from './subtasks';
import { type Subtasks } from './subtasks';
import { askFor, openConversation, opening, wordsOf } from './talk';

// Types, not interfaces: they are kept in the result as JSON.
export type Delegation = { agent: string; task: string };
export type Sufficiency = { sufficient: boolean; reason: string; missing?: string[]; tasks?: Delegation[] };

export function supervisorOf(scope: Scope, fields: SupervisorFields): string {
  if (fields.supervisor !== undefined) return fields.supervisor;
  throw new CadreError('InvalidInput', `The supervisor node ${scope.path} names no "supervisor".`);
}

export function specialistsOf(scope: Scope, fields: SupervisorFields): { name: string; description: string }[] {
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

export async function delegate(scope: Scope, chief: Conversation, subtask: Subtask): Promise<void> {
  const place = beneath(scope, chief);
  const tried = await attemptNode(place, { agent: subtask.agent, task: subtask.wording() }, literal);
  if ('failure' in tried) subtask.failed(tried.failure);
  else subtask.delivered(tried.outcome);
}

/** Summaries only: who, what, how it went, the beginning of the result. */
export function review(chief: Conversation, subtasks: Subtasks): Promise<{ verdicts: Review[] }> {
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
export async function isEnough(
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

export async function synthesize(
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
    ...wordsOf(writer),
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
