import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { Outcome } from './scope';

export interface OpenTask {
  task: string;
  /** Capabilities that whoever takes it must have. */
  needs?: string[];
}
type State = 'open' | 'claimed' | 'done' | 'failed';
interface Claim {
  by: string;
  ended: string;
}
/** Where a task comes from: what its words derive from, and how far it is from the first ones. */
export type Origin = Pick<Outcome, 'untrusted' | 'private'> & { by: string; hops: number };

export class SwarmTask {
  state: State = 'open';
  by: string | null = null;
  outcome: Outcome | null = null;
  failure: FailureRecord | null = null;
  readonly claims: Claim[] = [];

  constructor(
    readonly id: string,
    readonly task: string,
    readonly needs: readonly string[],
    readonly origin: Origin,
  ) {}
}

interface Bounds {
  maxTasks: number;
  maxHops: number;
  maxClaims: number;
}
const refusedKept = 64;
type Members = Readonly<Record<string, readonly string[]>>;

/**
 * The shared board of a swarm. A task is open, claimed by one member, or ended; only the member that has the claim can end
 * it, and a claim that is given back opens it again, a bounded number of times. Tasks are bounded, and so are the hops from
 * the first ones; so the number of claims is too, and the swarm ends.
 */
export class SwarmBoard {
  readonly tasks: SwarmTask[] = [];
  /** What was not taken onto the board, and why. */
  readonly refused: { task: string; by: string; because: string }[] = [];

  constructor(
    private readonly members: Members,
    private readonly bounds: Bounds,
  ) {}

  add(tasks: readonly OpenTask[], origin: Origin): number {
    let added = 0;
    for (const { task, needs = [] } of tasks) {
      const because = this.objection(task, needs, origin);
      if (because === null) {
        this.tasks.push(new SwarmTask(String(this.tasks.length + 1), task, needs, origin));
        added += 1;
      } else if (this.refused.length < refusedKept) this.refused.push({ task, by: origin.by, because });
    }
    return added;
  }

  private objection(task: string, needs: readonly string[], { hops }: Origin): string | null {
    if (this.tasks.some((one) => sameWords(one.task, task))) return 'it is on the board already';
    if (this.tasks.length >= this.bounds.maxTasks)
      return `the board holds ${this.bounds.maxTasks} tasks, which is the limit`;
    if (hops > this.bounds.maxHops)
      return `it is ${hops} hops from the first tasks; at most ${this.bounds.maxHops} are allowed`;
    const able = Object.values(this.members).some((has) => needs.every((one) => has.includes(one)));
    return able ? null : `nobody has the capabilities ${needs.join(', ')}`;
  }

  /** The oldest open task that a member can do and has not given back; null when there is none. */
  claim(member: string): SwarmTask | null {
    const has = this.members[member] ?? [];
    const open = this.tasks.filter(({ state, needs }) => state === 'open' && needs.every((one) => has.includes(one)));
    // One that it gave back before goes to others first, and to it again when nobody else could take it.
    const others = Object.keys(this.members).filter((name) => name !== member);
    const mine = open.find(
      (task) => !gaveBack(task, member) || others.every((name) => gaveBack(task, name) || !this.can(name, task)),
    );
    if (!mine) return null;
    mine.state = 'claimed';
    mine.by = member;
    return mine;
  }

  /** False when the member's claim is no longer its own: then nothing has changed. */
  finish(task: SwarmTask, member: string, outcome: Outcome): boolean {
    if (task.state !== 'claimed' || task.by !== member) return false;
    task.claims.push({ by: member, ended: outcome.status });
    task.state = 'done';
    task.outcome = outcome;
    return true;
  }

  /** The claim ended without a result: the task is open again, or failed when it was claimed too often. */
  giveBack(task: SwarmTask, member: string, failure: FailureRecord): void {
    if (task.state !== 'claimed' || task.by !== member) return;
    task.claims.push({ by: member, ended: failure.kind });
    task.failure = failure;
    task.state = task.claims.length >= this.bounds.maxClaims ? 'failed' : 'open';
    task.by = null;
  }

  /** Nothing is open and nothing is claimed: the end of a swarm. */
  get isOver(): boolean {
    return this.tasks.every(({ state }) => state === 'done' || state === 'failed');
  }

  withState(state: State): SwarmTask[] {
    return this.tasks.filter((task) => task.state === state);
  }

  private can(member: string, { needs }: SwarmTask): boolean {
    return needs.every((one) => this.members[member]?.includes(one));
  }

  view = (): Json => ({
    tasks: this.tasks.map(({ id, task, needs, state, by, claims, origin, failure }) => ({
      id,
      task,
      ...(needs.length > 0 && { needs: [...needs] }),
      state,
      by,
      from: origin.by,
      hops: origin.hops,
      claims: claims.map((claim) => ({ ...claim })),
      ...(state === 'failed' && failure && { failure: `${failure.kind}: ${failure.message}` }),
    })),
    refused: this.refused.map((one) => ({ ...one })),
  });
}

const gaveBack = (task: SwarmTask, member: string): boolean => task.claims.some(({ by }) => by === member);

function sameWords(a: string, b: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();
  return plain(a) === plain(b);
}
