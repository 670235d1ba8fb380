import type { BoardArtifact, BoardDecision, BoardState } from '../../contracts/board';
import { blockingCycle, openBlockers, readyArtifacts, withChange } from '../../contracts/board';
import type { Body } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { BoardSeed } from './board-seed';
import { seedArtifacts } from './board-seed';

/** Whose words something is, and what they derive from (I8). */
export interface Source {
  from: string;
  untrusted: UntrustedSet | null;
  private: boolean;
}

/** One artifact as the work on it stands. */
export interface ArtifactWork {
  /** How often somebody has begun it. */
  turns: number;
  /** Who works on it now. */
  by: string | null;
  /** It was given a value in the present turn. */
  wroteValue: boolean;
  /** In the present turn its agent has written that it is not begun, or waits: it is to be begun again. */
  givenBack: boolean;
  /** The run was continued in the middle of its turn, which goes on. */
  resumed?: true;
  failure: FailureRecord | null;
  /** It is not whole, and why. */
  lacking: string | null;
  /** Who put it on the board, or said last what is to be done. */
  origin: Source;
  /** What it holds, for those it blocks; null: it is long, and they read it on the board. */
  holds: ({ body: Body | null } & Source) | null;
}

/** An artifact that can be worked on, and who does it. */
export interface Turn {
  id: string;
  name: string;
  agent: string;
}

interface Bounds {
  board: string;
  /** Who takes what nobody owns. */
  agents: readonly string[];
  maxTurns: number;
}

const decisionsKept = 100;

/**
 * A blackboard as its workflow knows it from tool results. An artifact is begun when nothing blocks it any more, by one
 * agent at a time, a bounded number of times; what is complete is never begun. What an older answer says about a newer
 * state changes nothing.
 */
export class ArtifactBoard {
  private state: BoardState = { version: 1, artifacts: [] };
  readonly decisions: BoardDecision[] = [];
  private readonly works = new Map<string, ArtifactWork>();
  /** Set when the money of the whole node is gone: nothing new begins. */
  spent: FailureRecord | null = null;
  /** Something private was written on it. */
  private = false;
  private wake: () => void = () => undefined;

  constructor(
    seed: BoardSeed,
    source: Source,
    private readonly bounds: Bounds,
  ) {
    const { heads, values, decisions } = seedArtifacts(seed);
    this.state = { version: 1, artifacts: heads };
    for (const { name } of heads) this.works.set(name, newWork(source, values.get(name)));
    this.decisions.push(...decisions.slice(-decisionsKept));
  }

  get name(): string {
    return this.bounds.board;
  }

  get version(): number {
    return this.state.version;
  }

  /** A failure counts also where it could not be written on the board. */
  heads(): BoardArtifact[] {
    return this.state.artifacts.map((one) =>
      this.works.get(one.name)?.failure && one.status !== 'complete' ? { ...one, status: 'failed' } : one,
    );
  }

  head(name: string): BoardArtifact {
    const head = this.heads().find((one) => one.name === name);
    if (!head) throw new CadreError('InternalError', `The board ${this.name} has no artifact "${name}".`);
    return head;
  }

  work(name: string): ArtifactWork {
    const work = this.works.get(name);
    if (!work) throw new CadreError('InternalError', `Nobody knows of the artifact "${name}".`);
    return work;
  }

  /** What can begin now: owned artifacts by their owners, each of the others by an agent that has nothing to do. */
  ready = (): Turn[] => {
    if (this.spent) return [];
    const busy = new Set([...this.works.values()].map(({ by }) => by));
    return readyArtifacts({ artifacts: this.heads() }).flatMap(({ name, owner }) => {
      const { by, turns } = this.work(name);
      const agent = owner ?? this.bounds.agents.find((one) => !busy.has(one));
      if (by !== null || turns >= this.bounds.maxTurns || agent === undefined) return [];
      busy.add(agent);
      return [{ id: `${name}#${turns + 1}`, name, agent }];
    });
  };

  begin({ name, agent }: Turn): ArtifactWork {
    const work = this.work(name);
    work.by = agent;
    work.turns += 1;
    if (work.resumed) delete work.resumed;
    else Object.assign(work, { wroteValue: false, givenBack: false });
    return work;
  }

