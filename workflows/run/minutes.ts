import type { Json, JsonObject } from '../../contracts/json';
import type { Ballot, Tally, VoteOutcome } from './ballots';
import { dissentFrom } from './ballots';

export interface Absence {
  agent: string;
  reason: string;
}
export interface Contribution {
  statement: string;
  concerns?: { to: string; concern: string }[];
  proposal?: string;
}
/** A worry that was raised, and what became of it. */
export interface Concern {
  id: string;
  by: string;
  /** Who is to answer it; null when nobody else is there. */
  to: string | null;
  concern: string;
  answer: string | null;
}
export interface Motion {
  motion: string;
  rationale: string;
  actions?: { agent: string; task: string }[];
}
export interface Decision {
  id: string;
  motion: string;
  rationale: string;
  outcome: VoteOutcome | 'interrupted';
  decidedBy: 'vote' | 'chair';
  /** The chair's reason, when it broke a tie. */
  chairReason?: string;
  votes: Tally;
  ballots: Ballot[];
}
export interface ActionItem {
  id: string;
  agent: string;
  task: string;
  item: number;
  decision: string | null;
  state: 'assigned' | 'done' | 'partial' | 'failed';
  output?: Json;
  failure?: string;
}
export interface AgendaItem {
  number: number;
  text: string;
  state: 'not reached' | 'under discussion' | 'done' | 'interrupted';
  said: { round: number; agent: string; statement: string; proposal?: string }[];
  concerns: Concern[];
  decisions: Decision[];
}

/** What a meeting has come to so far: always complete, so that it can stop at any moment. */
export class Minutes {
  readonly items: AgendaItem[];
  readonly actions: ActionItem[] = [];
  readonly missed: { agent: string; what: string; failure: string }[] = [];
  adjourned: string | null = null;
  private concernCount = 0;
  private decisionCount = 0;

  constructor(
    readonly title: string,
    readonly chair: string,
    readonly present: readonly string[],
    readonly absent: readonly Absence[],
    agenda: readonly string[],
    private readonly actionsMax: number,
  ) {
    this.items = agenda.map((text, index) => {
      return { number: index + 1, text, state: 'not reached', said: [], concerns: [], decisions: [] };
    });
  }

  /** Who gets the floor, in order: everybody once, and somebody else first each time. */
  speakers(item: AgendaItem, round: number): string[] {
    const first = (item.number + round - 2) % this.present.length;
    return [...this.present.slice(first), ...this.present.slice(0, first)];
  }

  hear(item: AgendaItem, round: number, agent: string, { statement, concerns = [], proposal }: Contribution): void {
    item.said.push({ round, agent, statement, ...(proposal !== undefined && { proposal }) });
    for (const { to, concern } of concerns) {
      this.concernCount += 1;
      const answerer = this.answererOf(agent, to);
      item.concerns.push({ id: `c${this.concernCount}`, by: agent, to: answerer, concern, answer: null });
    }
  }

  /** Whom it is addressed to if that one is there, else the chair, else anybody else. */
  private answererOf(by: string, to: string): string | null {
    const there = [to, this.chair, ...this.present].filter(
      (name) => name === this.chair || this.present.includes(name),
    );
    return there.find((name) => name !== by) ?? null;
  }

  /** Open concerns of an item by who is to answer them, in the order they were raised. */
  openConcerns(item: AgendaItem): { agent: string; concerns: Concern[] }[] {
    const open = item.concerns.filter(({ to, answer }) => to !== null && answer === null);
    const agents = [...new Set(open.flatMap(({ to }) => to ?? []))];
    return agents.map((agent) => ({ agent, concerns: open.filter(({ to }) => to === agent) }));
  }

  answer(item: AgendaItem, agent: string, answers: readonly { concern: string; answer: string }[]): void {
    for (const { concern, answer } of answers) {
      const found = item.concerns.find(({ id, to }) => id === concern && to === agent);
      if (found && found.answer === null) found.answer = answer;
    }
  }

  /** A motion that is put to the vote; it stays `interrupted` until it is settled. */
  put(item: AgendaItem, { motion, rationale }: Motion): Decision {
    this.decisionCount += 1;
    const votes = { yes: 0, no: 0, abstain: 0, missing: this.invited };
    const id = `m${this.decisionCount}`;
    const decision: Decision = { id, motion, rationale, outcome: 'interrupted', decidedBy: 'vote', votes, ballots: [] };
    item.decisions.push(decision);
    return decision;
  }

  get invited(): number {
    return this.present.length + this.absent.length;
  }

  /** Each task once for each agent, up to the limit. */
  assign(item: AgendaItem, decision: Decision | null, actions: readonly { agent: string; task: string }[]): void {
    for (const { agent, task } of actions) {
      const isThere = this.actions.some((action) => action.agent === agent && action.task === task);
      if (isThere || this.actions.length >= this.actionsMax) continue;
      const id = `a${this.actions.length + 1}`;
      this.actions.push({ id, agent, task, item: item.number, decision: decision?.id ?? null, state: 'assigned' });
    }
  }

  hasCarried = (item: AgendaItem): boolean => item.decisions.some(({ outcome }) => outcome === 'carried');
  isComplete = (): boolean => this.items.every(({ state }) => state === 'done');

  /** What people get: decisions with votes, rationale and dissent, and what follows from them. */
  output(): JsonObject {
    return {
      title: this.title,
      chair: this.chair,
      present: [...this.present],
      absent: this.absent.map((absence) => ({ ...absence })),
      agenda: this.items.map(({ number, text, state, concerns }) => {
        const open = concerns.filter(({ answer }) => answer === null).length;
        return { item: number, text, state, concerns: concerns.length, unanswered: open };
      }),
      decisions: this.items.flatMap(({ number, decisions }) => decisions.map((one) => decisionJson(number, one))),
      actionItems: this.actions.map((action) => ({ ...action })),
      ...(this.adjourned !== null && { adjourned: this.adjourned }),
    };
  }

  /** The discussion itself, beside the output. */
  view = (): Json => ({
    ...this.output(),
    discussion: this.items.map(({ number, said, concerns }) => ({
      item: number,
      said: said.map((one) => ({ ...one })),
      concerns: concerns.map((concern) => ({ ...concern })),
    })),
    missed: this.missed.map((turn) => ({ ...turn })),
  });
}

function decisionJson(item: number, { ballots, votes, ...decision }: Decision): JsonObject {
  const dissent = dissentFrom(decision.outcome === 'carried', ballots);
  return { item, ...decision, votes: { ...votes }, ballots: ballots.map((ballot) => ({ ...ballot })), dissent };
}
