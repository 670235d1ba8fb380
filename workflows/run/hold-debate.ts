import type { DeltaPart } from '../../contracts/activities';
import { CadreError } from '../../contracts/failures';
import { attemptTurn } from './bulkhead';
import type { Conversation } from './conversation';
import type { Position, Seat } from './debate-rounds';
import { DebateRounds } from './debate-rounds';
import { mapLimited } from './parallel';
import type { Scope } from './scope';
import { askFor, openConversation, opening } from './talk';

export interface DebateFields {
  debaters?: string[];
  judge?: string;
  rounds?: number;
  blindFirstRound?: boolean;
  consensus?: 'answer' | 'judge' | 'none';
}
export interface Debate {
  scope: Scope;
  rounds: DebateRounds;
  talks: ReadonlyMap<string, Conversation>;
  judge: Conversation;
  /** Rounds the judge has been shown. */
  judgeSaw: number;
}

/** Opens everybody's conversation. Where the first debater stands is drawn by lot. */
export function beginDebate(scope: Scope, { debaters = [], judge }: DebateFields): Debate {
  if (judge === undefined || debaters.length < 2 || debaters.includes(judge)) {
    const message = `The debate ${scope.path} needs at least two "debaters" and a "judge" that is none of them.`;
    throw new CadreError('InvalidInput', message, { path: scope.path });
  }
  const { journal, limits } = scope.run;
  const kept = journal.keptState(scope.path);
  // Drawn once: what was shown under a label before the run went on in a new one stands under it still.
  const turn = typeof kept === 'number' ? kept : Math.floor(Math.random() * debaters.length);
  journal.stateOf(scope.path, () => turn);
  const rounds = new DebateRounds(debaters, turn);
  scope.run.planView = rounds.view;
  // Side by side: none of them may take the run into a new one while others are at work.
  const beside: Scope = { ...scope, parallel: (scope.parallel ?? 1) * Math.min(debaters.length, limits.maxParallel) };
  const talks = new Map(debaters.map((agent) => [agent, openConversation(beside, agent)]));
  return { scope, rounds, talks, judge: openConversation(scope, judge), judgeSaw: 0 };
}

/** Side by side, each shown the round before; an open first round is spoken in turn, each shown what was said so far. */
export async function holdRound({ scope, rounds, talks }: Debate, inTurn: boolean): Promise<void> {
  const seats = rounds.open();
  const lanes = inTurn ? 1 : scope.run.limits.maxParallel;
  const before = new Map(seats.map(({ agent, round }) => [agent, rounds.othersFor(agent, round - 1)]));
  await mapLimited(seats, lanes, async (seat) => {
    const talk = talks.get(seat.agent);
    if (!talk) return;
    const others = inTurn ? rounds.othersFor(seat.agent, seat.round) : (before.get(seat.agent) ?? []);
    const delta = seat.round === 1 ? [...opening(scope), ...others] : [note(seat), ...others];
    const tried = await attemptTurn(talk, () =>
      askFor<Position>(talk, 'position', delta, undefined, { noTools: false }),
    );
    if ('failure' in tried) return rounds.drop(seat, tried.failure);
    rounds.hear(seat, tried.value, labelsOf(talk));
    scope.run.note('position-taken', talk.agent, talk.path, `${seat.label}: ${tried.value.answer}`);
  });
  if (rounds.living.length >= 2) return;
  const failures = rounds.dropped.map(({ failure }) => failure);
  const cause = failures.find(({ kind }) => kind === 'BudgetExhausted') ?? failures[0];
  const kind = cause?.kind === 'BudgetExhausted' ? 'BudgetExhausted' : 'QuorumNotReached';
  const message = `Of the ${rounds.debaters.length} debaters of ${scope.path} fewer than two can go on.`;
  throw new CadreError(kind, message, { path: scope.path, ...(cause && { cause }) });
}

const note = ({ round }: Seat) => ({
  kind: 'note' as const,
  text: `Round ${round}. Below are the other answers of the round before, without names. Hold your answer or change it.`,
});
const labelsOf = ({ untrusted, private: isPrivate }: Conversation) => ({
  untrusted,
  ...(isPrivate && { private: true as const }),
});

/** Whether the debate can end early: by equal short answers, or by the judge's word. */
export async function agreed(debate: Debate, how: string, isLast: boolean): Promise<boolean> {
  const { scope, rounds, judge } = debate;
  if (how === 'none') return false;
  if (how === 'answer') return rounds.consensus() !== null;
  if (isLast) return false;
  const { consensus, reason } = await askFor<{ consensus: boolean; reason: string }>(
    judge,
    'consensus',
    newsFor(debate),
  );
  scope.run.note('consensus-judged', judge.agent, judge.path, `${consensus}: ${reason}`);
  return consensus;
}

/** What the judge has not seen yet. */
export function newsFor(debate: Debate): DeltaPart[] {
  const { scope, rounds, judge, judgeSaw } = debate;
  debate.judgeSaw = rounds.count;
  const fresh = rounds.since(judgeSaw);
  if (judge.head === null) return [...opening(scope), ...fresh];
  return fresh.length > 0 ? fresh : [{ kind: 'note', text: 'The debate is over.' }];
}
