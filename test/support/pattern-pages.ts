import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a page of docs/patterns/ says that a machine can read. */
export interface PatternPage {
  /** Of the workflow type: the heading. */
  name: string;
  file: string;
  text: string;
  /** The JSON file it shows, and the line that starts the type with it. */
  example: { file: string; json: string };
  start: { line: string; type: string; workflowId: string; file: string };
  /** What it costs in model calls: the formula, and what its letters stand for. */
  cost: { formula: string; letters: Record<string, string> };
}

const folder = path.join(__dirname, '..', '..', 'docs', 'patterns');

/** All pages by the name of their type. Throws where a page lacks a part. */
export function patternPages(): Map<string, PatternPage> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.md'));
  return new Map(files.map((file) => readPage(file)).map((page) => [page.name, page]));
}

function readPage(file: string): PatternPage {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const one = (what: string, pattern: RegExp): RegExpMatchArray => {
    const found = [...text.matchAll(pattern)];
    if (found.length !== 1 || !found[0]) throw new Error(`docs/patterns/${file} has ${found.length} of: ${what}.`);
    return found[0];
  };
  const [, name = ''] = one('heading with the type', /^# (\w+)$/gm);
  one('diagram', /^```mermaid$/gm);
  const [, json = '', body = ''] = one('```json <name>.json block', /^```json (\S+\.json)\n([^]*?)^```$/gm);
  const [, line = '', type = '', workflowId = '', input = ''] = one(
    '`temporal workflow start` line',
    /^temporal workflow (start --type (\w+) --task-queue cadre --workflow-id (\S+) --input-file (\S+))$/gm,
  );
  const [, formula = '', letters = ''] = one('```cost block', /^```cost\ncalls = (.+)\n([^]*?)^```$/gm);
  return {
    name,
    file,
    text,
    example: { file: json, json: body },
    start: { line, type, workflowId, file: input },
    cost: { formula, letters: lettersOf(letters) },
  };
}

function lettersOf(lines: string): Record<string, string> {
  const explained = [...lines.matchAll(/^([A-Z]): (.+)$/gm)];
  return Object.fromEntries(explained.map(([, letter = '', words = '']): [string, string] => [letter, words]));
}

/** The value of a formula of sums and products; every letter must be given, and no other. */
export function valueOf({ formula, letters }: PatternPage['cost'], given: Record<string, number>): number {
  const used = [...new Set(formula.match(/[A-Z]/g) ?? [])].sort().join();
  if (used !== Object.keys(letters).sort().join())
    throw new Error(`"${formula}" does not use the letters it explains.`);
  if (used !== Object.keys(given).sort().join()) throw new Error(`"${formula}" needs ${used}.`);
  const tokens = formula.match(/\d+|[A-Z]|[-+*()]/g) ?? [];
  const next = (...wanted: string[]): string | undefined => {
    return tokens[0] !== undefined && wanted.includes(tokens[0]) ? tokens.shift() : undefined;
  };
  const factor = (): number => {
    if (next('(')) {
      const inside = sum();
      if (!next(')')) throw new Error(`"${formula}" opens a bracket and does not close it.`);
      return inside;
    }
    const token = tokens.shift() ?? '';
    return given[token] ?? Number.parseInt(token, 10);
  };
  const product = (): number => {
    let value = factor();
    while (next('*')) value *= factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let sign = next('+', '-'); sign; sign = next('+', '-')) value += (sign === '+' ? 1 : -1) * product();
    return value;
  };
  const value = sum();
  if (tokens.length > 0 || !Number.isFinite(value)) throw new Error(`"${formula}" is no formula.`);
  return value;
}
