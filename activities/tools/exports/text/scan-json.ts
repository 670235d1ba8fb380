/** What one kind of export looks like to the scanner. */
export interface RecordShape {
  /** Keys of a page whose arrays hold records: `issues`, `messages`. */
  listKeys: readonly string[];
  /** Keys a record may begin with: where to look for the next one after a broken one. */
  leadKeys: readonly string[];
  isRecord(value: unknown): boolean;
  /** What reading goes on at after a broken record of `list`: nothing that a record holds inside may pass for one. */
  isNextIn(list: string, value: unknown): boolean;
}

/** `record` is parsed; `fault` stands for a lost record; `note` is about the file. Positions are bytes of the text. */
export type ScanEvent =
  | { kind: 'record'; value: unknown; list: string; start: number; end: number }
  | { kind: 'fault'; start: number; reason: string }
  | { kind: 'note'; start: number; reason: string };

class Fault extends Error {}

const depthMax = 500;
const recoveriesMax = 2_000;

/**
 * Finds the records of a JSON text without building a tree of it: the structure is walked byte by byte, each record
 * alone goes to `JSON.parse`, and a broken one costs itself only: reading goes on at the next thing that is a record.
 * Takes pages, arrays of records or of pages, single records, and any number of them one after another (NDJSON).
 */
export function* scanJsonRecords(text: Buffer, shape: RecordShape, recordBytesMax: number): Generator<ScanEvent> {
  const scan = new Scanner(text, shape, recordBytesMax);
  yield* scan.values('', false, 0);
}

class Scanner {
  private at = 0;
  private recoveries = 0;

  constructor(
    private readonly text: Buffer,
    private readonly shape: RecordShape,
    private readonly recordBytesMax: number,
  ) {}

  /** Values up to the end of the list (or of the text, at the top). */
  *values(list: string, inList: boolean, depth: number): Generator<ScanEvent> {
    for (;;) {
      this.skipBlank(true);
      if (this.at >= this.text.length) {
        if (inList) yield { kind: 'note', start: this.at, reason: 'The file ends inside a list; it was cut off.' };
        return;
      }
      if (this.text[this.at] === 0x5d) {
        this.at++;
        if (inList) return;
        continue;
      }
      const start = this.at;
      try {
        yield* this.element(list, depth);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.at = this.nextRecordAfter(start, list);
        yield { kind: 'fault', start, reason: error.message };
        if (this.recoveries >= recoveriesMax) {
          yield { kind: 'note', start: this.at, reason: 'Too much of the file is broken; the rest of it is not read.' };
        }
      }
    }
  }

  private *element(list: string, depth: number): Generator<ScanEvent> {
    const byte = this.text[this.at];
    if (byte === 0x5b && depth < 4) {
      this.at++;
      yield* this.values(list, true, depth + 1);
    } else if (byte === 0x7b) {
      yield* this.pageOrRecord(list, depth);
    } else {
      throw new Fault('Something that is no JSON object stands where a record should be.');
    }
  }

  private *pageOrRecord(list: string, depth: number): Generator<ScanEvent> {
    const start = this.at++;
    let isPage = false;
    for (;;) {
      this.skipBlank(true);
      const byte = this.text[this.at];
      if (byte === 0x7d) break;
      if (byte === undefined && isPage) return;
      if (byte !== 0x22) throw new Fault(byte === undefined ? 'The file ends inside a record.' : 'A key is missing.');
      const keyStart = this.at + 1;
      this.skipString(start);
      const key = this.text.toString('utf8', keyStart, Math.min(this.at - 1, keyStart + 40));
      this.skipBlank(false);
      if (this.text[this.at] !== 0x3a) throw new Fault('A colon is missing after a key.');
      this.at++;
      this.skipBlank(false);
      if (this.text[this.at] === 0x5b && this.shape.listKeys.includes(key)) {
        isPage = true;
        this.at++;
        yield* this.values(key, true, depth + 1);
      } else this.skipValue(start);
    }
    this.at++;
    if (!isPage) yield this.parsed(start, list);
  }

  private parsed(start: number, list: string): ScanEvent {
    let value: unknown;
    try {
      value = JSON.parse(this.text.toString('utf8', start, this.at));
    } catch (error) {
      throw new Fault(`The record is no JSON: ${error instanceof Error ? error.message.slice(0, 120) : ''}`);
    }
    if (!this.shape.isRecord(value)) throw new Fault('A JSON object that is no record of this kind.');
    return { kind: 'record', value, list, start, end: this.at };
  }

  /** Brackets must match and strings must close on their own line: that finds most breaks where they are. */
  private skipValue(recordStart: number): void {
    const first = this.text[this.at];
    if (first === 0x22) return this.skipString(recordStart);
    if (first !== 0x7b && first !== 0x5b) return this.skipScalar();
    const open: number[] = [];
    do {
      const byte = this.text[this.at];
      if (byte === undefined) throw new Fault('The file ends inside a record.');
      if (byte === 0x22) this.skipString(recordStart);
      else {
        this.at++;
        if (byte === 0x7b || byte === 0x5b) open.push(byte + 2);
        else if ((byte === 0x7d || byte === 0x5d) && open.pop() !== byte) throw new Fault('A bracket does not match.');
        if (open.length > depthMax) throw new Fault('The record is nested too deeply.');
      }
      if (this.at - recordStart > this.recordBytesMax) throw new Fault('The record is too long.');
    } while (open.length > 0);
  }

  /** Numbers, true, false, null, or whatever stands there instead: up to the next comma, bracket or blank. */
  private skipScalar(): void {
    for (; ; this.at++) {
      const byte = this.text[this.at];
      if (byte === undefined || byte <= 0x20 || byte === 0x2c || byte === 0x7d || byte === 0x5d) return;
    }
  }

  private skipString(recordStart: number): void {
    for (this.at++; ; this.at++) {
      const byte = this.text[this.at];
      if (byte === undefined) throw new Fault('The file ends inside a record.');
      if (byte === 0x22) break;
      if (byte === 0x5c) this.at++;
      else if (byte < 0x20) throw new Fault('A string does not end on its line.');
    }
    this.at++;
    if (this.at - recordStart > this.recordBytesMax) throw new Fault('The record is too long.');
  }

  private skipBlank(commasToo: boolean): void {
    for (;;) {
      const byte = this.text[this.at];
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x1e) this.at++;
      else if (commasToo && byte === 0x2c) this.at++;
      else return;
    }
  }

  /** Start of the first whole record after a broken one, or the end of the text. Bounded (I5). */
  private nextRecordAfter(start: number, list: string): number {
    for (let from = start + 1; this.recoveries < recoveriesMax;) {
      const brace = this.text.indexOf(0x7b, from);
      if (brace < 0) break;
      from = brace + 1;
      this.at = from;
      this.skipBlank(false);
      if (this.text[this.at] !== 0x22) continue;
      const ahead = this.text.toString('latin1', this.at + 1, this.at + 40);
      if (!this.shape.leadKeys.some((key) => ahead.startsWith(`${key}"`))) continue;
      this.recoveries++;
      if (this.isWholeRecord(brace, list)) return brace;
    }
    return this.text.length;
  }

  private isWholeRecord(start: number, list: string): boolean {
    this.at = start;
    try {
      this.skipValue(start);
      return this.shape.isNextIn(list, JSON.parse(this.text.toString('utf8', start, this.at)));
    } catch {
      return false;
    }
  }
}
