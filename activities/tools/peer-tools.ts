import { digestOf } from '../../contracts/digest';
import type { JsonObject } from '../../contracts/json';
import { consultTarget, notifiedBy, notifyTarget } from '../../contracts/peers';
import type { AgentConfig, Team } from '../../contracts/team';
import type { NamedTarget } from './model-names';
import type { SourceTool } from './tool-source';

const text = (description: string): JsonObject => ({ type: 'string', minLength: 1, description });
const shape = (properties: JsonObject, required: string[]): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const consultInput = shape({ task: text('What you want to know or have done, complete in itself.') }, ['task']);
const notifyInput = shape(
  {
    message: text('What the other should know, complete in itself.'),
    callback: { type: 'boolean', description: 'Whether you want its answer; you go on working until it comes.' },
  },
  ['message'],
);

type PeerTool = NamedTarget & { tool: SourceTool; effect: 'read' };

/** The tools an agent gets from its row of the routing table: `consult_<peer>` waits for the answer, `notify_<peer>` does not. */
export function peerToolsOf(team: Team, agent: AgentConfig): PeerTool[] {
  const consults = agent.consults.map(({ agent: peer, for: what }) =>
    peerTool(
      team,
      consultTarget(peer),
      `consult_${peer}`,
      `Asks ${peer} and waits for the answer: ${what}.`,
      consultInput,
    ),
  );
  const notifies = notifiedBy(agent).map(({ agent: peer, when }) =>
    peerTool(team, notifyTarget(peer), `notify_${peer}`, toldWhen(peer, when), notifyInput),
  );
  return [...consults, ...notifies].filter((tool) => tool !== undefined);
}

function toldWhen(peer: string, when: string): string {
  return `Tells ${peer} something and goes on${when === '' ? '' : `; to be used when: ${when}`}.`;
}

function peerTool(team: Team, target: string, name: string, about: string, input: JsonObject): PeerTool | undefined {
  const peer = team.agents[target.slice(target.indexOf(':') + 1)];
  if (!peer) return undefined;
  const described = peer.description === '' ? '' : ` ${peer.name}: ${peer.description}`;
  const description = `${about}${described}`;
  const definition = digestOf({ name, description, input });
  return {
    target,
    source: 'peer',
    bare: name,
    tool: { name, description, input, reported: 'read', definition },
    effect: 'read',
  };
}