  end(name: string): void {
    this.work(name).by = null;
  }

  /** Whether a turn has nothing left to do: the artifact is complete, failed, somebody else's, waits, or was given back. */
  isOver({ name, agent }: Turn): boolean {
    const { status, owner } = this.head(name);
    const ended = status === 'complete' || status === 'failed';
    const goesOn = (owner !== null && owner !== agent) || this.work(name).givenBack;
    return ended || goesOn || this.blockers(name).length > 0;
  }

  /** Until something new is known of it. */
  moved = (): Promise<void> => new Promise((resolve) => (this.wake = resolve));

  /** Takes in an artifact as somebody saw it. False when more was known already. */
  take(
    artifact: BoardArtifact,
    version: number,
    source: Source,
    says: Partial<ArtifactWork> & { task?: boolean } = {},
  ) {
    const before = this.state.artifacts.find(({ name }) => name === artifact.name);
    this.state = withChange(this.state, { board: { name: this.name, version }, artifact });
    if (before && before.version >= artifact.version) return false;
    const { task = false, ...more } = says;
    const work = this.works.get(artifact.name) ?? newWork(source);
    this.works.set(artifact.name, Object.assign(work, more, task && { origin: source }));
    if (artifact.status !== 'failed') work.failure = null;
    this.private ||= source.private;
    this.wake();
    return true;
  }

  decided(decision: BoardDecision, version: number, source: Source): void {
    this.state = { ...this.state, version: Math.max(this.state.version, version) };
    this.decisions.push(decision);
    if (this.decisions.length > decisionsKept) this.decisions.shift();
    this.private ||= source.private;
  }

  fail(name: string, failure: FailureRecord): void {
    this.work(name).failure = failure;
    this.wake();
  }

  blockers(name: string): string[] {
    return openBlockers({ artifacts: this.heads() }, this.head(name));
  }

  /** Who waits for whom without end, in a sentence; null when everybody can come to an end. */
  deadlock(): string | null {
    const heads = this.heads();
    const ring = blockingCycle(heads);
    if (ring) return `These artifacts wait for each other: ${ring.map((name) => this.called(name)).join(' → ')}.`;
    const known = new Set(heads.map(({ name }) => name));
    const open = heads.filter(({ status }) => status !== 'complete' && status !== 'failed');
    for (const { name, blockedBy, owner } of open) {
      const unknown = blockedBy.filter((one) => !known.has(one));
      if (unknown.length > 0) return `${this.called(name)} waits for ${unknown.join(', ')}, which nobody makes.`;
      if (owner === null && this.bounds.agents.length === 0) return `${name} has no owner, and no agent takes part.`;
    }
    return null;
  }

  /** Throws `Deadlock`. */
  demandNoDeadlock(path: string): void {
    const deadlock = this.deadlock();
    if (deadlock === null) return;
    throw new CadreError('Deadlock', `The board ${this.name} can never be finished. ${deadlock}`, { path });
  }

  called(name: string): string {
    const owner = this.state.artifacts.find((one) => one.name === name)?.owner;
    return owner ? `${name} (${owner})` : name;
  }

  /** For the continuation of a run: what is under way there goes on. */
  toJson = (): Json => {
    const { state, decisions, works, private: isPrivate } = this;
    return { state, decisions, works: [...works], private: isPrivate } as unknown as Json;
  };

  restore(kept: Json): void {
    const { state, decisions, works, ...rest } = kept as unknown as {
      state: BoardState;
      decisions: BoardDecision[];
      works: [string, ArtifactWork][];
      private: boolean;
    };
    this.state = state;
    this.private = rest.private;
    this.decisions.splice(0, this.decisions.length, ...decisions);
    for (const [name, work] of works) {
      const resumed = work.by === null ? {} : { by: null, turns: work.turns - 1, resumed: true as const };
      this.works.set(name, { ...work, ...resumed });
    }
  }
}

function newWork(origin: Source, value?: Body | null): ArtifactWork {
  const holds = value === undefined ? null : { body: value, ...origin };
  return { turns: 0, by: null, wroteValue: false, givenBack: false, failure: null, lacking: null, origin, holds };
}
