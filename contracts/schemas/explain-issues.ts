import { z } from 'zod';
import { isJsonObject } from '../json';
import { hintFor, nearestName } from './nearest-name';

/** One fault of a value: where it is, what is wrong (a predicate: `must be text, not a number`), and what may help. */
export interface ShapeFault {
  path: (string | number)[];
  message: string;
  hint?: string;
}

/** Hands the known keys of an object on to `explainIssues`, which sees the finished issue only. */
export const issueErrorMap: z.core.$ZodErrorMap = (issue) => {
  const inst = issue.inst as z.core.$ZodTypes | undefined;
  const def = inst?._zod.def;
  if (issue.code === 'unrecognized_keys') return def?.type === 'object' ? JSON.stringify(Object.keys(def.shape)) : '[]';
  if (issue.code === 'invalid_type' && inst) return z.globalRegistry.get(inst)?.description ?? '';
  return undefined;
};

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  null: 'nothing',
};

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return kinds[typeof value] ?? typeof value;
}

/** All faults of a failed parse, one for each place; of a union only the branch that was meant. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], root: unknown): ShapeFault[] {
  return issues.flatMap((issue) => explainIssue(issue, issue.path.filter(isStep), root));
}

const isStep = (step: PropertyKey): step is string | number => typeof step !== 'symbol';

function explainIssue(issue: z.core.$ZodIssue, path: (string | number)[], root: unknown): ShapeFault[] {
  const value = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, JSON.parse(issue.message) as string[]));
    case 'invalid_type':
      return [wrongType(issue, path, value)];
    case 'invalid_union':
      return explainUnion(issue, path, root);
    case 'invalid_value':
      return [notAmong(path, value, issue.values.map(String))];
    case 'too_small':
    case 'too_big':
      return [{ path, message: outOfRange(issue) }];
    case 'invalid_key':
      return [{ path, message: `has a key that is not allowed: ${issue.issues[0]?.message ?? 'no such name'}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(path: (string | number)[], key: string, known: string[]): ShapeFault {
  const near = nearestName(key, known);
  const hint = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`;
  return { path: [...path, key], message: 'is an unknown key', hint };
}

function wrongType(issue: z.core.$ZodIssueInvalidType, path: (string | number)[], value: unknown): ShapeFault {
  const wanted = kinds[issue.expected] ?? issue.expected;
  if (value !== undefined) return { path, message: `must be ${wanted}, not ${kindOf(value)}` };
  const about = issue.message.replace(/\.$/, '');
  return { path, message: `is required${about === '' ? `: ${wanted}` : `: ${about[0]?.toLowerCase()}${about.slice(1)}`}` };
}

function notAmong(path: (string | number)[], value: unknown, allowed: string[]): ShapeFault {
  if (value === undefined) return { path, message: `is required: one of ${allowed.join(', ')}` };
  const shown = typeof value === 'string' ? `"${value.slice(0, 60)}"` : kindOf(value);
  const message = `must be ${allowed.length === 1 ? `"${allowed[0]}"` : `one of ${allowed.join(', ')}`}, not ${shown}`;
  const near = typeof value === 'string' && allowed.length > 1 ? nearestName(value, allowed) : undefined;
  return near === undefined ? { path, message } : { path, message, hint: `did you mean "${near}"?` };
}

function outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small';
  const bound = small ? issue.minimum : issue.maximum;
  const edge = issue.inclusive === false ? (small ? 'more than' : 'less than') : small ? 'at least' : 'at most';
  if (issue.origin === 'string') return small ? 'must not be empty' : `must have at most ${bound} characters`;
  if (issue.origin === 'array') return `must have ${edge} ${bound} ${bound === 1 || bound === 1n ? 'entry' : 'entries'}`;
  return `must be ${edge} ${bound}`;
}

function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: (string | number)[], root: unknown): ShapeFault[] {
  if (issue.errors.length === 0) return [noSuchTag(issue, path, root)];
  const branches = issue.errors.map((branch) => ({ branch, rank: rankOf(branch) }));
  branches.sort((a, b) => a.rank - b.rank);
  const best = branches[0];
  if (!best || best.rank >= wrongKind) {
    const wanted = issue.errors.flatMap((branch) => branch.flatMap((one) => (one.code === 'invalid_type' ? [one] : [])));
    const names = [...new Set(wanted.map((one) => kinds[one.expected] ?? one.expected))];
    const value = valueAt(root, path);
    const not = value === undefined ? '' : `, not ${kindOf(value)}`;
    return [{ path, message: `must be ${names.join(' or ') || 'something else'}${not}` }];
  }
  return best.branch.flatMap((inner) => explainIssue(inner, [...path, ...inner.path.filter(isStep)], root));
}

const wrongKind = 1000;

/** How far a branch of a union is from what was written; a branch for another kind of value is out. */
function rankOf(branch: readonly z.core.$ZodIssue[]): number {
  return branch.reduce((sum, issue) => {
    if (issue.code === 'invalid_type' && issue.path.length === 0) return sum + wrongKind;
    return sum + (issue.code === 'invalid_value' ? 100 : 1);
  }, 0);
}

/** A discriminated union found no option for the tag: an unknown pattern, or no key that says what it is. */
function noSuchTag(issue: z.core.$ZodIssueInvalidUnion, path: (string | number)[], root: unknown): ShapeFault {
  const tag = issue.discriminator ?? 'pattern';
  const options = ('options' in issue && Array.isArray(issue.options) ? issue.options : []).map(String);
  const owner = path.at(-1) === tag ? path.slice(0, -1) : path;
  const parent = valueAt(root, owner);
  const given = isJsonObject(parent) && Object.hasOwn(parent, tag) ? parent[tag] : undefined;
  if (typeof given === 'string') {
    return { path, message: `has no meaning as "${given.slice(0, 60)}"`, hint: hintFor(given, options, `${tag}s`) };
  }
  if (tag === 'pattern') return { path: owner, message: 'must be a name or have one of the keys agent, tool, approval, composition or pattern' };
  return { path: owner, message: `must have one of the keys ${options.join(', ')}` };
}

export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** `agents[1].tools` */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
