import type { Json, JsonObject } from '../../../../contracts/json';
import { scalarText } from '../words/order';

/**
 * Reads the beginning of a JSON text that was cut off. Members of lists that are not there in full are left out, so
 * that no record is read by half; a cut text keeps what is there of it. `cutList`: a list near the top was cut.
 */
export function readPartialJson(text: string): { value: Json; cutList: boolean } | undefined {
  const reader = new PartialReader(text);
  const read = reader.value(0);
  return read === undefined ? undefined : { value: read.value, cutList: reader.cutList };
}

interface Read {
  value: Json;
  whole: boolean;
}

const depthMax = 64;

class PartialReader {
  private at = 0;
  /** A list of objects or lists ended before its end was seen. */
  cutList = false;

  constructor(private readonly text: string) {}

  value(depth: number): Read | undefined {
    this.space();
    const mark = this.text[this.at];
    if (mark === undefined || depth > depthMax) return undefined;
    if (mark === '{') return this.object(depth);
    if (mark === '[') return this.list(depth);
    if (mark === '"') return this.string();
    const word = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[\s,\]}])/.exec(
      this.text.slice(this.at, this.at + 60),
    )?.[0];
    if (word === undefined) return undefined;
    this.at += word.length;
    return { value: JSON.parse(word) as Json, whole: true };
  }

  private object(depth: number): Read {
    const out: JsonObject = {};
    this.at++;
    for (;;) {
      this.space();
      if (this.take('}')) return { value: out, whole: true };
      this.take(',');
      this.space();
      const key = this.text[this.at] === '"' ? this.string() : undefined;
      this.space();
      if (!key?.whole || !this.take(':')) return { value: out, whole: false };
      const member = this.value(depth + 1);
      if (member !== undefined) out[scalarText(key.value)] = member.value;
      if (!member?.whole) return { value: out, whole: false };
    }
  }

  private list(depth: number): Read {
    const out: Json[] = [];
    this.at++;
    for (;;) {
      this.space();
      if (this.take(']')) return { value: out, whole: true };
      this.take(',');
      const member = this.value(depth + 1);
      if (member?.whole) out.push(member.value);
      else {
        this.cutList ||= depth <= 2;
        return { value: out, whole: false };
      }
    }
  }

  private string(): Read {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    const whole = end < this.text.length;
    const raw = this.text.slice(this.at + 1, end).replace(whole ? /$^/ : /\\u?[0-9a-fA-F]{0,3}$/, '');
    this.at = whole ? end + 1 : this.text.length;
    try {
      return { value: JSON.parse(`"${raw}"`) as string, whole };
    } catch {
      return { value: '', whole: false };
    }
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }
}

/** Complete objects at the end of a cut list: read from the first place where one of the known shape begins. */
export function readTailRecords(tail: string, like: readonly string[]): JsonObject[] {
  if (like.length === 0) return [];
  for (const hit of tail.matchAll(/\{\s*"/g)) {
    const read = readPartialJson(`[${tail.slice(hit.index)}`)?.value;
    if (!Array.isArray(read)) continue;
    const objects = read.filter(
      (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item),
    );
    const shared = like.filter((key) => Object.hasOwn(objects[0] ?? {}, key)).length;
    if (shared >= Math.max(2, like.length * 0.6)) return objects;
  }
  return [];
}
