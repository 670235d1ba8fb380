import type { SourceText } from './read-sources';

export interface RankedSource extends SourceText {
  score: number;
}

const excerptChars = 1_500;
/** What has less of the question than this share of the best has it by chance. */
const shareOfBest = 0.35;

/** The texts that hold words of the query, those first that hold its rare words most; every text when it has no words. */
export function rankSources(texts: readonly SourceText[], query: string): RankedSource[] {
  const wanted = [...new Set(wordsOf(query))];
  const held = texts.map((source) => ({
    source,
    words: countWords(`${source.title}\n${source.title}\n${source.text}`),
  }));
  const weight = new Map(
    wanted.map((word) => {
      const holders = held.filter(({ words }) => words.has(word)).length;
      // A word that every text holds tells none from another.
      return [word, Math.log((texts.length + 0.5) / Math.max(1, holders))];
    }),
  );
  const scored = held
    .map(({ source, words }) => {
      const score = wanted.reduce((sum, word) => sum + Math.log1p(words.get(word) ?? 0) * (weight.get(word) ?? 0), 0);
      return { ...source, score: Math.round(score * 100) / 100 };
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const best = scored[0]?.score ?? 0;
  return scored.filter(({ score }) => wanted.length === 0 || (score > 0 && score >= best * shareOfBest));
}

/** The paragraphs of a text that share most words with the query, in the order of the text. */
export function excerptOf({ text }: SourceText, query: string): string {
  if (text.length <= excerptChars) return text.trim();
  const wanted = new Set(wordsOf(query));
  const paragraphs = text.split(/\n\s*\n/).map((paragraph, index) => {
    const shared = new Set(wordsOf(paragraph).filter((word) => wanted.has(word))).size;
    return { paragraph: paragraph.trim().slice(0, excerptChars), index, shared };
  });
  let left = excerptChars;
  const chosen = [...paragraphs]
    .sort((a, b) => b.shared - a.shared || a.index - b.index)
    .filter(({ paragraph }) => {
      const fits = paragraph.length <= left;
      if (fits) left -= paragraph.length;
      return fits;
    });
  return chosen
    .sort((a, b) => a.index - b.index)
    .map(({ paragraph }) => paragraph)
    .join('\n\n');
}

/** Words of three letters and more; of longer ones the end is left off, so that kindred forms are the same. */
function wordsOf(text: string): string[] {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return words.map((word) => (word.length > 5 ? word.replace(/(?:ing|ed|es|s|e)$/, '') : word));
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
