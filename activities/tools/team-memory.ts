import { digestOf } from '../../contracts/digest';
import { isJsonObject, type Json } from '../../contracts/json';
import type { Team } from '../../contracts/team';
import type { Store } from '../stores';

const seeded = new WeakMap<Store, WeakSet<Team>>();

/**
 * Whose memory a team reads and writes. A team given inline may call itself whatever it likes: it has a memory by what it
 * is, and reaches that of no other (I9).
 */
export function memoryNamespaceOf(team: Team): string {
  return team.inline ? `inline/${digestOf(team).slice('sha256:'.length, 'sha256:'.length + 16)}` : team.name;
}

/**
 * Puts the `memory` entries of a team's files into its memory, each once: its time to live begins when it is first
 * needed, and what a person has made the store forget does not come back.
 */
export async function seedMemory(store: Store, team: Team, now: Date): Promise<void> {
  const entries = team.documents['memory'];
  const known = seeded.get(store) ?? new WeakSet<Team>();
  if (!Array.isArray(entries) || known.has(team)) return;
  const namespace = memoryNamespaceOf(team);
  for (const entry of entries) await seedEntry(store, namespace, entry, now);
  seeded.set(store, known.add(team));
}

async function seedEntry(store: Store, namespace: string, entry: Json, now: Date): Promise<void> {
  if (!isJsonObject(entry) || typeof entry['key'] !== 'string') return;
  const { key, value = null, tags, ttlMs } = entry;
  const callKey = `team ${digestOf({ namespace, entry })}`;
  if (await store.memory.byCall(callKey)) return;
  await store.memory.remember({
    namespace,
    key,
    value,
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    private: false,
    provenance: { agent: null, run: '', root: '', path: '', step: 0 },
    untrusted: { set: null, statement: null },
    expectedVersion: 'any',
    ttlMs: typeof ttlMs === 'number' ? ttlMs : null,
    callKey,
    now,
  });
}
