import { Parser } from 'htmlparser2';
import { TooDeep } from '../too-deep';

/** One entity: its own values, what it refers to, and its collections of references. */
export interface Entity {
  kind: string;
  id: string;
  text: ReadonlyMap<string, string>;
  refs: ReadonlyMap<string, string>;
  lists: ReadonlyMap<string, readonly string[]>;
}

const listMax = 10_000;
const depthMax = 64;

/**
 * Reads one `<object>`: `<id>`, `<property>` (a value or a reference) and `<collection>` (references), wherever the
 * version that wrote it puts them. Returns a sentence when it is none.
 */
export function parseObject(xml: string): Entity | string {
  const reader = new ObjectReader();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.say(text),
      onclosetag: (name) => reader.close(name),
    },
    { xmlMode: true, decodeEntities: true },
  );
  try {
    parser.end(xml);
  } catch (error) {
    if (error instanceof TooDeep) return error.message;
    throw error;
  }
  const { kind, id } = reader;
  if (kind === '') return 'An object says no class.';
  if (id === '') return `An object of the class ${kind.slice(0, 60)} has no id.`;
  return { kind, id, text: reader.text, refs: reader.refs, lists: reader.lists };
}

class ObjectReader {
  kind = '';
  id = '';
  readonly text = new Map<string, string>();
  readonly refs = new Map<string, string>();
  readonly lists = new Map<string, string[]>();
  /** Names of the property and the collection that are open, and what was said in them so far. */
  private property = '';
  private collection = '';
  private depth = 0;
  private inId = false;
  private said: string[] = [];
  private idSaid: string[] = [];

  open(name: string, attributes: Record<string, string>): void {
    this.depth += 1;
    if (this.depth > depthMax) throw new TooDeep();
    if (name === 'object') this.kind = attributes['class'] ?? '';
    else if (name === 'id') [this.inId, this.idSaid] = [true, []];
    else if (name === 'property') [this.property, this.said] = [attributes['name'] ?? '', []];
    else if (name === 'collection' || name === 'list') this.collection = attributes['name'] ?? this.property;
  }

  say(text: string): void {
    if (this.inId) this.idSaid.push(text);
    else this.said.push(text);
  }

  close(name: string): void {
    this.depth -= 1;
    if (name === 'id') this.endId(this.idSaid.join('').trim());
    else if (name === 'property') {
      if (this.property !== '' && !this.refs.has(this.property)) this.text.set(this.property, this.said.join(''));
      this.property = '';
    } else if (name === 'collection' || name === 'list') this.collection = '';
  }

  private endId(value: string): void {
    this.inId = false;
    if (this.collection !== '') {
      const list = this.lists.get(this.collection) ?? [];
      if (list.length < listMax) list.push(value);
      this.lists.set(this.collection, list);
    } else if (this.property !== '') this.refs.set(this.property, value);
    else if (this.id === '') this.id = value;
  }
}
