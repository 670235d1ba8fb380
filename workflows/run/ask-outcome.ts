import type { Body } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import type { Judgement } from '../../contracts/authority';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Proposed } from './ask-person';
import { askPerson } from './ask-person';
import type { Caller } from './tool-caller';

/**
 * After an effect whose outcome is not known, a person looks at the world outside and says whether it has happened; the
 * effect itself is never tried again (F03). Gives what the model is told: body, whether it is an error, sources.
 */
export async function askOutcome(
  talk: Caller,
  call: Proposed,
  record: FailureRecord,
): Promise<[Body, boolean, UntrustedSet | null]> {
  const { run } = talk.scope;
  run.keepFailure(record);
  const judged: Extract<Judgement, { verdict: 'approval' }> = {
    verdict: 'approval',
    effect: call.effect,
    risk: `It is not known whether this has happened: ${record.message} Approve if it has, reject if it has not.`,
    rule: { timeoutMs: run.limits.approvalTimeoutMs, onTimeout: 'reject' },
  };
  const answer = await askPerson(talk, { ...call, tool: `outcome:${call.tool}` }, judged);
  if (answer.grant) return [{ inline: { outcome: 'happened', confirmedBy: answer.grant.by } }, false, null];
  const rejected = answer.refusal?.kind === 'ApprovalRejected';
  const message = rejected ? 'A person has looked: it has not happened. It was not tried again.' : record.message;
  return [{ inline: { error: 'OutcomeUnknown', message } }, true, null];
}
