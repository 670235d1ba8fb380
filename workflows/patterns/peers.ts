/**
 * peers: one agent has the task; it asks and tells the others as the routing table says.
 *
 *   task ──▶ start ──▶ answer
 *              ├─ consult ──▶ peer ──▶ answer comes back
 *              └─ notify ───▶ peer     start goes on · callback enters its next step
 *
 * Nobody coordinates. Every call carries the path of calls it came by; a cycle, two that only ask each other, too much
 * depth and conversations that wait for one another are refused with that path.
 */
import { CadreError } from '../../contracts/failures';
import { field } from '../../contracts/pattern-fields';
import { hearOut } from '../run/peer-calls';
import { performNode } from '../run/perform-node';
import type { Pattern } from '../run/registry';

interface PeersFields {
  start?: string;
  agents?: string[];
}

export const peersPattern: Pattern<PeersFields> = {
  name: 'peers',
  about: 'Agents that ask and tell one another by the routing table of the team.',
  fields: {
    start: field.agent('The agent that gets the task.', { needed: true }),
    agents: field.agents('Who takes part; everybody of the routing table by default.'),
  },
  example: { team: 'ship-feature', start: 'backend', agents: ['backend', 'devops', 'cso'], task: 'Plan the new API' },
  async perform(scope, { start, agents }) {
    const { run, path } = scope;
    if (start === undefined) throw new CadreError('InvalidInput', `The node ${path} does not say who starts.`);
    const peers = agents && [...new Set([start, ...agents])];
    const kept = run.journal.keptState(path);
    const begun = typeof kept === 'number' ? kept : run.peerCalls.length;
    run.journal.stateOf(path, () => begun);
    const calls = () => run.peerCalls.slice(begun).map((call) => ({ ...call }));
    run.planView = calls;
    const outcome = await performNode({ ...scope, ...(peers && { peers }) }, { agent: start });
    // Whoever was told something is heard out before the calls are listed.
    await hearOut(run);
    return { ...outcome, parts: { calls: calls() } };
  },
};
