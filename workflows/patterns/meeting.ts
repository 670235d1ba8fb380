/**
 * meeting: participants go through an agenda, raise and answer concerns, and decide by vote.
 *
 *   agenda item ──▶ the floor, everybody once a round ──▶ concerns answered ──▶ the chair's motions ──▶ ballots
 *        ▲                                                                                               │
 *        └───────── next item, until the agenda or the time is over ◀──── carried, rejected, tie: chair ─┘
 *
 * The minutes are complete at any moment: when the time is over they say what was reached. Who is not available at the
 * start is recorded absent. Ballots are secret until all have voted. Action items become tasks of participants.
 */
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import { runActionItems } from '../run/action-items';
import { closeMeeting } from '../run/close-meeting';
import type { Meeting, MeetingFields } from '../run/convene';
import { convene, endsInBudget } from '../run/convene';
import { discussItem } from '../run/discuss-item';
import { meetingRoles } from '../run/meeting-roles';
import { putMotions } from '../run/put-motions';
import type { Pattern } from '../run/registry';

export const meetingPattern: Pattern<MeetingFields> = {
  name: 'meeting',
  about: 'Participants go through an agenda, answer concerns, and decide by vote.',
  fields: {
    title: field.line('What the meeting is about.', { needed: true }),
    participants: field.agents('Who is invited.', { needed: true, examples: [['cto', 'backend', 'frontend']] }),
    agenda: field.list(field.text('An item.'), 'Items, in order; the task alone by default.', { min: 1 }),
    decisionRequired: field.flag('Every item needs a motion that is carried.'),
    maxDurationMinutes: field.number(
      10_080,
      'Hard stop; 60 by default. Time in which a person is waited for does not count.',
    ),
    quorum: field.number(
      limits.maxFanOut,
      'Votes that make a vote valid: a count, or a share below 1; more than half by default.',
    ),
    rule: field.oneOf(['majority', 'consensus'], 'What carries a motion: more yes than no (the default), or no "no".'),
    rounds: field.count(limits.maxRounds, 'Rounds of the floor for each item; 1 by default.'),
    chair: field.agent('Puts motions and breaks ties; the first participant that is there by default.'),
    runActionItems: field.flag('Action items are run as tasks of those they are assigned to.'),
  },
  defaultTask: '{{title}}',
  roles: meetingRoles,
  example: { title: 'Release review', participants: ['dev', 'qa'], agenda: ['Is it ready?'], decisionRequired: true },
  async perform(scope, fields) {
    const meeting = convene(scope, fields);
    const exhausted = await endsInBudget(meeting, () => goThrough(meeting));
    const ran = fields.runActionItems && !exhausted ? await runActionItems(meeting) : null;
    return closeMeeting(meeting, exhausted ?? ran?.exhausted ?? null, ran);
  },
};

async function goThrough(meeting: Meeting): Promise<void> {
  const { floor, minutes } = meeting;
  for (const item of minutes.items) {
    item.state = 'under discussion';
    await discussItem(meeting, item);
    await putMotions(meeting, item);
    item.state = floor.stopped ? 'interrupted' : 'done';
    if (!floor.stopped) continue;
    minutes.adjourned = `the time of ${floor.clock.durationMs / 60_000} minutes is over`;
    break;
  }
}
