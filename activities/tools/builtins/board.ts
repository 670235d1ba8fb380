import { z } from 'zod';
import { artifactStatuses, type BoardArtifact } from '../../../contracts/board';
import { compositionCaller } from '../../../contracts/authority';
import { CadreError } from '../../../contracts/failures';
import type { Json, JsonObject } from '../../../contracts/json';
import { own } from '../../../contracts/own';
import { VersionConflict, type BoardItem, type BoardSnapshot, type BoardWriter } from '../../stores';
import { headOf } from '../../stores/boards/board-item';
import { boardOfCall, boardSeed, seedOf } from '../board-place';
import { defineTool, type BuiltinContext, type BuiltinTool, type ToolReply } from '../define-tool';
import { originOf, sourcesOfSets, untrustedOfCall } from '../shared-state';

/** What of an artifact is shown beside others, in bytes; whole when it is asked for by its name. */
const shownBytes = 2_048;
const decisionsShown = 100;

const artifactName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\n\r\t]+$/);

const readBoard = defineTool({
  name: 'board_read',
  description:
    'Reads the board: all artifacts with owner, status and version, and the decisions; one artifact whole by its name.',
  effect: 'read',
  trusted: true,
  input: z.strictObject({
    name: artifactName.optional().describe('Artifact to read whole.'),
    heads: z.boolean().optional().describe('Only how the artifacts stand, without what they hold.'),
  }),
  async execute({ name, heads = false }, context) {
    const snapshot = await boardOfCall(context);
    if (name !== undefined) return readOne(context, snapshot, name);
    return readWhole(context, snapshot, heads);
  },
});

const writeBoard = defineTool({
  name: 'board_write',
  description:
    'Writes an artifact of the board: what it holds, its status, what blocks it. Give the version you have read as expectedVersion; a stale write changes nothing and shows the artifact as it is now.',
  effect: 'read',
  trusted: true,
  input: z.strictObject({
    name: artifactName.describe('Name of the artifact.'),
    expectedVersion: z.int().min(0).optional().describe('Version that you have read; 0 or absent: a new artifact.'),
    status: z.enum(artifactStatuses).optional(),
    value: z.unknown().optional().describe('What the artifact holds now, complete: text or JSON.'),
    path: z.string().max(1_000).nullable().optional().describe('Where it is, when it is a file.'),
    blockedBy: z
      .union([artifactName, z.array(artifactName).max(64)])
      .optional()
      .describe('Artifacts that must be complete first.'),
    owner: z.string().max(64).nullable().optional().describe('Agent that makes it: you when absent; null: anybody.'),
    task: z.string().max(4_000).nullable().optional().describe('What its owner is to do.'),
  }),
  async execute({ name, expectedVersion = 0, blockedBy, value, ...fields }, context) {
    const { board } = await boardOfCall(context);
    demandAgent(context, fields.owner);
    const blockers = typeof blockedBy === 'string' ? [blockedBy] : blockedBy;
    const change = { name, expectedVersion, ...fields, blockedBy: blockers, value: value as Json | undefined };
    try {
      return { value: await context.store.boards.put(board.id, change, await writerOf(context)) };
    } catch (error) {
      const conflict = VersionConflict.of<BoardItem | null>(error);
      if (!conflict) throw error;
      return conflictReply(context, board, conflict);
    }
  },
});

const decideOnBoard = defineTool({
  name: 'board_decide',
  description: 'Records a decision on the board with its reason, for everybody who works on it.',
  effect: 'read',
  trusted: true,
  input: z.strictObject({
    decision: z.string().min(1).max(4_000),
    rationale: z.string().min(1).max(4_000).optional().describe('Why, and what was weighed.'),
  }),
  async execute({ decision, rationale = null }, context) {
    const { board } = await boardOfCall(context);
    return { value: await context.store.boards.decide(board.id, { decision, rationale }, await writerOf(context)) };
  },
});

