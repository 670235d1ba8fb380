import { readLimits } from './record';
import type { ExportProblem, ExportRecord, ReadResult } from './record';

/** Gathers what one reading yields, with bounded problems (I5) and records kept unique by id. */
export class Collector {
  private readonly records = new Map<string, ExportRecord>();
  private readonly problems: ExportProblem[] = [];
  private problemCount = 0;
  private skipped = 0;
  private readonly files = new Set<string>();

  file(name: string): void {
    this.files.add(name);
  }

  find(id: string): ExportRecord | undefined {
    return this.records.get(id);
  }

  /** Adds the record, or replaces the one with the same id. */
  put(record: ExportRecord): void {
    if (record.body.length > readLimits.bodyChars) {
      record.fields['truncated'] = `body of ${record.body.length} characters`;
      record.body = record.body.slice(0, readLimits.bodyChars);
    }
    this.records.set(record.id, record);
  }

  /** Something odd about a record that was kept, or about a file. */
  note(problem: ExportProblem): void {
    this.problemCount++;
    if (this.problems.length < readLimits.problems) this.problems.push(problem);
  }

  /** Something that should have been a record and is none. */
  skip(problem: ExportProblem): void {
    this.skipped++;
    this.note(problem);
  }

  /** Records are sorted by time, then id, so that the order of files on disk never shows. */
  result(): ReadResult {
    const records = [...this.records.values()].sort(
      (a, b) => compare(a.at ?? '9999', b.at ?? '9999') || compare(a.id, b.id),
    );
    return {
      records,
      problems: this.problems,
      problemCount: this.problemCount,
      counts: { read: records.length, skipped: this.skipped },
      files: [...this.files].sort(),
    };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
