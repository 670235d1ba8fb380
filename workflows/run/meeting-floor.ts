import type { DeltaPart } from '../../contracts/activities';
import type { Json } from '../../contracts/json';
import { own } from '../../contracts/own';
import { joinUntrusted } from '../../contracts/untrusted';
import { attemptTurn } from './bulkhead';
import type { Ask, Conversation } from './conversation';
import { byReference } from './tool-results';
import type { MeetingClock } from './meeting-clock';
import type { Minutes } from './minutes';
import type { Scope } from './scope';
import { askFor, openConversation, opening } from './talk';

interface Seat {
  talk: Conversation;
  /** Time it has spoken: waiting for others does not count against an agent's own time. */
  usedMs: number;
  /** How much of what was said it has heard. */
  heard: number;
}

/** What an agent is told with its turn. What agents have worded comes as data, never in the text (I8). */
export interface Words {
  text: string;
  data?: { label: string; value: Json; from: string; of: readonly string[] };
}

/** Where people speak: gives turns, tells each what was said since its last one, and stops when the time is over. */
export class Floor {
  /** A turn did not come about, or was broken off, because the time was over. */
  stopped = false;
  readonly speaking = new Set<string>();
  private readonly said: { by: string; part: DeltaPart }[] = [];
  private readonly seats = new Map<string, Seat>();

  constructor(
    readonly scope: Scope,
    readonly clock: MeetingClock,
    private readonly minutes: Minutes,
    private readonly card: string,
    /** Time that agents have spoken in the runs that this one continues. */
    private readonly spokenMs: Readonly<Record<string, number>> = {},
  ) {}

  get talks(): Conversation[] {
    return [...this.seats.values()].map(({ talk }) => talk);
  }

  /** How long each has spoken, in ms. */
  get usedMs(): Record<string, number> {
    return { ...this.spokenMs, ...Object.fromEntries([...this.seats].map(([agent, { usedMs }]) => [agent, usedMs])) };
  }

  talkOf(agent: string): Conversation {
    return this.seat(agent).talk;
  }

  /** One turn; null when it failed, which the minutes keep, or when the time is over. */
  async turn<T>(
    agent: string,
    role: string,
    words: Words,
    ask: Pick<Ask, 'choices' | 'message'> = {},
  ): Promise<T | null> {
    const { run } = this.scope;
    await run.gate();
    const seat = this.seat(agent);
    const { talk, heard } = seat;
    // A turn that was had before the run went on in a new one stands, whatever the time is now.
    const isRetold = talk.isRetelling;
    if (!isRetold && this.isOver()) return null;
    const head = talk.head;
    const startedAt = this.limit(seat);
    const delta = this.news(agent, seat, words);
    const { choices, ...how } = ask;
    this.speaking.add(agent);
    const tried = await attemptTurn(talk, () => askFor<T>(talk, role, delta, choices, how));
    this.speaking.delete(agent);
    seat.usedMs += Date.now() - startedAt;
    if ('value' in tried) return tried.value;
    // What a turn was told is only known to it when its step is on record.
    if (talk.head === head) seat.heard = heard;
    const hasEnded = isRetold && tried.failure.kind !== 'DeadlineExceeded' ? this.stopped : this.isOver();
    if (!hasEnded)
      this.minutes.missed.push({ agent, what: role, failure: `${tried.failure.kind}: ${tried.failure.message}` });
    return null;
  }

  /** What an agent just answered, for everybody else to hear with their next turn; the store holds it already. */
  share(by: string, label: string, answer: Json): void {
    const body = byReference({ inline: answer });
    this.said.push({ by, part: { kind: 'material', label, from: by, body, ...this.labelsOf([by]) } });
  }

  /** What all hear, such as the outcome of a vote. */
  announce(by: string, label: string, value: Json): void {
    const voters = [...this.seats.keys()];
    this.said.push({
      by: '',
      part: { kind: 'material', label, from: by, body: { inline: value }, ...this.labelsOf(voters) },
    });
  }

  /** What the words of these derive from (I8). */
  private labelsOf(agents: readonly string[]) {
    const talks = agents.map((agent) => this.seat(agent).talk);
    return {
      untrusted: joinUntrusted(talks.map(({ untrusted }) => untrusted)),
      ...(talks.some((talk) => talk.private) && { private: true as const }),
    };
  }

  private isOver(): boolean {
    if (this.clock.leftMs() > 0) return this.stopped;
    this.stopped = true;
    return true;
  }

  private seat(agent: string): Seat {
    let seat = this.seats.get(agent);
    if (!seat) {
      seat = {
        talk: openConversation(this.scope, agent),
        usedMs: own(this.spokenMs, agent) ?? 0,
        heard: 0,
      };
      this.seats.set(agent, seat);
    }
    return seat;
  }

  /** A running call ends with the meeting, and with the agent's own time. */
  private limit(seat: Seat): number {
    const now = Date.now();
    const { timeoutMs, budget } = seat.talk.view;
    const ownMs = Math.min(timeoutMs, budget.wallClockMs ?? timeoutMs) - seat.usedMs;
    const { clock } = seat.talk;
    clock.limitTo(now - clock.startedAt + Math.max(0, Math.min(ownMs, this.clock.leftMs())));
    return now;
  }

  private news(agent: string, seat: Seat, { text, data }: Words): DeltaPart[] {
    const fresh = this.said.slice(seat.heard).filter(({ by }) => by !== agent);
    seat.heard = this.said.length;
    const first: DeltaPart[] =
      seat.talk.head === null ? [...opening(this.scope), { kind: 'note', text: this.card }] : [];
    const shown = fresh.map(({ part }) => part);
    if (data) {
      const { label, value, from, of } = data;
      shown.push({ kind: 'material', label, from, body: { inline: value }, ...this.labelsOf(of) });
    }
    return [...first, ...shown, { kind: 'note', text }];
  }
}
