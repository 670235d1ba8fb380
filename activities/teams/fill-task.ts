import { CadreError } from '../../contracts/failures';
import { isJsonObject, type JsonObject } from '../../contracts/json';
import type { Node } from '../../contracts/node';
import { patternTable } from '../../contracts/pattern-table';
import type { Team } from '../../contracts/team';
import { childNodes, compositionNamed } from './node-parts';

const placeholder = /\{\{\s*(task|input(?:\.[\w-]+)+)\s*\}\}/g;
const inputField = /\{\{\s*input\.([\w-]+)/g;

/**
 * The task of a run: the person's own, inside the composition's wording where that has a place for it, else the
 * composition's. Takes the wording off the node, which would otherwise replace the person's task. Throws `InvalidInput`.
 */
export function takeTask(root: Node, own: string | undefined, input: JsonObject): string {
  const target =
    'pattern' in root && root.pattern === 'compose' && typeof root.composition === 'object' ? root.composition : root;
  const wording = target.task;
  delete target.task;
  if (wording !== undefined && /\{\{\s*task\s*\}\}/.test(wording) && own !== undefined)
    return fill(wording, own, input);
  if (own !== undefined) return own;
  if (wording !== undefined && !/\{\{\s*task\s*\}\}/.test(wording)) {
    refuseMissing([...fieldsIn(wording)], input);
    return fill(wording, '', input);
  }
  const standing = 'pattern' in target ? patternTable[target.pattern].defaultTask : undefined;
  if (standing !== undefined) return fillFields(standing, target);
  throw new CadreError('InvalidInput', '"task" is required: say what the run shall do.');
}

/** The task that a pattern's own fields make: a meeting's title, the root of a tree of tasks. */
function fillFields(wording: string, node: Node): string {
  return wording.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_written, path: string) => {
    let value: unknown = node;
    for (const key of path.split('.'))
      value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  });
}

function fill(text: string, task: string, input: JsonObject): string {
  return text.replace(placeholder, (written, path: string) => {
    if (path === 'task') return task;
    let value: unknown = input;
    for (const key of path.split('.').slice(1))
      value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (value === undefined) return written;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** Throws `InvalidInput` when a node uses fields of `input` that are not given: they would be sent as `{{…}}`. */
export function requireInputFields(team: Team, node: Node, input: JsonObject): void {
  const fields = new Set<string>();
  const seen = new Set<string>();
  const whole = (one: Node): void => {
    for (const field of fieldsIn(JSON.stringify(one))) fields.add(field);
    parts(one);
  };
  const parts = (one: Node): void => {
    for (const field of listsIn(one)) fields.add(field);
    const named = compositionNamed(one);
    if (named !== undefined && !seen.has(named) && Object.hasOwn(team.compositions, named)) {
      seen.add(named);
      whole(team.compositions[named] as Node);
    }
    for (const child of childNodes(one)) parts(child.node);
  };
  whole(node);
  refuseMissing([...fields], input);
}

function* fieldsIn(text: string): Generator<string> {
  for (const match of text.matchAll(inputField)) if (match[1] !== undefined) yield match[1];
}

function listsIn(node: Node): string[] {
  if (!('pattern' in node) || node.pattern !== 'fanOut' || typeof node.over !== 'string') return [];
  const field = /^input\.([\w-]+)/.exec(node.over)?.[1];
  return field === undefined ? [] : [field];
}

function refuseMissing(fields: readonly string[], input: JsonObject): void {
  const missing = [...new Set(fields)].filter((field) => !Object.hasOwn(input, field)).sort();
  if (missing.length === 0) return;
  const example = missing.map((field) => `"${field}": …`).join(', ');
  const what = missing.length === 1 ? 'a field' : 'fields';
  throw new CadreError(
    'InvalidInput',
    `The run needs ${what} of "input" that ${missing.length === 1 ? 'is' : 'are'} not given: "input": {${example}}.`,
  );
}
