import { blockingCycle, openBlockers, type BoardArtifact } from '../../../contracts/board';
import { CadreError } from '../../../contracts/failures';
import { canonicalJson } from '../canonical-json';
import {
  boardLimits,
  headOf,
  type ArtifactChange,
  type BoardItem,
  type BoardSeed,
  type SeedArtifact,
} from './board-item';

/** A board's first artifacts in full form. Throws `InvalidInput` for a board that says what cannot be, `Deadlock` for a cycle. */
export function seedItems({ name: board, artifacts = {}, decisions = [] }: BoardSeed, at: string): BoardItem[] {
  const items = Object.entries(artifacts).map(([name, seed]) => itemOfSeed(name, seed, at));
  if (items.length > boardLimits.artifacts || decisions.length > boardLimits.decisions) {
    throw new CadreError(
      'InvalidInput',
      `The board "${board}" begins with ${items.length} artifacts and ${decisions.length} decisions; it holds at most ${boardLimits.artifacts} and ${boardLimits.decisions}.`,
    );
  }
  for (const item of items) demandKnownBlockers(item, items);
  demandNoCycle(items);
  return items.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function itemOfSeed(name: string, seed: SeedArtifact, at: string): BoardItem {
  const { owner = null, status = 'not_started', blockedBy = [], path = null, task = null, value = null } = seed;
  const blockers = typeof blockedBy === 'string' ? [blockedBy] : [...blockedBy];
  const item = { name, owner, status, blockedBy: blockers, path, task, version: 1, value };
  demandFits(name, value);
  return { ...item, agent: null, at, untrustedSet: null, private: false };
}

/**
 * The artifact that a change makes of what is there (null: nothing), by the rules of a board: who owns an artifact is the
 * one who writes it, what is blocked is neither begun nor finished, and nobody may wait for himself. Throws
 * `ToolNotAllowed`, `ToolFailed` or `Deadlock`, each a sentence for the model.
 */
export function changedArtifact(
  artifacts: readonly BoardItem[],
  before: BoardItem | null,
  change: ArtifactChange,
  agent: string,
): BoardArtifact {
  const { name } = change;
  if (before?.owner != null && before.owner !== agent) {
    throw new CadreError(
      'ToolNotAllowed',
      `The artifact "${name}" belongs to ${before.owner}, and only its owner writes it. Read it, write an artifact of your own, or take a decision with board_decide that ${before.owner} can read.`,
    );
  }
  if (!before && artifacts.length >= boardLimits.artifacts) {
    throw new CadreError(
      'ToolFailed',
      `The board holds ${boardLimits.artifacts} artifacts already; write one of those.`,
    );
  }
  demandFits(name, change.value);
  const next = mergedArtifact(before, change, agent);
  const others = artifacts.filter((one) => one.name !== name).map(headOf);
  const all = [...others, next];
  demandKnownBlockers(next, all);
  demandNoCycle(all);
  const open = openBlockers({ artifacts: all }, next);
  if (open.length > 0 && (next.status === 'in_progress' || next.status === 'complete')) {
    throw new CadreError(
      'ToolFailed',
      `The artifact "${name}" cannot be ${next.status}: ${open.map((one) => `"${one}"`).join(', ')} must be complete first. Write it as pending, and go on when they are.`,
    );
  }
  return next;
}

function mergedArtifact(before: BoardItem | null, change: ArtifactChange, agent: string): BoardArtifact {
  const { name, owner, status, blockedBy, path, task } = change;
  return {
    name,
    owner: owner === undefined ? (before ? before.owner : agent) : owner,
    status: status ?? before?.status ?? 'in_progress',
    blockedBy: blockedBy === undefined ? (before?.blockedBy ?? []) : [...new Set(blockedBy)],
    path: path === undefined ? (before?.path ?? null) : path,
    task: task === undefined ? (before?.task ?? null) : task,
    version: (before?.version ?? 0) + 1,
  };
}

function demandFits(name: string, value: unknown): void {
  const bytes = value === undefined || value === null ? 0 : Buffer.byteLength(canonicalJson(value));
  if (bytes <= boardLimits.valueBytes) return;
  throw new CadreError(
    'PayloadTooLarge',
    `What the artifact "${name}" holds takes ${bytes} bytes; a board keeps at most ${boardLimits.valueBytes}. Write a file and give its path.`,
  );
}

function demandKnownBlockers({ name, blockedBy }: BoardArtifact, all: readonly BoardArtifact[]): void {
  const known = new Set(all.map((one) => one.name));
  const unknown = blockedBy.filter((blocker) => !known.has(blocker));
  if (unknown.length === 0) return;
  throw new CadreError(
    'InvalidInput',
    `The artifact "${name}" is blocked by ${unknown.map((one) => `"${one}"`).join(', ')}, which the board does not have. It has: ${[...known].sort().join(', ')}.`,
  );
}

function demandNoCycle(all: readonly BoardArtifact[]): void {
  const cycle = blockingCycle(all);
  if (!cycle) return;
  const names = new Map(all.map(({ name, owner }) => [name, owner]));
  const said = cycle.map((name) => `${name}${names.get(name) ? ` (${names.get(name) ?? ''})` : ''}`);
  throw new CadreError(
    'Deadlock',
    `These artifacts wait for each other: ${said.join(' → ')}. One of them must not be blocked.`,
  );
}
