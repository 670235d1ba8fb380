import type { CallModelRequest } from '../../contracts/activities';
import type { Store } from '../stores';
import { RecentMap } from '../stores/recent-map';
import type { ModelCall } from './model-call';

/** A conversation counts as at work for so long after its last sign of life: a dead worker's is forgotten by then. */
const workMs = 60_000;
/** Written again only when a third of it is over: most conversations cost one write in all. */
const renewAfterMs = 20_000;
const rememberedMax = 5_000;

export interface AgentLease {
  resource: string;
  holder: string;
}

/** The conversations of one agent are counted together over all runs of teams with the same name. */
export function leaseOf(team: string, { run, request }: Pick<ModelCall, 'run' | 'request'>): AgentLease {
  return { resource: agentResource(team, request.agent), holder: `${run} ${request.path}` };
}

const agentResource = (team: string, agent: string): string => `agent:${team}/${agent}`;

/** Who is at work: leases of conversations, taken with their calls and given back with their answers (I1). */
export class AgentLoad {
  private readonly written = new RecentMap<string, number>(rememberedMax);

  constructor(
    private readonly leases: Pick<Store['leases'], 'enter' | 'count'>,
    private readonly now: () => Date,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Counts a conversation, or goes on counting it. A count that cannot be written stops no work. */
  async enter(lease: AgentLease): Promise<void> {
    const now = this.now();
    const key = keyOf(lease);
    const since = now.getTime() - (this.written.get(key) ?? 0);
    if (since >= 0 && since < renewAfterMs) return;
    this.written.set(key, now.getTime());
    try {
      await this.leases.enter({ ...lease, ttlMs: workMs, now });
    } catch (error) {
      this.written.delete(key);
      this.onFault(error);
    }
  }

  /** To be called once the lease is given back, which the step's own transaction does. */
  left(lease: AgentLease): void {
    this.written.delete(keyOf(lease));
  }

  /** Conversations at work now, by agent, of the agents a step may choose among; undefined when there are none. */
  async ofChoices(team: string, { choices = [] }: CallModelRequest): Promise<Record<string, number> | undefined> {
    const agents = [...new Set(choices.flatMap(({ agent }) => agent ?? []))];
    if (agents.length === 0) return undefined;
    const counts = await this.leases.count(
      agents.map((agent) => agentResource(team, agent)),
      this.now(),
    );
    return Object.fromEntries(agents.map((agent) => [agent, counts[agentResource(team, agent)] ?? 0]));
  }
}

const keyOf = ({ resource, holder }: AgentLease): string => `${resource} ${holder}`;
