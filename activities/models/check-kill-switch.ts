import { CadreError } from '../../contracts/failures';
import type { Store } from '../stores';

/** Throws `SystemDisabled` or `AgentDisabled` when an operator has stopped this agent, whoever schedules it (I10). */
export async function checkKillSwitch(store: Pick<Store, 'killSwitch'>, team: string, agent: string): Promise<void> {
  const row = await store.killSwitch.check(team, agent);
  if (!row) return;
  const said = `${row.by} stopped ${row.scope === 'all' ? 'all agents' : `the agent ${agent}`}: ${row.reason || 'no reason given'}.`;
  throw new CadreError(row.scope === 'all' ? 'SystemDisabled' : 'AgentDisabled', `${said} Revive it to go on.`);
}
