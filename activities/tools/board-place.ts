import type { z } from 'zod';
import { CadreError } from '../../contracts/failures';
import { blackboardDocument } from '../../contracts/schemas/documents';
import type { BoardSeed, BoardSnapshot } from '../stores';
import type { BuiltinContext } from './define-tool';
import { originOf } from './shared-state';

/** A board as a composition opens it: the document of a team file, camelCase. */
export const boardSeed = blackboardDocument;
type BoardDocument = z.infer<typeof boardSeed>;

const documentPrefix = 'blackboard/';

export function seedOf({ taskId, status, artifacts, decisions }: BoardDocument): BoardSeed {
  return { name: taskId, status, artifacts, decisions };
}

/**
 * The board that a call is about: of its own node or the nearest above. Where a composition has opened none, the run has
 * one of its own: the team's only board document (or the one that the source's option `board` names), else an empty one.
 */
export async function boardOfCall(context: BuiltinContext): Promise<BoardSnapshot> {
  const { store, run } = context;
  const place = await store.boards.at(run.root, run.path);
  const known = place && (await store.boards.snapshot(place.id));
  if (known) return known;
  const labels = { untrusted: { set: null, statement: null }, private: false };
  originOf(context);
  return store.boards.open({ root: run.root, path: '' }, runSeed(context), labels, context.now().toISOString());
}

function runSeed({ team, options }: BuiltinContext): BoardSeed {
  const names = Object.keys(team.documents).filter((name) => name.startsWith(documentPrefix));
  const wanted = options['board'];
  const chosen = typeof wanted === 'string' ? `${documentPrefix}${wanted}` : names.length === 1 ? names[0] : undefined;
  if (chosen === undefined) return { name: team.name };
  const document = boardSeed.safeParse(team.documents[chosen]);
  if (document.success) return seedOf(document.data);
  const known = names.map((name) => name.slice(documentPrefix.length)).join(', ') || 'none';
  throw new CadreError(
    'ToolFailed',
    `The team has no board "${chosen.slice(documentPrefix.length)}". It has: ${known}.`,
  );
}
