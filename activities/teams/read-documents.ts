import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import type { Json } from '../../contracts/json';
import { camelKey } from '../../contracts/schemas/camel-keys';
import { unfitForJson } from '../../contracts/schemas/parse-shape';
import { Place, type Findings, type Path } from './team-faults';

export const teamFileBytesMax = 1024 * 1024;
const documentsMax = 256;
const aliasesMax = 100;
const depthMax = 64;

/** One YAML document of a file as plain JSON, with the place of its root. */
export interface TeamDocument {
  value: Json;
  place: Place;
}

/** Reads all documents of a YAML (or JSON) text. Faults go to `findings`; a faulty document is left out. */
export function readDocuments(text: string, file: string, findings: Findings): TeamDocument[] {
  const whole = new Place(findings, file, () => 1);
  if (Buffer.byteLength(text) > teamFileBytesMax) {
    whole.fault(`is larger than ${teamFileBytesMax / 1024} KiB`, 'split it over several files');
    return [];
  }
  if (tooDeepForParser(text)) {
    whole.fault(`is nested deeper than ${depthMax} levels`);
    return [];
  }
  const lines = new LineCounter();
  const documents = parseText(text, lines, whole);
  if (documents.length > documentsMax) {
    whole.fault(`holds more than ${documentsMax} documents`);
    return [];
  }
  return documents.flatMap((document) => readDocument(document, file, lines, findings));
}

function parseText(text: string, lineCounter: LineCounter, whole: Place): Document[] {
  try {
    const parsed = parseAllDocuments(text, { lineCounter, uniqueKeys: true, prettyErrors: false, logLevel: 'silent' });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    whole.fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** Brackets or dashes nested beyond any use would exhaust the parser's stack; counted here without one. */
function tooDeepForParser(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') open += 1;
    else if (character === ']' || character === '}') open = Math.max(0, open - 1);
    if (open > depthMax * 4) return true;
  }
  return /^[ \t]*(?:[-?:][ \t]){65}/m.test(text);
}

function readDocument(document: Document, file: string, lines: LineCounter, findings: Findings): TeamDocument[] {
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const place = new Place(findings, file, (path) => lineOfPath(document, path, lineAt));
  const before = findings.faults.length;
  for (const error of [...document.errors, ...document.warnings]) {
    const at = new Place(findings, file, () => lineAt(error.pos[0]));
    at.fault(sentenceFor(error.code, error.message));
  }
  if (findings.faults.length > before) return [];
  refuseUnfit(document, file, findings, lineAt);
  if (findings.faults.length > before) return [];
  const value = toJson(document, place);
  if (value === undefined || value === null) return [];
  const unfit = unfitForJson(value);
  if (unfit) {
    place.shapeFaults([unfit]);
    return [];
  }
  return [{ value, place }];
}

function toJson(document: Document, place: Place): Json | undefined {
  try {
    return document.toJS({ maxAliasCount: aliasesMax }) as Json;
  } catch (error) {
    place.fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'use fewer aliases');
    return undefined;
  }
}

function sentenceFor(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'has the same key twice';
  return `is not valid YAML: ${message.split('\n')[0] ?? message}`;
}

/** Refuses what YAML can say and JSON cannot: keys that are no text, `${…}` in keys, merge keys' surprises, tags. */
function refuseUnfit(document: Document, file: string, findings: Findings, lineAt: (offset: number) => number): void {
  let aliases = 0;
  const report = (node: unknown, message: string, hint?: string): void => {
    const range = (node as Node | null)?.range;
    new Place(findings, file, () => (range ? lineAt(range[0]) : 1)).fault(message, hint);
  };
  visit(document, (_key, node, path) => {
    if (path.length > depthMax * 2) {
      report(node, `is nested deeper than ${depthMax} levels`);
      return visit.BREAK;
    }
    if (isAlias(node) && ++aliases > aliasesMax) {
      report(node, `uses more than ${aliasesMax} aliases`);
      return visit.BREAK;
    }
    if (isMap(node)) for (const pair of node.items) checkKey(pair, report);
    return undefined;
  });
}

function checkKey(pair: Pair, report: (node: unknown, message: string, hint?: string) => void): void {
  const key = isScalar(pair.key) ? pair.key.value : undefined;
  if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
    report(pair.key, 'has a key that is not text');
  } else if (String(key).includes('${')) {
    report(pair.key, `has "\${…}" in the key ${String(key).slice(0, 60)}`, 'variables are filled in in values only');
  } else if (key === '<<') {
    report(pair.key, 'uses a merge key (<<)', 'write the keys out, or use a plain alias');
  }
}

/** The line of the deepest part of the path that exists; steps that short forms added are skipped. */
function lineOfPath(document: Document, path: Path, lineAt: (offset: number) => number): number {
  let node: unknown = document.contents;
  let line = offsetLine(node, lineAt) ?? 1;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node) && typeof step === 'number') {
      const item = node.items[step];
      if (item === undefined) continue;
      node = item;
      line = offsetLine(item, lineAt) ?? line;
    } else if (isMap(node)) {
      const pair = node.items.find((item) => keyFits(item.key, step));
      if (!pair) continue;
      line = offsetLine(pair.key, lineAt) ?? line;
      node = pair.value;
    }
  }
  return line;
}

function keyFits(key: unknown, step: string | number): boolean {
  const text = isScalar(key) ? String(key.value) : undefined;
  return text === String(step) || (text !== undefined && camelKey(text) === step);
}

function offsetLine(node: unknown, lineAt: (offset: number) => number): number | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? lineAt(range[0]) : undefined;
}
