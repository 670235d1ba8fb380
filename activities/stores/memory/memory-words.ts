import type { Json } from '../../../contracts/json';

/** Distinct words of one entry that can be searched for, the most frequent first (I5). */
const wordsMax = 400;
const queryWordsMax = 16;
const wordChars = 64;
/** A word of the key or of a tag says more of what an entry is about than one of its text. */
const headWeight = 3;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Lower case, without accents; languages without blanks are cut into words as well. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(plain)) {
    if (!isWordLike) continue;
    // A segment may still hold `v1.2_beta` as one.
    for (const word of segment.match(/[\p{L}\p{N}]+/gu) ?? []) words.push(stemOf(word.slice(0, wordChars)));
  }
  return words;
}

/** `nodes` finds `node`: the one ending worth cutting without knowing the language. */
function stemOf(word: string): string {
  return word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}

/** Words of an entry with how often each stands there; the sum of all is its length. */
export function indexWords(
  key: string,
  tags: readonly string[],
  value: Json,
): { counts: Map<string, number>; length: number } {
  const all = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of wordsOf(text)) all.set(word, (all.get(word) ?? 0) + weight);
  };
  add(key, headWeight);
  for (const tag of tags) add(tag, headWeight);
  for (const text of textsOf(value)) add(text, 1);
  const kept = [...all].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, wordsMax);
  return { counts: new Map(kept), length: [...all.values()].reduce((sum, count) => sum + count, 0) };
}

export function queryWords(query: string): string[] {
  return [...new Set(wordsOf(query.slice(0, 4_000)))].slice(0, queryWordsMax);
}

function* textsOf(value: Json): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number' || typeof value === 'boolean') yield String(value);
  else if (Array.isArray(value)) for (const member of value) yield* textsOf(member);
  else if (value !== null) {
    for (const [key, member] of Object.entries(value)) {
      yield key;
      yield* textsOf(member);
    }
  }
}

export interface WordHit {
  readonly entry: string;
  readonly word: string;
  readonly count: number;
  /** Length of the entry. */
  readonly words: number;
  readonly createdAt: string;
}

/** Entries by how well they fit, best first (BM25 over those that hold any of the words); equal ones: newest first. */
export function rankHits(hits: readonly WordHit[]): string[] {
  const entries = new Map<string, WordHit[]>();
  const holders = new Map<string, number>();
  for (const hit of hits) {
    entries.set(hit.entry, [...(entries.get(hit.entry) ?? []), hit]);
    holders.set(hit.word, (holders.get(hit.word) ?? 0) + 1);
  }
  const own = [...entries.values()];
  const meanLength = own.reduce((sum, [first]) => sum + (first?.words ?? 0), 0) / Math.max(1, own.length);
  const weightOf = (word: string): number => {
    const holding = holders.get(word) ?? 0;
    return Math.log(1 + (own.length - holding + 0.5) / (holding + 0.5));
  };
  return own
    .map((found) => {
      const [{ entry, createdAt, words }] = found as [WordHit];
      const spread = 1.2 * (0.25 + (0.75 * words) / Math.max(1, meanLength));
      const score = found.reduce((sum, { word, count }) => sum + (weightOf(word) * count * 2.2) / (count + spread), 0);
      return { entry, createdAt, score };
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0) ||
        (a.entry < b.entry ? -1 : 1),
    )
    .map(({ entry }) => entry);
}
