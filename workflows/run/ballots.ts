export type Choice = 'yes' | 'no' | 'abstain';
// A type, not an interface: it is kept in the result as JSON.
export type Ballot = { agent: string; choice: Choice; reason: string };
export type VotingRule = 'majority' | 'consensus';
export type VoteOutcome = 'carried' | 'rejected' | 'tied' | 'no-quorum';
export type Tally = { yes: number; no: number; abstain: number; missing: number };

/** Votes that make a vote valid: a count, or a share below 1 of those invited; more than half of them by default. */
export function quorumNeeded(quorum: number | undefined, invited: number): number {
  if (quorum === undefined) return Math.floor(invited / 2) + 1;
  return Math.min(invited, Math.max(1, Math.ceil(quorum < 1 ? quorum * invited : quorum)));
}

/** One ballot for each participant; the first one counts. Abstentions count for the quorum and for nothing else. */
export function tally(
  given: readonly Ballot[],
  invited: number,
  needed: number,
  rule: VotingRule,
): { votes: Tally; outcome: VoteOutcome } {
  const first = new Map<string, Choice>();
  for (const { agent, choice } of given) if (!first.has(agent)) first.set(agent, choice);
  const choices = [...first.values()];
  const count = (wanted: Choice): number => choices.filter((choice) => choice === wanted).length;
  const votes = { yes: count('yes'), no: count('no'), abstain: count('abstain'), missing: invited - choices.length };
  return { votes, outcome: choices.length < needed ? 'no-quorum' : outcomeOf(votes, rule) };
}

/** What nobody is for is not carried, whatever the rule; a tie needs votes on both sides. */
function outcomeOf({ yes, no }: Tally, rule: VotingRule): VoteOutcome {
  if (yes === 0) return 'rejected';
  if (rule === 'consensus') return no === 0 ? 'carried' : 'rejected';
  if (yes === no) return 'tied';
  return yes > no ? 'carried' : 'rejected';
}

/** Those who voted against what came out. */
export function dissentFrom(carried: boolean, ballots: readonly Ballot[]): { agent: string; reason: string }[] {
  const against: Choice = carried ? 'no' : 'yes';
  return ballots.filter(({ choice }) => choice === against).map(({ agent, reason }) => ({ agent, reason }));
}
