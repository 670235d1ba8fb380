/** What stands behind a tool through which an agent talks to another one. */
export const consultTarget = (agent: string): string => `agent:${agent}`;
export const notifyTarget = (agent: string): string => `notify:${agent}`;

/** An agent's row of the routing table: whom it may ask, whom it may tell. */
export interface PeerRoutes {
  consults?: readonly { agent: string; for: string }[];
  notifies?: readonly { agent: string; when: string }[];
  /** Inboxes it may send to: `<eventPrefix>.agents.<name>.inbox`. */
  peerChannels?: readonly string[];
}

/** The agent that an inbox belongs to; undefined for a channel of another form. */
export function ownerOfInbox(channel: string): string | undefined {
  return /\.agents\.([^.]+)\.inbox$/.exec(channel)?.[1];
}

/** Whom an agent may tell, with the words that say when; an inbox alone says nothing of it. */
export function notifiedBy({ notifies = [], peerChannels = [] }: PeerRoutes): { agent: string; when: string }[] {
  const listed = [...notifies];
  for (const channel of peerChannels) {
    const agent = ownerOfInbox(channel);
    if (agent !== undefined && !listed.some((one) => one.agent === agent)) listed.push({ agent, when: '' });
  }
  return listed;
}

/** What a row of the routing table opens: to ask a peer, or to tell it something. */
export function peerTarget(kind: 'consult' | 'notify', agent: string): string {
  return kind === 'consult' ? consultTarget(agent) : notifyTarget(agent);
}

/** Whether the routing table opens this target to the agent. */
export function mayReach(routes: PeerRoutes, target: string): boolean {
  return (
    (routes.consults ?? []).some(({ agent }) => consultTarget(agent) === target) ||
    notifiedBy(routes).some(({ agent }) => notifyTarget(agent) === target)
  );
}
