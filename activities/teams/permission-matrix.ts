import { configuredEffect, judgeCall } from '../../contracts/authority';
import { digestOf } from '../../contracts/digest';
import { matchesPattern } from '../../contracts/pattern-match';
import type { Effect, Team, TeamView } from '../../contracts/team';
import { memoryRows, unreadableEntries } from './memory-rights';
import { teamViewOf } from './team-view';

/** One line of the matrix: what an agent may do with a tool, and what a person must allow. */
export interface MatrixRow {
  agent: string;
  /** `source.tool`, a pattern, or `agent:<name>` of an alias. */
  tool: string;
  /** The grant it comes from. */
  grant: string;
  /** Null when the tool itself tells it, at the time of the call. */
  effect: Effect | null;
  verdict: 'allowed' | 'approval' | 'auto' | 'refused' | 'depends';
  /** Who decides, after how long what happens, or why it is refused. */
  detail: string;
}
export interface PermissionMatrix {
  team: string;
  rows: MatrixRow[];
  /** Granted to an agent and never used; only told when it is known what was used. */
  unused: { agent: string; grant: string }[];
  warnings: string[];
}

export interface MatrixOptions {
  /** Tools that exist, by name (`source.tool`), with the effect they report: makes patterns precise. */
  catalogue?: Readonly<Record<string, Effect>>;
  /** Tools that were called, as `{agent, tool}`; without it nothing is said about unused grants. */
  used?: readonly { agent: string; tool: string }[];
}

/** The matrix agent × tool × effect × approval, by the same judge that decides about every call (I9). */
export function permissionMatrix(team: Team, options: MatrixOptions = {}): PermissionMatrix {
  const view = teamViewOf(team, digestOf(team));
  const rows = Object.values(team.agents).flatMap((agent) => [
    ...agent.tools.flatMap((grant) =>
      toolsOfGrant(team, grant, options).map((tool) => rowFor(view, agent.name, grant, tool, options)),
    ),
    ...memoryRows(agent),
  ]);
  return {
    team: team.name,
    rows,
    unused: options.used ? unusedGrants(team, options.used) : [],
    warnings: warningsFor(team, rows),
  };
}

/** What a grant reaches, as far as it can be named: known tools, else the patterns the source lists effects for. */
function toolsOfGrant(team: Team, grant: string, { catalogue = {} }: MatrixOptions): string[] {
  const alias = Object.hasOwn(team.toolAliases, grant) ? team.toolAliases[grant] : undefined;
  if (alias) return ['tool' in alias ? alias.tool : `agent:${alias.agent}`];
  const pattern = grant.includes('.') ? grant : `${grant}.*`;
  if (!pattern.includes('*')) return [pattern];
  const known = Object.keys(catalogue).filter((tool) => matchesPattern(pattern, tool));
  if (known.length > 0) return known.sort();
  const name = pattern.slice(0, pattern.indexOf('.'));
  const source = Object.hasOwn(team.tools, name) ? team.tools[name] : undefined;
  const listed = source?.kind === 'http' ? Object.keys(source.operations) : Object.keys(source?.effects ?? {});
  const within = listed.map((tool) => `${name}.${tool}`).filter((tool) => overlaps(pattern, tool));
  return source?.kind === 'http' ? within : [...within.filter((tool) => tool !== pattern), pattern];
}

/** Whether some name fits both patterns, judged by their fixed beginnings. */
function overlaps(a: string, b: string): boolean {
  if (!b.includes('*')) return matchesPattern(a, b);
  const [first = ''] = a.split('*');
  const [second = ''] = b.split('*');
  return first.startsWith(second) || second.startsWith(first);
}

function rowFor(view: TeamView, agent: string, grant: string, tool: string, options: MatrixOptions): MatrixRow {
  if (tool.startsWith('agent:')) {
    return {
      agent,
      tool,
      grant,
      effect: 'read',
      verdict: 'allowed',
      detail: 'asks another agent, which has its own rights',
    };
  }
  const effect = effectOf(view, tool, options);
  if (effect === null) {
    return {
      agent,
      tool,
      grant,
      effect,
      verdict: 'depends',
      detail: 'the tool tells its effect; write and irreversible wait',
    };
  }
  const judged = judgeCall(view, { agent, tool, effect, untrusted: false });
  const row = { agent, tool, grant, effect: judged.effect };
  if (judged.verdict === 'deny') return { ...row, verdict: 'refused', detail: judged.reason };
  if (judged.verdict === 'approval') {
    const { group, timeoutMs, onTimeout } = judged.rule;
    const who = group === undefined ? 'a person' : `one of ${group}`;
    return { ...row, verdict: 'approval', detail: `${who} decides; after ${minutes(timeoutMs)}: ${onTimeout}` };
  }
  if (judged.effect === 'read') return { ...row, verdict: 'allowed', detail: '' };
  return { ...row, verdict: 'auto', detail: 'by policy; a person decides when untrusted material was read' };
}

/** What our configuration makes of a tool; null for a builtin's tool that it does not list. */
function effectOf(view: TeamView, tool: string, { catalogue = {} }: MatrixOptions): Effect | null {
  const reported = Object.hasOwn(catalogue, tool) ? catalogue[tool] : undefined;
  if (reported !== undefined) return configuredEffect(view, tool, reported);
  const dot = tool.indexOf('.');
  const source = view.sources[tool.slice(0, dot)];
  const listed = Object.keys(source?.effects ?? {}).some((pattern) => matchesPattern(pattern, tool.slice(dot + 1)));
  return source?.builtin && !listed ? null : configuredEffect(view, tool, 'read');
}

function minutes(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

function unusedGrants(team: Team, used: readonly { agent: string; tool: string }[]): PermissionMatrix['unused'] {
  return Object.entries(team.agents).flatMap(([agent, { tools }]) => {
    const own = used.filter((one) => one.agent === agent).map((one) => one.tool);
    const isUsed = (grant: string): boolean => {
      const alias = Object.hasOwn(team.toolAliases, grant) ? team.toolAliases[grant] : undefined;
      const pattern = alias ? ('tool' in alias ? alias.tool : `agent:${alias.agent}`) : grant;
      return own.some(
        (tool) => tool === grant || matchesPattern(pattern, tool) || matchesPattern(`${pattern}.*`, tool),
      );
    };
    return tools.filter((grant) => !isUsed(grant)).map((grant) => ({ agent, grant }));
  });
}

function warningsFor(team: Team, rows: readonly MatrixRow[]): string[] {
  const warnings: string[] = [];
  for (const row of rows) {
    if (row.verdict === 'refused')
      warnings.push(`${row.agent} is granted ${row.grant} and can never use ${row.tool}: ${row.detail}`);
  }
  for (const [name, agent] of Object.entries(team.agents)) {
    const elevated = agent.trust === 'elevated';
    const changes = rows.some((row) => row.agent === name && row.effect !== 'read');
    if (elevated && !changes) warnings.push(`${name} is elevated and has no tool that changes anything.`);
  }
  return [...new Set([...warnings, ...unreadableEntries(team)])];
}
