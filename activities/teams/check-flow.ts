import type { Node } from '../../contracts/node';
import type { Team } from '../../contracts/team';
import { mayReadPrivate } from './model-facts';
import { agentSlots, childNodes, compositionNamed } from './node-parts';

/** An agent that would get private material though all of its models are remote, and where it came from. */
export interface Leak {
  agent: string;
  from: string;
}

/**
 * Follows the flow label `private` through a node: what a private agent yields reaches only agents with a model that
 * is, or may turn out to be, local. Returns the leaks; `callModel` and `callTool` enforce the same again.
 */
export function privateLeaks(team: Team, node: Node, incoming: string | null = null): Leak[] {
  const flow = new Flow(team);
  flow.through(node, incoming, 0);
  return flow.leaks;
}

/** Deeper than any JSON that is accepted nests. */
const depthMax = 256;

class Flow {
  readonly leaks: Leak[] = [];
  private readonly visited = new Map<string, string | null>();

  constructor(private readonly team: Team) {}

  /** Runs the label through a node; returns who made the output private, or null. */
  through(node: Node, incoming: string | null, depth: number): string | null {
    if (depth > depthMax) return incoming;
    let label = this.body(node, incoming, depth + 1);
    if (node.fallback) label = this.through(node.fallback, incoming, depth + 1) ?? label;
    return node.then ? this.through(node.then, label, depth + 1) : label;
  }

  private body(node: Node, incoming: string | null, depth: number): string | null {
    const named = compositionNamed(node);
    if (named !== undefined) return this.composition(named, incoming, depth);
    if (!('pattern' in node)) return 'agent' in node ? this.agent(node.agent, incoming) : incoming;
    switch (node.pattern) {
      case 'agent':
        return node.agent === undefined ? incoming : this.agent(node.agent, incoming);
      case 'supervisor': {
        const everyone = Object.keys(this.team.agents).filter((name) => name !== node.supervisor);
        const label = this.all(node.specialists ?? everyone, incoming) ?? incoming;
        const judges = [node.supervisor, node.sufficiency, node.synthesizer];
        return (
          this.all(
            judges.filter((name) => typeof name === 'string'),
            label,
          ) ?? label
        );
      }
      case 'pipeline': {
        let label = incoming;
        for (const stage of node.stages ?? []) {
          label = this.through('node' in stage ? stage.node : stage, label, depth);
          if ('node' in stage && stage.check?.agent !== undefined) this.agent(stage.check.agent, label);
          if ('node' in stage && stage.compensate) this.through(stage.compensate, label, depth);
        }
        return label;
      }
      case 'reflection': {
        const label = typeof node.author === 'object' ? this.through(node.author, incoming, depth) : incoming;
        if (node.critic !== undefined) this.agent(node.critic, label);
        return label;
      }
      case 'debate':
      case 'meeting':
      case 'swarm':
      case 'blackboard':
      case 'peers':
      case 'taskTree':
      case 'plan': {
        // Everybody may hear everybody: one private voice makes all of it private. Who is not named may be anybody.
        const named = agentSlots(node).map((slot) => slot.name);
        const everyone = 'agents' in node || named.length > 1 ? named : Object.keys(this.team.agents);
        const label = this.all(everyone, incoming);
        return label === null ? incoming : (this.all(everyone, label) ?? label);
      }
      default: {
        let label = incoming;
        if (node.pattern === 'router' && node.router !== undefined) label = this.agent(node.router, incoming) ?? label;
        for (const { node: child } of childNodes({
          ...node,
          then: undefined,
          fallback: undefined,
        } as unknown as Node)) {
          label = this.through(child, incoming, depth) ?? label;
        }
        if (node.pattern === 'fanOut')
          label =
            this.all(
              agentSlots(node).map((slot) => slot.name),
              label,
            ) ?? label;
        return label;
      }
    }
  }

  private composition(name: string, incoming: string | null, depth: number): string | null {
    const key = `${incoming === null ? 'public' : 'private'}/${name}`;
    const before = this.visited.get(key);
    if (before !== undefined || this.visited.has(key)) return before ?? incoming;
    this.visited.set(key, incoming);
    const node = Object.hasOwn(this.team.compositions, name) ? this.team.compositions[name] : undefined;
    const label = node ? this.through(node, incoming, depth) : incoming;
    this.visited.set(key, label);
    return label;
  }

  private all(names: readonly string[], incoming: string | null): string | null {
    return names.reduce<string | null>((label, name) => this.agent(name, incoming) ?? label, null);
  }

  private agent(name: string, incoming: string | null): string | null {
    const agent = Object.hasOwn(this.team.agents, name) ? this.team.agents[name] : undefined;
    if (!agent) return incoming;
    const label = agent.privacy === 'private' ? (incoming ?? name) : incoming;
    for (const reader of label === null ? [] : [name, ...agent.fallback]) this.read(reader, label ?? '');
    return label;
  }

  private read(name: string, from: string): void {
    const agent = Object.hasOwn(this.team.agents, name) ? this.team.agents[name] : undefined;
    if (!agent || mayReadPrivate(this.team, agent)) return;
    if (!this.leaks.some((leak) => leak.agent === name)) this.leaks.push({ agent: name, from });
  }
}
