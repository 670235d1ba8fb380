import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { bounds } from '../bounds';
import { daysIn, idsIn } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { unique } from '../words/order';
import type { Material } from '../data/read-request';
import { sizeOf } from './review';
import { termSet, words } from '../words/terms';

interface Check {
  /** 0 to 1. */
  value: number;
  weight: number;
  problems: string[];
}

/**
 * A draft checked for what can be checked without understanding it: there is something, it speaks of what the goal
 * names, every citation and quote stands in the sources, nothing is said twice.
 */
export function scoreDraft(_request: ModelRequest, known: Knowledge): JsonObject {
  const { draft, sources } = splitMaterials(known.reading.materials);
  if (draft === undefined || sizeOf(draft.value) === 0)
    return { score: 0, problems: ['The draft is empty: answer the task.'] };
  const checks = [coverage(draft.value, known), citations(draft.value, sources), repetition(draft.value)];
  const weights = checks.reduce((sum, check) => sum + check.weight, 0);
  const score = weights === 0 ? 1 : checks.reduce((sum, check) => sum + check.value * check.weight, 0) / weights;
  return {
    score: Math.round(score * 100) / 100,
    problems: checks.flatMap((check) => check.problems).slice(0, bounds.problems),
  };
}

/** The draft is the material labelled so, else the newest; an older draft is no source. */
function splitMaterials(materials: readonly Material[]): { draft: Material | undefined; sources: Material[] } {
  const proper = materials.filter((material) => !/^(?:the )?inputs?$/i.test(material.label));
  const data = proper.filter((material) => material.kind === 'data');
  const drafts = data.filter((material) => /draft/i.test(material.label));
  const draft = drafts[drafts.length - 1] ?? data[data.length - 1];
  return { draft, sources: materials.filter((material) => material !== draft && !/draft/i.test(material.label)) };
}

const instructionTerms = termSet(
  'write report draft answer task goal statement sentence cite cites citation source sources every each must item list summary quote word words say says short clear complete id ids title section sections name names date day what happened all',
);

function coverage(draft: Json, known: Knowledge): Check {
  const goal = known.reading.task;
  const text = textOf(draft);
  const named = unique([...daysIn(goal), ...idsIn(goal)]);
  const missing = named.filter((one) => !text.includes(one));
  const wanted = [...termSet(goal.replace(/\S*[\\/]\S*/g, ' '))].filter(
    (term) => !instructionTerms.has(term) && !/\d/.test(term),
  );
  const has = termSet(text);
  const absent = wanted.filter((term) => !has.has(term));
  const share = wanted.length === 0 ? 1 : 1 - absent.length / wanted.length;
  const value = (missing.length === 0 ? 0.5 : 0.5 * (1 - missing.length / named.length)) + 0.25 + 0.25 * share;
  const problems = missing.map(
    (one) => `The goal names ${one}, the draft does not: add what the material says about it.`,
  );
  const words = wordsFor(goal, absent);
  if (share < 0.5 && words.length > 0) problems.push(`The draft does not speak of: ${words.slice(0, 8).join(', ')}.`);
  return { value, weight: 0.3, problems };
}

function wordsFor(goal: string, absent: readonly string[]): string[] {
  return unique(words(goal)).filter((word) => [...termSet(word)].some((term) => absent.includes(term)));
}

interface Citation {
  kind: 'id' | 'quote';
  text: string;
  path: string;
}

function citations(draft: Json, sources: readonly Material[]): Check {
  const found = citationsIn(draft);
  const uncited = itemsWithout(draft);
  const problems = uncited.map((path) => `${path} cites nothing: add the ids it rests on.`);
  if (sources.length === 0)
    return { value: uncited.length === 0 ? 1 : 0.6, weight: found.length + uncited.length === 0 ? 0 : 0.3, problems };
  const hay = sources.map((material) => textOf(material.value)).join('\n');
  const flat = hay.replace(/\s+/g, ' ');
  const shownInPart = sources.some((material) => material.cut !== undefined);
  const wrong = found.filter(({ kind, text }) =>
    kind === 'id' ? !hay.includes(text) : !flat.includes(text.replace(/\s+/g, ' ').trim()),
  );
  const where = shownInPart ? 'the part of the material that is shown' : 'the material';
  for (const { kind, text, path } of wrong)
    problems.push(
      `${path}: the ${kind === 'id' ? 'citation' : 'quote'} "${text.slice(0, 120)}" is not in ${where}; cite what is there, or leave it out.`,
    );
  const total = found.length + uncited.length;
  const value =
    total === 0
      ? typeof draft === 'string'
        ? 0.5
        : 0.7
      : 1 - (wrong.length * (shownInPart ? 0.3 : 1) + uncited.length * 0.5) / total;
  if (total === 0) problems.push('The draft cites nothing: name the ids of the material that each statement rests on.');
  // One made-up citation is not outweighed by many right ones.
  return { value: wrong.length > 0 && !shownInPart ? Math.min(value, 0.5) : value, weight: 0.5, problems };
}

const citeKey = /^(?:cites?|citations?|sources?|references?|refs?)$/i;

function citationsIn(value: Json, path = '', key = ''): Citation[] {
  if (typeof value === 'string') {
    if (citeKey.test(key) && !/\s/.test(value)) return [{ kind: 'id', text: value, path }];
    if (/^quotes?$|^verbatim$/i.test(key)) return value === '' ? [] : [{ kind: 'quote', text: value, path }];
    const bracketed = [...value.matchAll(/\[([^[\]\s]{2,200})\](?!\()/g)]
      .map((hit) => hit[1] ?? '')
      .filter((text) => /\d/.test(text) && !/^\d+\/\d+$/.test(text));
    return bracketed.map((text) => ({ kind: 'id' as const, text, path: path || 'text' }));
  }
  if (Array.isArray(value)) return value.flatMap((member, index) => citationsIn(member, `${path}[${index}]`, key));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    citationsIn(member, path === '' ? name : `${path}.${name}`, name),
  );
}

/** Items that have a place for citations and nothing in it. */
function itemsWithout(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((member, index) => itemsWithout(member, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const own = Object.entries(value).some(
    ([key, member]) => citeKey.test(key) && Array.isArray(member) && member.length === 0,
  )
    ? [path || 'The answer']
    : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, member]) =>
      typeof member === 'object' && member !== null ? itemsWithout(member, path === '' ? key : `${path}.${key}`) : [],
    ),
  ];
}

function repetition(draft: Json): Check {
  const sentences = textsIn(draft)
    .flatMap((text) => text.split(/(?<=[.!?])\s+|\n+/))
    .map((text) => words(text).join(' '))
    .filter((text) => text.length > 40);
  const seen = new Map<string, number>();
  for (const sentence of sentences) seen.set(sentence, (seen.get(sentence) ?? 0) + 1);
  // A statement and its own quote may say the same words: twice is no repetition yet.
  const often = [...seen].filter(([, times]) => times > 2);
  const share = sentences.length === 0 ? 0 : often.reduce((sum, [, times]) => sum + times - 2, 0) / sentences.length;
  return {
    value: Math.max(0, 1 - 2 * share),
    weight: 0.2,
    problems: often.slice(0, 5).map(([sentence, times]) => `Said ${times} times: "${sentence.slice(0, 100)}".`),
  };
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** All texts and numbers of a value, as they stand in it. */
function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return '';
  return Object.values(value).map(textOf).join('\n');
}
