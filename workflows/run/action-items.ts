import { bodyToJson } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import type { UntrustedSet } from '../../contracts/untrusted';
import { joinUntrusted } from '../../contracts/untrusted';
import type { Meeting } from './convene';
import type { ActionItem, Minutes } from './minutes';
import { mapLimited } from './parallel';
import { attemptNode, literal } from './perform-node';
import type { Scope } from './scope';

/** What the action items that were run brought along. */
export interface ActionsRun {
  untrusted: UntrustedSet | null;
  private: boolean;
  /** Set when the budget did not cover them all. */
  exhausted: FailureRecord | null;
}

/** Each is done by whom it is assigned to, as a task from the chair; one that fails does not fail the others. */
export async function runActionItems({ scope, floor, minutes }: Meeting): Promise<ActionsRun> {
  const chair = floor.talkOf(minutes.chair);
  const lanes = Math.max(1, Math.min(scope.run.limits.maxParallel, minutes.actions.length));
  const place: Scope = {
    ...scope,
    from: minutes.chair,
    causationId: chair.messageId,
    untrusted: joinUntrusted([scope.untrusted, chair.untrusted]),
    private: scope.private || chair.private,
    parallel: (scope.parallel ?? 1) * lanes,
  };
  const done = await mapLimited(minutes.actions, lanes, (action) => runOne(place, minutes, action));
  return {
    untrusted: joinUntrusted(done.map(({ untrusted }) => untrusted)),
    private: done.some((one) => one.private),
    exhausted: done.find(({ exhausted }) => exhausted)?.exhausted ?? null,
  };
}

async function runOne(place: Scope, minutes: Minutes, action: ActionItem): Promise<ActionsRun> {
  const tried = await attemptNode(place, { agent: action.agent, task: wordingOf(minutes, action) }, literal);
  if ('failure' in tried) {
    action.state = 'failed';
    action.failure = `${tried.failure.kind}: ${tried.failure.message}`;
    const exhausted = tried.failure.kind === 'BudgetExhausted' ? tried.failure : null;
    return { untrusted: null, private: false, exhausted };
  }
  const { status, output, untrusted, private: isPrivate = false } = tried.outcome;
  action.state = status === 'completed' ? 'done' : 'partial';
  action.output = bodyToJson(output);
  return { untrusted, private: isPrivate, exhausted: null };
}

/** The task, and where it comes from: who does it was perhaps not there. */
function wordingOf({ title, items }: Minutes, { task, item, decision }: ActionItem): string {
  const about = items[item - 1];
  const carried = about?.decisions.find(({ id }) => id === decision);
  const because = carried ? `It follows from the decision: ${carried.motion}` : `It follows from: ${about?.text ?? ''}`;
  return `${task}\n\nThis is an action item of the meeting "${title}". ${because}`;
}
