import type { Ballot } from './ballots';
import { tally } from './ballots';
import type { Meeting } from './convene';
import type { Words } from './meeting-floor';
import type { AgendaItem, Decision } from './minutes';
import { mapLimited } from './parallel';

/** Everybody present votes at once, unseen by the others; the chair breaks a tie. What the time cuts short stays `interrupted`. */
export async function holdVote(meeting: Meeting, item: AgendaItem, decision: Decision): Promise<void> {
  const { scope, floor, minutes, needed, rule } = meeting;
  const { chair, present } = minutes;
  const { id, motion, rationale } = decision;
  const data = { label: `motion ${id}`, value: { motion, rationale }, from: chair, of: [chair] };
  const text = `Vote on motion ${id} on agenda item ${item.number}: ${item.text}`;
  // No voter may take the run into a new one while others vote.
  scope.run.background += 1;
  try {
    await mapLimited(present, scope.run.limits.maxParallel, async (agent) => {
      const message = { type: 'vote' as const, recipient: chair };
      const ballot = await floor.turn<Omit<Ballot, 'agent'>>(agent, 'ballot', { text, data }, { message });
      if (ballot) decision.ballots.push({ agent, choice: ballot.choice, reason: ballot.reason });
    });
  } finally {
    scope.run.background -= 1;
  }
  // In the order of the participants, whoever was first.
  decision.ballots.sort((a, b) => present.indexOf(a.agent) - present.indexOf(b.agent));
  const { votes, outcome } = tally(decision.ballots, minutes.invited, needed, rule);
  decision.votes = votes;
  if (floor.stopped) return;
  decision.outcome = outcome;
  if (outcome === 'tied') await breakTie(meeting, decision, data);
  const { ballots } = decision;
  scope.run.note('vote-counted', chair, scope.path, `${id} ${decision.outcome}: ${JSON.stringify(votes)}`);
  floor.announce(chair, `vote on motion ${id}`, {
    motion,
    outcome: decision.outcome,
    votes: { ...votes },
    ballots: ballots.map((ballot) => ({ ...ballot })),
  });
}

async function breakTie({ floor, minutes }: Meeting, decision: Decision, data: Words['data']): Promise<void> {
  const { chair } = minutes;
  const text = `The vote on motion ${decision.id} is tied, ${decision.votes.yes} to ${decision.votes.no}.`;
  const message = { type: 'vote' as const, recipient: chair };
  const word = await floor.turn<{ choice: 'yes' | 'no'; reason: string }>(
    chair,
    'tiebreak',
    { text, ...(data && { data }) },
    { message },
  );
  if (!word) return;
  decision.outcome = word.choice === 'yes' ? 'carried' : 'rejected';
  decision.decidedBy = 'chair';
  decision.chairReason = word.reason;
}
