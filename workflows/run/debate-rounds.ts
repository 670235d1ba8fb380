import type { DeltaPart } from '../../contracts/activities';
import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { textKey } from '../../contracts/merge/claim';
import type { UntrustedSet } from '../../contracts/untrusted';
import { anonymised } from './anonymise';
import { byReference } from './tool-results';

/** What a debater answers. A type, not an interface: it is shown to others as JSON. */
export type Position = { answer: string; argument: string };
/** What a position derives from. */
export interface Labels {
  untrusted: UntrustedSet | null;
  private?: true;
}
/** Where a debater stands in one round: the label that is all the others see of it. */
export interface Seat {
  agent: string;
  round: number;
  label: string;
}
export interface Statement extends Seat, Position, Labels {}

/**
 * Who said what in a debate, and what of it the others get to see: never names. The order of presentation moves on by one
 * place with every round, so that over as many rounds as there are debaters each has stood in every place once.
 */
export class DebateRounds {
  private readonly rounds: Statement[][] = [];
  private live: string[];
  readonly dropped: { agent: string; round: number; failure: FailureRecord }[] = [];

  /** `turn`: the place in which the first debater stands in round 0; any whole number. */
  constructor(
    readonly debaters: readonly string[],
    private readonly turn: number,
  ) {
    this.live = [...debaters];
  }

  /** Begins a round: who speaks in it, in the order of presentation. */
  open(): Seat[] {
    this.rounds.push([]);
    const round = this.rounds.length;
    const count = this.live.length;
    const first = (((this.turn + round) % count) + count) % count;
    const order = [...this.live.slice(count - first), ...this.live.slice(0, count - first)];
    return order.map((agent, place) => ({ agent, round, label: `${round}${letters(place)}` }));
  }

  hear(seat: Seat, { answer, argument }: Position, labels: Labels): void {
    this.rounds[seat.round - 1]?.push({ ...seat, answer, argument, ...labels });
  }

  /** A debater that cannot go on: the others debate without it, and nothing more is shown of it. */
  drop({ agent, round }: Seat, failure: FailureRecord): void {
    this.live = this.live.filter((name) => name !== agent);
    this.dropped.push({ agent, round, failure });
  }

  get count(): number {
    return this.rounds.length;
  }

  get living(): readonly string[] {
    return this.live;
  }

  /** What was said in a round by those who still debate, in the order of presentation. */
  said(round: number): Statement[] {
    return inOrder(this.rounds[round - 1] ?? []).filter(({ agent }) => this.live.includes(agent));
  }

  /** The positions at the end. */
  final(): Statement[] {
    return this.said(this.count);
  }

  /** What the others said in a round, as one of them is shown it. */
  othersFor(agent: string, round: number): DeltaPart[] {
    return this.said(round)
      .filter((statement) => statement.agent !== agent)
      .map((statement) => this.shown(statement));
  }

  /** The rounds after `seen`, as the judge is shown them. */
  since(seen: number): DeltaPart[] {
    const rounds = this.rounds.slice(seen).map((_said, index) => this.said(seen + index + 1));
    return rounds.flat().map((statement) => this.shown(statement));
  }

  /** The short answer that all of the last round give; null when they differ. */
  consensus(): string | null {
    const [first, ...others] = this.final();
    if (!first || others.length === 0) return null;
    return others.every(({ answer }) => textKey(answer) === textKey(first.answer)) ? first.answer : null;
  }

  private shown({ label, round, answer, argument, untrusted, private: isPrivate }: Statement): DeltaPart {
    const said: Position = { answer: anonymised(answer, this.debaters), argument: anonymised(argument, this.debaters) };
    // What holds no name is in history as its author gave it, and is only named here (I2).
    const isAsGiven = said.answer === answer && said.argument === argument;
    return {
      kind: 'material',
      label: `answer ${label} of round ${round}`,
      from: 'the debate',
      body: isAsGiven ? byReference({ inline: said }) : { inline: said },
      untrusted,
      ...(isPrivate && { private: true as const }),
    };
  }

  /** For people, in the query `plan` and in the result: here names stand. */
  view = (): Json =>
    this.rounds.flatMap((said) =>
      inOrder(said).map(({ agent, round, label, answer }) => ({ round, label, agent, answer: answer.slice(0, 300) })),
    );
}

/** By label, whoever answered first. */
function inOrder(said: readonly Statement[]): Statement[] {
  return [...said].sort((a, b) => a.label.length - b.label.length || (a.label < b.label ? -1 : 1));
}

/** `A` … `Z`, `AA` … */
function letters(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : letters(Math.floor(place / 26) - 1) + last;
}
