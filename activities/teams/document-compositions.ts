import type { Node } from '../../contracts/node';
import { slug } from '../../contracts/names';
import type { BlackboardDocument, MeetingDocument, TaskTreeDocument } from '../../contracts/schemas/documents';
import type { SortedDocuments } from './sort-documents';
import type { TeamDraft } from './team-draft';
import type { Place } from './team-faults';

interface Made {
  name: string;
  node: Node;
  place: Place;
}

/** The documents that describe something to run: each becomes a composition of its team. */
const makers: ((sorted: SortedDocuments) => Made[])[] = [
  ({ taskTrees }) =>
    taskTrees.map(({ document, place }) => ({ name: document.metadata.name, node: treeNode(document), place })),
  ({ meetings }) =>
    meetings.map(({ document, place }) => ({ name: slug(document.title), node: meetingNode(document), place })),
  ({ blackboards }) =>
    blackboards.map(({ document, place }) => ({ name: document.taskId, node: boardNode(document), place })),
];

/** Adds them to the draft, where they are checked like any other; a composition of the same name that is written out stands. */
export function addDocumentCompositions(draft: TeamDraft, sorted: SortedDocuments): void {
  for (const { name, node, place } of makers.flatMap((make) => make(sorted))) {
    const before = draft.compositions.get(name);
    if (before)
      place.notice(`The composition "${name}" (${before.place.text()}) stands for this document (${place.text()}).`);
    else draft.compositions.set(name, { value: node, place });
  }
}

/** Its task is that of its root: whoever starts it by name need not say it again. */
function treeNode({ spec }: TaskTreeDocument): Node {
  const own = { root: structuredClone(spec.root), task: spec.root.task };
  return { pattern: 'taskTree', ...own };
}

function meetingNode({ agenda = [], participants, ...fields }: MeetingDocument): Node {
  // Copies: names in a node are replaced where they are aliases.
  const own = { ...fields, participants: [...participants], ...(agenda.length > 0 && { agenda: [...agenda] }) };
  return { pattern: 'meeting', ...own };
}

function boardNode(document: BlackboardDocument): Node {
  const own = { board: structuredClone(document) };
  return { pattern: 'blackboard', ...own };
}
