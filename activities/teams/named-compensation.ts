import type { Node, Stage } from '../../contracts/node';
import type { SortedDocuments } from './sort-documents';
import type { TeamDraft } from './team-draft';
import type { Place } from './team-faults';

interface Undo {
  compensate: string;
  place: Place;
  used: boolean;
}

/**
 * The `compensation` entries of a team, put where they belong: at every stage that bears the name of the step and says
 * nothing of its own. What undoes it is a composition or an alias of a tool of that name; any other text is a task for the
 * agent of the step, as with the actions of events.
 */
export function addNamedCompensations(draft: TeamDraft, sorted: SortedDocuments): void {
  const undos = new Map<string, Undo>();
  for (const { spec, place } of sorted.specs)
    spec.compensation?.forEach(({ step, compensate }, index) =>
      undos.set(step, { compensate, place: place.at('compensation', index), used: false }),
    );
  if (undos.size === 0) return;
  for (const { value } of draft.compositions.values()) visit(value, (stages) => stages.map((one) => undone(one)));
  for (const [step, { used, place }] of undos)
    if (!used) place.notice(`No stage is called "${step}" (${place.text()}): there is nothing yet that it would undo.`);

  function undone(given: Stage | Node): Stage | Node {
    const stage: Stage = 'node' in given ? given : { node: given };
    const undo = undos.get(calledIn(stage.node));
    if (!undo || stage.compensate) return given;
    const compensate = undoing(draft, stage.node, undo.compensate);
    if (!compensate) return given;
    undo.used = true;
    return { ...stage, compensate };
  }
}

function calledIn(node: Node): string {
  if (node.name !== undefined) return node.name;
  if ('composition' in node && typeof node.composition === 'string') return node.composition;
  if ('tool' in node) return node.tool;
  return 'agent' in node ? (node.agent ?? '') : '';
}

function undoing(draft: TeamDraft, step: Node, name: string): Node | undefined {
  if (draft.compositions.has(name)) return { composition: name };
  const by = 'by' in step && step.by !== undefined ? step.by : 'agent' in step ? step.agent : undefined;
  const alias = draft.aliases.get(name)?.value;
  if (alias && 'tool' in alias) return { tool: name, ...(by !== undefined && { by }) };
  return by === undefined ? undefined : { agent: by, name, task: name };
}

/** Every list of stages below a node, whatever the node's pattern calls its parts. */
function visit(value: unknown, change: (stages: (Stage | Node)[]) => (Stage | Node)[]): void {
  if (Array.isArray(value)) return value.forEach((member) => visit(member, change));
  if (typeof value !== 'object' || value === null) return;
  const node = value as Record<string, unknown>;
  if (node['pattern'] === 'pipeline' && Array.isArray(node['stages']))
    node['stages'] = change(node['stages'] as Node[]);
  for (const member of Object.values(node)) visit(member, change);
}
