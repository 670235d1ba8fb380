import { isJsonObject } from '../../contracts/json';
import type { AgentConfig, Team } from '../../contracts/team';
import type { MatrixRow } from './permission-matrix';

/** What an agent may do with the team's memory: its tags are the grant, and nothing outside changes. */
export function memoryRows({ name, memory }: Pick<AgentConfig, 'name' | 'memory'>): MatrixRow[] {
  const row = (tool: string, grant: string, tags: readonly string[]): MatrixRow[] => {
    if (tags.length === 0) return [];
    return [{ agent: name, tool, grant, effect: 'read', verdict: 'allowed', detail: `tagged ${tags.join(' or ')}` }];
  };
  return [...row('cadre.recall', 'memory.read', memory.read), ...row('cadre.remember', 'memory.write', memory.write)];
}

/** Entries of the team's files that no agent can recall: their tags are in no `memory.read`. */
export function unreadableEntries(team: Team): string[] {
  const entries = team.documents['memory'];
  const readable = new Set(Object.values(team.agents).flatMap(({ memory }) => memory.read));
  return (Array.isArray(entries) ? entries : []).flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry['key'] !== 'string') return [];
    const tags = Array.isArray(entry['tags']) ? entry['tags'].filter((tag) => typeof tag === 'string') : [];
    if (tags.some((tag) => readable.has(tag))) return [];
    const why = tags.length === 0 ? 'it has no tags' : `no agent may read ${tags.join(', ')}`;
    return [`No agent can recall the memory entry "${entry['key']}": ${why}.`];
  });
}
