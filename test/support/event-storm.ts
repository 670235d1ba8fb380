import { sha256Hex } from '../../contracts/digest';
import { emittedIdFor } from '../../activities/events/event-ids';
import type { DrillModel, DrillRequest } from './drill-model';

/** What becomes of one event at one consumer: tries of the agent until it is done, or all of them in vain. */
export type Fate = 'good' | 'second try' | 'never';

export interface StormEvent {
  id: string;
  subject: string;
  data: Record<string, string | number>;
}

/** A delivery that there must be, and how it must end. */
export interface Wanted {
  eventId: string;
  consumer: string;
  agent: string;
  /** Number of the first event of its chain. */
  root: number;
  state: 'done' | 'dead';
  /** Times that the model must be asked when no attempt is lost. */
  asked: number;
}

const attempts = 3;
/** Events in a hundred that each kind of failure befalls. */
const percent = { never: 8, 'second try': 15 } as const;

/** A thousand events and everything that must follow from them, by a seed: the oracle knows no workflow and no store. */
export class Storm {
  readonly events: StormEvent[];
  readonly wanted: Wanted[] = [];
  /** Ids of events that consumers publish. */
  readonly followers: string[] = [];

  constructor(
    readonly seed: string,
    count: number,
    readonly paid: number,
  ) {
    this.events = Array.from({ length: count }, (_, n) => this.eventOf(n));
    for (const [n, event] of this.events.entries()) this.follow(n, event);
  }

  fateOf(agent: string, root: number): Fate {
    const dice = Number.parseInt(sha256Hex(`${this.seed} ${agent} ${root}`).slice(0, 8), 16) % 100;
    if (dice < percent.never) return 'never';
    return dice < percent.never + percent['second try'] ? 'second try' : 'good';
  }

  /** Makes the model fail as fate has it: by what was answered before, not by what was asked. */
  drive(model: DrillModel): Asked {
    const asked = new Asked();
    model.beforeAnswer = (request) => asked.arrived(request);
    model.answer = (request) => {
      const root = rootOf(request);
      const answered = asked.answered(request);
      const fate = this.fateOf(request.agent, root);
      const refuses = fate === 'never' || (fate === 'second try' && !asked.hasRefused(request));
      if (refuses) asked.refused(request);
      answered();
      return refuses
        ? { message: { role: 'assistant', content: '' }, finish: 'content_filter' }
        : { message: { role: 'assistant', content: `${request.agent} has seen to storm-${root}` } };
    };
    return asked;
  }

  private eventOf(n: number): StormEvent {
    const id = `storm-${n}`;
    if (n < this.paid) return { id, subject: 'storm.events.paid', data: { entry: id, run: this.seed } };
    return { id, subject: `storm.events.order.${n % 4 === 0 ? 'urgent' : 'placed'}`, data: { order: id } };
  }

  private follow(root: number, { id, subject }: StormEvent): void {
    if (subject.endsWith('paid')) {
      this.wanted.push({ eventId: id, consumer: 'booker.post-entry', agent: 'booker', root, state: 'done', asked: 0 });
      return;
    }
    const consumer = 'packer.pack-it';
    const packed = this.want(id, consumer, 'packer', root);
    if (packed === 'dead' || !subject.endsWith('urgent')) return;
    const follower = emittedIdFor(id, consumer, 'storm.events.packed');
    this.followers.push(follower);
    this.want(follower, 'carrier.carry-it', 'carrier', root);
  }

  private want(eventId: string, consumer: string, agent: string, root: number): Wanted['state'] {
    const fate = this.fateOf(agent, root);
    const state = fate === 'never' ? 'dead' : 'done';
    const asked = { good: 1, 'second try': 2, never: attempts }[fate];
    this.wanted.push({ eventId, consumer, agent, root, state, asked });
    return state;
  }
}

const rootOf = ({ text }: DrillRequest): number => Number(/storm-(\d+)/.exec(text)?.[1] ?? -1);
export const keyOf = (agent: string, root: number): string => `${agent} ${root}`;

/** The model's own log: what was asked for whom, and what was on its way when a worker was killed. */
export class Asked {
  readonly times = new Map<string, number>();
  private readonly refusals = new Set<string>();
  /** When each was last heard of: asked, or answered. */
  private readonly touched = new Map<string, number>();
  private readonly open = new Set<string>();

  async arrived(request: DrillRequest): Promise<void> {
    const key = keyOf(request.agent, rootOf(request));
    this.times.set(key, (this.times.get(key) ?? 0) + 1);
    this.touched.set(key, Date.now());
    this.open.add(key);
    // So that some are always on their way.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  answered(request: DrillRequest): () => void {
    const key = keyOf(request.agent, rootOf(request));
    return () => {
      this.touched.set(key, Date.now());
      this.open.delete(key);
    };
  }

  refused(request: DrillRequest): void {
    this.refusals.add(keyOf(request.agent, rootOf(request)));
  }

  hasRefused(request: DrillRequest): boolean {
    return this.refusals.has(keyOf(request.agent, rootOf(request)));
  }

  /** What a kill at this moment can have cost: asked and not answered, or answered so lately that nobody may have kept it. */
  atRisk(withinMs: number): Set<string> {
    const since = Date.now() - withinMs;
    return new Set([...this.open, ...[...this.touched].flatMap(([key, at]) => (at >= since ? [key] : []))]);
  }
}
