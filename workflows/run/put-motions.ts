import { choicesOf, type Meeting } from './convene';
import { holdVote } from './hold-vote';
import type { AgendaItem, Motion } from './minutes';

/** The chair puts motions; where a decision is required and none was carried, once more. */
export async function putMotions(meeting: Meeting, item: AgendaItem): Promise<void> {
  const { scope, floor, minutes, required } = meeting;
  const choices = choicesOf(scope, meeting.invited);
  for (let attempt = 1; attempt <= (required ? 2 : 1) && !floor.stopped && !minutes.hasCarried(item); attempt += 1) {
    const need = required ? ' A decision is required.' : '';
    const again = attempt === 2 ? ' None has been carried yet: put another one that answers the dissent.' : '';
    const text = `Agenda item ${item.number}: ${item.text}\nPut the motions, or none.${need}${again}`;
    const put = await floor.turn<{ motions: Motion[]; actions?: Motion['actions'] }>(
      minutes.chair,
      'motion',
      { text },
      { choices },
    );
    if (!put) return;
    minutes.assign(item, null, put.actions ?? []);
    for (const motion of put.motions) {
      const decision = minutes.put(item, motion);
      await holdVote(meeting, item, decision);
      if (floor.stopped) return;
      if (decision.outcome === 'carried') minutes.assign(item, decision, motion.actions ?? []);
    }
  }
}
