import type { FailureRecord } from '../../contracts/failures';
import { joinUntrusted } from '../../contracts/untrusted';
import type { ActionsRun } from './action-items';
import type { Meeting } from './convene';
import type { Outcome } from './scope';
import { outcomeOf } from './scope';

/** The minutes as the outcome, with what they lack: time, budget, decisions, action items. */
export function closeMeeting(
  { scope, floor, minutes, required }: Meeting,
  exhausted: FailureRecord | null,
  ran: ActionsRun | null,
): Outcome {
  const undecided = minutes.items.filter((item) => required && !minutes.hasCarried(item)).map(({ number }) => number);
  const failed = minutes.actions.filter(({ state }) => state === 'failed' || state === 'partial').map(({ id }) => id);
  const because = [
    ...(minutes.adjourned === null ? [] : [minutes.adjourned]),
    ...(undecided.length > 0 ? [`no decision on item ${undecided.join(', ')}`] : []),
    ...(failed.length > 0 ? [`not done: action item ${failed.join(', ')}`] : []),
  ];
  const { talks } = floor;
  const status = exhausted ? 'budget-exhausted' : because.length > 0 ? 'partial' : 'completed';
  return outcomeOf({
    status,
    output: { inline: minutes.output() },
    from: minutes.chair,
    messageId: floor.talkOf(minutes.chair).messageId,
    untrusted: joinUntrusted([scope.untrusted, ...talks.map(({ untrusted }) => untrusted), ran?.untrusted]),
    ...((talks.some((talk) => talk.private) || ran?.private) && { private: true as const }),
    ...(because.length > 0 && { stoppedBecause: because.join('; ') }),
    parts: minutes.view(),
  });
}
