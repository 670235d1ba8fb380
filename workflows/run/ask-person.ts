import type { ApprovalGrant, ApprovalSubject } from '../../contracts/approval';
import type { Judgement } from '../../contracts/authority';
import type { FailureKind } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import type { Effect } from '../../contracts/team';
import type { ApprovalAsk } from './approvals';
import type { Caller } from './tool-caller';

/** The action that is proposed. */
export interface Proposed {
  ordinal: number;
  tool: string;
  args: JsonObject;
  definition: string | null;
  effect: Effect;
}
export interface PersonAnswer {
  grant?: ApprovalGrant;
  /** The arguments to run with: the proposed ones, or the editor's. */
  args?: JsonObject;
  refusal?: { kind: FailureKind; message: string };
}

/** Puts one action before a person and waits; the clocks of the run and of the agent stand still meanwhile. */
export async function askPerson(
  talk: Caller,
  call: Proposed,
  judged: Extract<Judgement, { verdict: 'approval' }>,
): Promise<PersonAnswer> {
  const { run } = talk.scope;
  const ask: ApprovalAsk = {
    subject: subjectOf(talk, call),
    agent: talk.agent,
    reason: run.tally(talk.agent).lastText,
    risk: judged.risk,
    untrusted: talk.untrusted,
    rule: judged.rule,
  };
  await run.governor.admit(ask, `The approval of ${call.tool}`);
  run.clock.stop();
  talk.clock.stop();
  run.tally(talk.agent).state = `waits for approval of ${call.tool}`;
  try {
    const approval = await run.askForApproval(ask);
    const { settled } = approval;
    if (settled && (approval.state === 'approved' || approval.state === 'edited')) {
      const decision = approval.state === 'approved' ? 'approve' : 'edit';
      const grant: ApprovalGrant = {
        id: approval.id,
        digest: settled.digest ?? approval.digest,
        by: settled.by,
        decision,
        at: settled.at,
      };
      return { grant, args: settled.args ?? call.args };
    }
    if (approval.state === 'rejected') {
      const why = settled?.reason ? `: ${sentence(settled.reason)}` : '.';
      return {
        refusal: {
          kind: 'ApprovalRejected',
          message: `${settled?.by ?? 'A person'} refused this action${why} Do not ask for it again unchanged.`,
        },
      };
    }
    return {
      refusal: {
        kind: 'ApprovalExpired',
        message: `Nobody decided about this action until ${approval.deadline}; it was not done.`,
      },
    };
  } finally {
    run.clock.start();
    talk.clock.start();
    run.tally(talk.agent).state = 'idle';
  }
}

function sentence(words: string): string {
  return /[.!?…]$/.test(words.trim()) ? words.trim() : `${words.trim()}.`;
}

function subjectOf(talk: Caller, call: Proposed): ApprovalSubject {
  const { info, team, started } = talk.scope.run;
  return {
    // From the plan, not from Temporal's info: a replay from a file must come to the same digest.
    namespace: started.namespace,
    workflowId: started.workflowId,
    firstRunId: info.firstExecutionRunId,
    path: talk.path,
    step: talk.lastStep,
    ordinal: call.ordinal,
    tool: call.tool,
    toolDefinition: call.definition,
    args: call.args,
    effect: call.effect,
    untrusted: talk.untrusted?.setId ?? null,
    policy: team.policyVersion,
  };
}
