import type { Citable, Known } from '../exports/citations/check-citations';
import type { FileDiff } from './parse-diff';

/** Where a citation of a diff points: a line of the new file that the diff shows, or a changed file as a whole. */
export interface DiffPlace {
  file: string;
  line?: number;
}

const named = /(?<![\w/.-])((?:[\w@.-]+\/)*[\w@-][\w@.-]*\.[A-Za-z]\w*):(\d+)(?!\d)/g;

/** What a review may cite: the lines that the diff shows of the new files, and the changed files. */
export class DiffPlaces implements Known<DiffPlace> {
  readonly nowhere = 'is no line that the diff shows';
  private readonly places = new Map<string, Citable<DiffPlace>>();

  constructor(files: readonly FileDiff[]) {
    for (const { path, hunks } of files) {
      this.add({ file: path }, path, path);
      for (const { added, context } of hunks)
        for (const { number, text } of [...added, ...context])
          this.add({ file: path, line: number }, `${path}:${number}`, text);
    }
  }

  resolve(cite: string): Citable<DiffPlace> | undefined {
    return this.places.get(cite.trim().replace(/^[[(`]+|[\])`]+$/g, ''));
  }

  sentencesOf(text: string): { sentence: string; unknown: string | undefined }[] {
    if (this.unknownIn(text) === undefined) return [{ sentence: text, unknown: undefined }];
    return text.split(/(?<=[.!?])\s+|\n/).map((sentence) => ({ sentence, unknown: this.unknownIn(sentence) }));
  }

  /** The first thing that looks like a line of a file and is none of the diff. */
  private unknownIn(text: string): string | undefined {
    return [...text.matchAll(named)].map(([whole]) => whole).find((place) => !this.places.has(place));
  }

  private add(location: DiffPlace, id: string, body: string): void {
    this.places.set(id, { id, source: 'diff', title: id, body, location });
  }
}
