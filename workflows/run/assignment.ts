import type { FailureKind, FailureRecord } from '../../contracts/failures';
import { chainFailure, failures } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { own } from '../../contracts/own';
import type { TeamView } from '../../contracts/team';

/** Failures after which the same agent may well succeed when it tries again. */
const worthAnother: readonly FailureKind[] = ['MalformedOutput', 'LoopDetected', 'DeadlineExceeded', 'ToolFailed'];
/** Failures that are the agent's and not the task's: somebody else may do it. */
const agentsOwn: readonly FailureKind[] = [
  'AgentDisabled',
  'MessageRejected',
  'UnknownTool',
  'ToolNotAllowed',
  'Deadlock',
];

/** `again`: the same agent; `another`: whoever stands in; `up`: whoever gave the task has to know. */
export type Move = 'again' | 'another' | 'up';

function moveAfter(kind: FailureKind): Move {
  if (failures[kind].retryable || worthAnother.includes(kind)) return 'again';
  return failures[kind].next === 'fallback' || agentsOwn.includes(kind) ? 'another' : 'up';
}

/** Whether an agent takes tasks of an assigner: who says nothing about it takes them from anybody (contract §2). */
export function acceptsTasks(team: Pick<TeamView, 'agents'>, agent: string, assigner: string): boolean {
  const accepts = own(team.agents, agent)?.acceptsDelegationFrom;
  return !accepts || own(team.agents, assigner) === undefined || accepts.includes(assigner);
}

/**
 * Who may take a task over from an agent: those it names as its fallback, then the peers that share a capability with
 * it, most capabilities first. Only agents that accept tasks of the assigner.
 */
export function standInsFor(
  team: Pick<TeamView, 'agents'>,
  agent: string,
  peers: readonly string[],
  assigner: string,
): string[] {
  const view = own(team.agents, agent);
  const shared = (peer: string): number =>
    own(team.agents, peer)?.capabilities.filter((one) => view?.capabilities.includes(one)).length ?? 0;
  const matching = peers.filter((peer) => shared(peer) > 0).sort((a, b) => shared(b) - shared(a) || (a < b ? -1 : 1));
  return [...new Set([...(view?.fallback ?? []), ...matching])].filter(
    (name) => name !== agent && own(team.agents, name) !== undefined && acceptsTasks(team, name, assigner),
  );
}

/** Who has a task, who had it before, and how each attempt ended. Bounded: after the last attempt it goes up (I5). */
export class Assignment {
  readonly attempts: { agent: string; ended: string }[] = [];
  /** The last failure with the earlier ones as its chain; null after a delivery. */
  failure: FailureRecord | null = null;

  constructor(
    public agent: string,
    readonly assigner: string,
    private readonly standIns: readonly string[],
    private readonly max: number,
  ) {}

  delivered(status: string): void {
    this.attempts.push({ agent: this.agent, ended: status });
    this.failure = null;
  }

  /** Takes note of a failure and says what is done about it; after `another` the new agent has the task. */
  failed(failure: FailureRecord): Move {
    this.attempts.push({ agent: this.agent, ended: failure.kind });
    this.failure = this.failure ? chainFailure(failure, this.failure) : failure;
    const wanted = moveAfter(failure.kind);
    if (wanted === 'up' || this.attempts.length >= this.max) return 'up';
    const times = this.attempts.filter(({ agent }) => agent === this.agent).length;
    const next = this.standIns.find((name) => !this.hasTried(name));
    if (next !== undefined && (wanted === 'another' || times > 1)) {
      this.agent = next;
      return 'another';
    }
    return wanted === 'again' ? 'again' : 'up';
  }

  /** By us, or by the agent before that handed over to its own fallback in vain. */
  private hasTried(name: string): boolean {
    for (let link: FailureRecord | undefined = this.failure ?? undefined; link; link = link.cause)
      if (link.agent === name) return true;
    return this.attempts.some(({ agent }) => agent === name);
  }

  view(): Json {
    return this.attempts.map((attempt) => ({ ...attempt }));
  }
}
