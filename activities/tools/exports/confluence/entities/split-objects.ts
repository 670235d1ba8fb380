/** One `<object>` of an entities.xml, or the place where there should have been one. Positions are bytes. */
export type ObjectSlice =
  { kind: 'object'; start: number; end: number; bytes: Buffer } | { kind: 'fault'; start: number; reason: string };

const opening = Buffer.from('<object ');
const closing = Buffer.from('</object>');
const cdataOpening = Buffer.from('<![CDATA[');
const cdataClosing = Buffer.from(']]>');
/** An object that begins inside what should be text: the text was never closed. */
const swallowed = /<\/object>\s*<object class="\w+" package="com\.atlassian/;

type Found = { kind: 'whole'; end: number } | { kind: 'broken'; next: number; reason: string } | { kind: 'more' };

/**
 * Splits an entities.xml of any size while it streams; at most one object is in memory, and none longer than
 * `objectBytesMax` (I5). What is broken costs the object it is in: reading goes on at the next one.
 */
export async function* splitObjects(
  chunks: AsyncIterable<Buffer>,
  objectBytesMax: number,
): AsyncGenerator<ObjectSlice> {
  let held: Buffer = Buffer.alloc(0);
  let base = 0;
  let skipping = false;
  const step = function* (isLast: boolean): Generator<ObjectSlice> {
    let at = 0;
    const ahead = new LookAhead(held);
    for (;;) {
      const start = skipping ? nextObject(held, at) : held.indexOf(opening, at);
      if (start < 0) {
        at = isLast ? held.length : Math.max(at, held.length - 200);
        break;
      }
      skipping = false;
      const found = endOf(ahead, start);
      if (found.kind === 'whole') {
        yield { kind: 'object', start: base + start, end: base + found.end, bytes: held.subarray(start, found.end) };
        at = found.end;
      } else if (found.kind === 'broken') {
        yield { kind: 'fault', start: base + start, reason: found.reason };
        at = found.next;
      } else if (isLast || held.length - start > objectBytesMax) {
        const reason = isLast ? 'The file ends inside an object.' : 'An object is too long.';
        yield { kind: 'fault', start: base + start, reason };
        at = start + opening.length;
        skipping = true;
      } else {
        at = start;
        break;
      }
    }
    base += at;
    held = held.subarray(at);
  };
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk]);
    yield* step(false);
  }
  yield* step(true);
}

/** Searches that never look at a byte twice for the same mark, however often they are asked with rising positions. */
class LookAhead {
  private readonly known = new Map<Buffer, { from: number; at: number }>();

  constructor(readonly held: Buffer) {}

  next(mark: Buffer, from: number): number {
    const before = this.known.get(mark);
    if (before && before.from <= from && (before.at < 0 || before.at >= from)) return before.at;
    const at = this.held.indexOf(mark, from);
    this.known.set(mark, { from, at });
    return at;
  }
}

/** Where the object that begins at `start` ends; markup inside CDATA is text. */
function endOf(ahead: LookAhead, start: number): Found {
  let at = start + opening.length;
  for (;;) {
    const close = ahead.next(closing, at);
    const before = (mark: number): boolean => mark >= 0 && (close < 0 || mark < close);
    const cdata = ahead.next(cdataOpening, at);
    const nested = ahead.next(opening, at);
    if (before(nested) && !(before(cdata) && cdata < nested))
      return { kind: 'broken', next: nested, reason: 'An object begins before the one before it has ended.' };
    if (!before(cdata)) return close < 0 ? { kind: 'more' } : { kind: 'whole', end: close + closing.length };
    const end = ahead.next(cdataClosing, cdata + cdataOpening.length);
    if (end < 0) return { kind: 'more' };
    if (close >= 0 && close < end) {
      const next = swallowedAt(ahead.held, cdata, end);
      if (next >= 0) return { kind: 'broken', next, reason: 'A text of an object never ends.' };
    }
    at = end + cdataClosing.length;
  }
}

/** Where the next object begins inside a text that was never closed; −1 when it is a page that shows such markup. */
function swallowedAt(held: Buffer, from: number, to: number): number {
  const text = held.toString('latin1', from, to);
  const hit = swallowed.exec(text);
  if (!hit) return -1;
  const before = text.slice(cdataOpening.length, hit.index);
  // Inside a code macro the sample stands in a CDATA section of its own that is still open here.
  if (before.lastIndexOf('<![CDATA[') > before.lastIndexOf(']]')) return -1;
  return from + hit.index + hit[0].indexOf('<object ');
}

/** The next object at the start of a line: the only place where one can be told from a sample of one. */
function nextObject(held: Buffer, from: number): number {
  for (let at = held.indexOf(opening, from); at >= 0; at = held.indexOf(opening, at + 1)) {
    const before = held[at - 1];
    if ((before === 0x0a || before === 0x3e) && held.toString('latin1', at, at + 120).includes('package="')) return at;
  }
  return -1;
}
