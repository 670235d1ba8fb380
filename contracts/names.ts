/** Names that other programs hold. Pinned by test/pins. */
export const taskQueue = 'cadre';
export const elevatedTaskQueue = 'cadre-elevated';
export const zones = ['model', 'tools', 'external', 'local', 'elevated'] as const;
export type Zone = (typeof zones)[number];

/** Zones share one queue unless they are separated by configuration; `elevated` always has its own. */
export function queueForZone(zone: Zone, separated: readonly string[]): string {
  if (zone === 'elevated') return elevatedTaskQueue;
  return separated.includes(zone) ? `cadre-${zone}` : taskQueue;
}

export const searchAttributes = {
  CadrePattern: 'Keyword',
  CadreTeam: 'Keyword',
  CadrePhase: 'Keyword',
  CadreApprovalPending: 'Bool',
} as const;

export { patternNames, type PatternName } from './pattern-names';

export const activityNames = { prepareRun: 'prepareRun', callModel: 'callModel', callTool: 'callTool' } as const;

/** Only ASCII slugs go into ids: ids are public and a task's text must not leak through them. */
export function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 40) || 'x';
}

/** `<pattern>/<team or composition>/<short id>` */
export function workflowIdFor(pattern: string, subject: string, shortId: string): string {
  return `${slug(pattern)}/${slug(subject)}/${shortId}`;
}

/**
 * `<parent>/<role>/<n>-<6 hex digits>`. The digits come from the run's random stream, which a reset seeds anew: a reset
 * parent never meets the children of its past, and a replay from a file comes to the same ids.
 */
export function childIdFor(parentId: string, role: string, n: number, random: string): string {
  return `${parentId}/${slug(role)}/${n}-${random.replace(/[^0-9a-f]/g, '').slice(0, 6)}`;
}
