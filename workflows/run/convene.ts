import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { isAvailable, readAvailability } from '../../contracts/meeting-availability';
import { own } from '../../contracts/own';
import type { VotingRule } from './ballots';
import { quorumNeeded } from './ballots';
import { failureOf } from './failure';
import { MeetingClock } from './meeting-clock';
import { Floor } from './meeting-floor';
import type { Absence } from './minutes';
import { Minutes } from './minutes';
import type { Run } from './run';
import type { Scope } from './scope';

export interface MeetingFields {
  title?: string;
  participants?: string[];
  agenda?: string[];
  decisionRequired?: boolean;
  maxDurationMinutes?: number;
  quorum?: number;
  rule?: VotingRule;
  rounds?: number;
  chair?: string;
  runActionItems?: boolean;
}
export interface Meeting {
  scope: Scope;
  floor: Floor;
  minutes: Minutes;
  invited: readonly string[];
  needed: number;
  rule: VotingRule;
  rounds: number;
  required: boolean;
}

/** What a meeting cannot find out again in a run that continues its own. */
interface MeetingState {
  startedAt: number;
  stoppedBefore: number;
  chair: string;
  absent: Absence[];
  usedMs: Record<string, number>;
}

/** Calls the roll and opens the meeting. Throws `QuorumNotReached` when too few can attend: nothing could be decided. */
export function convene(scope: Scope, fields: MeetingFields): Meeting {
  const { run } = scope;
  const { title = scope.task, participants: invited = [], quorum, rule = 'majority' } = fields;
  if (invited.length === 0)
    throw new CadreError('InvalidInput', `The meeting ${scope.path} has no "participants".`, { path: scope.path });
  // The roll is called once, also when the run has gone on in a new one since.
  const kept = run.journal.keptState(scope.path) as unknown as MeetingState | null;
  const absent = kept?.absent ?? invited.flatMap((agent) => absenceOf(run, agent) ?? []);
  const present = invited.filter((agent) => !absent.some((absence) => absence.agent === agent));
  const needed = quorumNeeded(quorum, invited.length);
  if (present.length < needed) {
    const who = absent.map(({ agent, reason }) => `${agent} (${reason})`).join(', ');
    const message = `The meeting "${title}" needs ${needed} of ${invited.length} participants, and ${present.length} can attend. Absent: ${who}.`;
    throw new CadreError('QuorumNotReached', message, { path: scope.path });
  }
  const chair = kept?.chair ?? chairOf(run, fields.chair, present);
  const agenda = fields.agenda ?? [scope.task];
  const minutes = new Minutes(title, chair, present, absent, agenda, run.limits.maxFanOut);
  const durationMs =
    fields.maxDurationMinutes === undefined ? run.limits.meetingMs : fields.maxDurationMinutes * 60_000;
  const clock = new MeetingClock(run.clock, durationMs, kept);
  const floor = new Floor(scope, clock, minutes, cardOf(run, minutes, rule, needed), kept?.usedMs);
  const { startedAt, stoppedBefore } = clock;
  run.journal.stateOf(scope.path, () => {
    const state: MeetingState = { startedAt, stoppedBefore, chair, absent, usedMs: floor.usedMs };
    return state as unknown as Json;
  });
  run.planView = minutes.view;
  run.detailLines = () => detailsOf(floor, minutes);
  run.note('meeting-opened', chair, scope.path, `${title}: present ${present.join(', ')}`);
  for (const { agent, reason } of absent) run.note('participant-absent', agent, scope.path, reason);
  const rounds = Math.min(fields.rounds ?? 1, run.limits.maxRounds);
  return { scope, floor, minutes, invited, needed, rule, rounds, required: fields.decisionRequired === true };
}

/** Whether the agent says that it cannot attend now; workflow time, and offsets that are recorded in the plan (I3). */
function absenceOf(run: Run, agent: string): Absence | null {
  const read = readAvailability(run.team.agents[agent]?.meetingAvailability);
  if ('fault' in read) return { agent, reason: `its availability ${read.fault}` };
  const { availability } = read;
  const zone = typeof availability === 'string' ? '' : availability.timezone;
  if (isAvailable(availability, Date.now(), own(run.started.zoneOffsets ?? {}, zone) ?? [])) return null;
  return { agent, reason: availability === 'never' ? 'attends no meetings' : `not available at this time (${zone})` };
}

/** The chair need not be a participant; one that cannot attend is stood in for by the first that is there. */
function chairOf(run: Run, named: string | undefined, present: readonly string[]): string {
  if (named !== undefined && absenceOf(run, named) === null) return named;
  return present[0] ?? named ?? '';
}

/** What everybody is told when the meeting begins. */
function cardOf({ team }: Run, minutes: Minutes, rule: VotingRule, needed: number): string {
  const who = minutes.present.map((agent) => `- ${agent}: ${team.agents[agent]?.description ?? ''}`);
  const carried = rule === 'majority' ? 'more yes than no; the chair breaks ties' : 'at least one yes and no "no"';
  return [
    `You take part in the meeting "${minutes.title}". In the chair: ${minutes.chair}. Present:`,
    ...who,
    'Agenda:',
    ...minutes.items.map(({ number, text }) => `${number}. ${text}`),
    `A motion is carried by ${carried}, with at least ${needed} votes, abstentions included.`,
  ].join('\n');
}

function detailsOf(floor: Floor, minutes: Minutes): string[] {
  const item = minutes.items.find(({ state }) => state === 'under discussion');
  const speaking = [...floor.speaking].join(', ');
  const leftMinutes = Math.ceil(floor.clock.leftMs() / 60_000);
  const where = item ? `item ${item.number} of ${minutes.items.length}` : 'no item open';
  return [`- meeting: ${where}${speaking ? `, the floor: ${speaking}` : ''}, at most ${leftMinutes} min left`];
}

/** A budget that runs out ends the meeting like its time does: the minutes say what was reached. Returns that failure. */
export async function endsInBudget(meeting: Meeting, work: () => Promise<void>): Promise<FailureRecord | null> {
  const { scope, minutes } = meeting;
  try {
    await work();
    return null;
  } catch (error) {
    const failure = failureOf(error, { path: scope.path });
    if (failure.kind !== 'BudgetExhausted') throw error;
    scope.run.keepFailure(failure);
    for (const item of minutes.items) if (item.state === 'under discussion') item.state = 'interrupted';
    minutes.adjourned = 'the budget is used up';
    return failure;
  }
}

/** Agents an answer may name, with what they are good at. */
export function choicesOf({ run }: Scope, names: readonly string[]): { name: string; description: string }[] {
  return names.map((name) => ({ name, description: run.team.agents[name]?.description ?? '' }));
}
