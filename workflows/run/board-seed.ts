import type { ArtifactStatus, BoardArtifact, BoardDecision } from '../../contracts/board';
import type { Body } from '../../contracts/body';
import type { Json, JsonObject } from '../../contracts/json';
import { fillText, withoutReferences } from './template';

/** A board as a person writes it. */
export interface BoardSeed {
  taskId: string;
  status?: string;
  artifacts?: Record<string, SeedArtifact>;
  decisions?: { agent: string; decision: string; rationale?: string }[];
}

interface SeedArtifact {
  owner?: string;
  status?: ArtifactStatus;
  path?: string;
  blockedBy?: string | string[];
  task?: string;
  value?: Json;
}

/** What an artifact holds is shown to those it blocked where it is this short; the rest they read on the board. */
const shownBytes = 2_048;

/** Templates in tasks filled in, and nothing in it that could pass for a reference of ours. */
export function filledSeed(seed: BoardSeed, values: JsonObject): BoardSeed {
  const artifacts = Object.entries(seed.artifacts ?? {}).map(([name, { task, value, ...rest }]) => [
    name,
    {
      ...rest,
      ...(task !== undefined && { task: fillText(task, values) }),
      ...(value !== undefined && { value: withoutReferences(value) }),
    },
  ]);
  return { ...seed, artifacts: Object.fromEntries(artifacts) as Record<string, SeedArtifact> };
}

/** The artifacts in full form, by name, as the store makes them of the same seed. */
export function seedArtifacts({ artifacts = {}, decisions = [] }: BoardSeed): {
  heads: BoardArtifact[];
  values: Map<string, Body | null>;
  decisions: BoardDecision[];
} {
  const heads = Object.entries(artifacts).map(([name, seed]) => {
    const { owner = null, status = 'not_started', blockedBy = [], path = null, task = null } = seed;
    return { name, owner, status, blockedBy: [blockedBy].flat(), path, task, version: 1 };
  });
  const values = Object.entries(artifacts).flatMap(([name, { value }]) =>
    value === undefined ? [] : [[name, shortBody(value)] as const],
  );
  return {
    heads: heads.sort((a, b) => (a.name < b.name ? -1 : 1)),
    values: new Map(values),
    decisions: decisions.map(({ agent, decision, rationale = null }) => ({ agent, decision, rationale, at: '' })),
  };
}

/** Null for what is too long to be shown beside other things. */
export function shortBody(value: Json): Body | null {
  return JSON.stringify(value).length <= shownBytes ? { inline: value } : null;
}
