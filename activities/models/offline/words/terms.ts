import { remembered } from './remembered';

/**
 * Words of a text, brought to a common form: lower case, names split at case changes and underscores, a light stem.
 * The stemmer only has to make the same word meet itself; it need not be right about grammar.
 */
const stopWords = new Set(
  (
    'a about above after again all also am an and any are as at be because been before being below between both but by can could did do ' +
    'does doing done down during each either else every few for from further get gets give given had has have having he her here hers him his how i if ' +
    'in into is it its itself just let may me more most must my no nor not now of off on once one only onto or other our ' +
    'out over own per please same shall she should so some such than that the their them then there these they this those through to ' +
    'too under until up upon us use used uses using very via was we were what when where which while who whom whose why will with within would ' +
    'you your yours part make made thing things need needs needed want wants etc e g ie eg vs'
  ).split(' '),
);

const stems = new Map<string, string>();
const stemsMax = 100_000;

const endings: readonly [RegExp, string][] = [
  [/(?:ies|ied)$/, 'y'],
  [/(sses|shes|ches|xes|zes)$/, '$1'],
  [/([^s])s$/, '$1'],
];

/** Common stem of a lower-case word. */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  let out = word;
  if (out.length > 3) {
    for (const [ending, by] of endings) {
      if (!ending.test(out)) continue;
      out = out.replace(ending, by);
      break;
    }
    out = out.replace(/(ss|sh|ch|x|z)es$/, '$1');
    for (const ending of ['ations', 'ation', 'ingly', 'edly', 'ing', 'ed', 'ment', 'ly', 'er', 'or', 'ion', 'e']) {
      if (!out.endsWith(ending) || out.length - ending.length < 3) continue;
      out = out.slice(0, -ending.length);
      break;
    }
    out = out.replace(/([^aeioulsz])\1$/, '$1').replace(/i$/, 'y');
  }
  if (stems.size > stemsMax) stems.clear();
  stems.set(word, out);
  return out;
}

/** Lower-case words of a text or a name (`openCount`, `open_count` and `open-count` give the same two). */
export function words(text: string): string[] {
  return (
    text
      .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** The same for names of fields, of which there are few and which are asked about for every record. */
export const nameWords: (name: string) => readonly string[] = remembered(10_000, words);

/** Stems of the words that carry meaning, with repetitions, in order. */
export function terms(text: string): string[] {
  const out: string[] = [];
  for (const word of words(text)) if (word.length > 1 && !stopWords.has(word)) out.push(stem(word));
  return out;
}

export function termSet(text: string): Set<string> {
  return new Set(terms(text));
}

/** How much a term tells one document from the others: 1 + ln(n / documents with it). */
export type Idf = (term: string) => number;

export function idfOver(documents: readonly ReadonlySet<string>[]): Idf {
  const counts = new Map<string, number>();
  for (const document of documents) for (const term of document) counts.set(term, (counts.get(term) ?? 0) + 1);
  return (term) => 1 + Math.log((documents.length + 1) / ((counts.get(term) ?? 0) + 1));
}

/** Sum of the weights of the terms both have. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>, idf: Idf = () => 1): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const term of small) if (large.has(term)) sum += idf(term);
  return sum;
}

/** Share of terms in common, 0 to 1. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const shared = overlap(a, b);
  return shared / (a.size + b.size - shared);
}