/** For compositions alone: a model cannot choose which board it stands on. */
export const openBoard = defineTool({
  name: 'board_open',
  description:
    'Opens the board of a node, for all nodes below it; opened before, it answers with the board as it is now.',
  effect: 'read',
  trusted: true,
  input: z.strictObject({
    board: boardSeed,
    opening: z.string().max(64).optional().describe('Tells one opening of the same node from another.'),
  }),
  async execute({ board, opening }, context) {
    if (context.agent !== compositionCaller) {
      throw new CadreError('ToolNotAllowed', 'Only a composition opens a board; agents find theirs open.');
    }
    const { store, run } = context;
    const origin = originOf(context);
    const labels = { untrusted: await untrustedOfCall(store, origin), private: origin.private };
    const at = context.now().toISOString();
    return readWhole(
      context,
      await store.boards.open({ root: run.root, path: run.path, opening }, seedOf(board), labels, at),
      true,
    );
  },
});

export const board: readonly BuiltinTool[] = [readBoard, writeBoard, decideOnBoard];

async function writerOf(context: BuiltinContext): Promise<BoardWriter> {
  const { store, agent, run } = context;
  const origin = originOf(context);
  const { workflowId, path, step } = run;
  const at = context.now().toISOString();
  const untrusted = await untrustedOfCall(store, origin);
  return { agent, run: workflowId, path, step, callKey: origin.key, untrusted, private: origin.private, at };
}

function demandAgent({ team }: BuiltinContext, owner: string | null | undefined): void {
  if (owner === undefined || owner === null || own(team.agents, owner)) return;
  throw new CadreError(
    'UnknownAgent',
    `The team has no agent "${owner}" that could own an artifact. It has: ${Object.keys(team.agents).join(', ')}.`,
  );
}

async function readWhole(context: BuiltinContext, snapshot: BoardSnapshot, heads: boolean): Promise<ToolReply> {
  const { board: about, artifacts, decisions } = snapshot;
  const { name, status, version } = about;
  const mayRead = mayReadIn(context);
  const told = decisions.filter(mayRead).slice(-decisionsShown);
  // What a composition reads goes on as an output, and an output is whole.
  const bytesMax = context.agent === compositionCaller ? Infinity : shownBytes;
  const shown = artifacts.map((item) => (heads ? headOf(item) : shownItem(item, mayRead(item), bytesMax)));
  const sets = [...(heads ? [] : artifacts.filter(mayRead)), ...told].map(({ untrustedSet }) => untrustedSet);
  return {
    value: {
      board: { name, status, version },
      artifacts: shown,
      decisions: told.map(({ agent, decision, rationale, at }) => ({ agent, decision, rationale, at })),
    },
    sources: await sourcesOfSets(context.store, sets),
  };
}

async function readOne(
  context: BuiltinContext,
  { board: about, artifacts }: BoardSnapshot,
  name: string,
): Promise<ToolReply> {
  const item = artifacts.find((one) => one.name === name);
  if (!item) {
    const known = artifacts.map((one) => one.name).join(', ') || 'none yet';
    throw new CadreError('ToolFailed', `The board "${about.name}" has no artifact "${name}". It has: ${known}.`);
  }
  const readable = mayReadIn(context)(item);
  return {
    value: { board: { name: about.name, version: about.version }, artifact: shownItem(item, readable, Infinity) },
    sources: await sourcesOfSets(context.store, [readable ? item.untrustedSet : null]),
  };
}

/** What a private thread has written is shown to private threads alone (contract §2). */
function mayReadIn(context: BuiltinContext): (labels: { private: boolean }) => boolean {
  const { private: isPrivate } = originOf(context);
  return (labels) => isPrivate || !labels.private;
}

function shownItem(item: BoardItem, readable: boolean, bytesMax: number): JsonObject & BoardArtifact {
  const { value, agent, at } = item;
  const head = { ...headOf(item), writtenBy: agent, at };
  if (!readable) return { ...head, withheld: 'private' };
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= bytesMax) return { ...head, value };
  return { ...head, beginning: (typeof value === 'string' ? value : text).slice(0, bytesMax / 2), bytes };
}

async function conflictReply(
  context: BuiltinContext,
  { name, version }: BoardSnapshot['board'],
  { message, latest }: VersionConflict<BoardItem | null>,
): Promise<ToolReply> {
  const readable = latest !== null && mayReadIn(context)(latest);
  return {
    value: {
      error: { kind: 'VersionConflict', message },
      board: { name, version },
      latest: latest && shownItem(latest, readable, shownBytes * 8),
    },
    isError: true,
    sources: await sourcesOfSets(context.store, [readable ? latest.untrustedSet : null]),
  };
}
