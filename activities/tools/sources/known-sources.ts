import type { Citable, Known } from '../exports/citations/check-citations';
import type { SourceText } from './read-sources';

/** Where a citation points: the file it is about. */
export interface SourcePlace {
  file: string;
}

const bracketed = /\[([^\]\n]{1,200}\.(?:md|markdown|txt|rst|adoc))\]/gi;

/** What a text may cite: the texts of a folder, by their names. */
export class KnownSources implements Known<SourcePlace> {
  readonly nowhere = 'is none of the sources';
  private readonly byId: ReadonlyMap<string, Citable<SourcePlace>>;

  constructor(texts: readonly SourceText[]) {
    this.byId = new Map(
      texts.map(({ id, title, text }) => [
        id.toLowerCase(),
        { id, title, source: 'sources', body: plainOf(text), location: { file: id } },
      ]),
    );
  }

  resolve(cite: string): Citable<SourcePlace> | undefined {
    return this.byId.get(
      cite
        .trim()
        .replace(/^\[|\]$/g, '')
        .toLowerCase(),
    );
  }

  sentencesOf(text: string): { sentence: string; unknown: string | undefined }[] {
    const unknownIn = (part: string): string | undefined =>
      [...part.matchAll(bracketed)].map(([, name = '']) => name).find((name) => !this.resolve(name));
    if (unknownIn(text) === undefined) return [{ sentence: text, unknown: undefined }];
    return text.split(/(?<=[.!?])\s+/).map((sentence) => ({ sentence, unknown: unknownIn(sentence) }));
  }
}

/** The words of a text without the signs of its markup: whoever quotes a sentence does not quote its emphasis. */
function plainOf(text: string): string {
  return `${text}\n${text.replace(/[*_`]+/g, '').replace(/^\s*(?:#+|[-*>]|\d+\.)\s+/gm, '')}`;
}
