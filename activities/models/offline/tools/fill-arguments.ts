import type { Json, JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { sharedConcepts } from '../words/concepts';
import { dayOf, idsIn, isPathLike, numberOf, pathsIn, quotedIn } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { fillFromMaterial } from './material-arguments';
import { compareText, unique } from '../words/order';
import { fits } from '../answer/schema-fit';
import { overlap, similarity, stem, termSet, words } from '../words/terms';
import { givenQuery, queryText, searchWords } from './search-words';
import type { ToolArgument, ToolShape } from './tool-shape';

/** Values given for some arguments by whoever asks: ids of records, the next page. */
export type Given = Readonly<Record<string, Json>>;

/** Arguments for one call, or the required argument that nothing in the request fills. */
export type Filled = { args: JsonObject } | { missing: string };

const limitMax = 200;

export function fillArguments(shape: ToolShape, request: ModelRequest, known: Knowledge, given: Given = {}): Filled {
  const args: JsonObject = {};
  const byRole = new Set(shape.args.map((argument) => argument.role));
  // What bears its name in the input comes first: the others are then not filled with what is meant for it.
  const named = (argument: ToolArgument): boolean => ownInput(argument, known) !== undefined;
  for (const argument of [...shape.args].sort((a, b) => Number(named(b)) - Number(named(a)))) {
    const own = given[argument.name];
    const value = own ?? valueFor(argument, shape, request, known, byRole, args);
    if (value !== undefined && fits(argument.schema, value)) args[argument.name] = value;
    else if (argument.required && argument.schema['default'] === undefined) return { missing: argument.name };
  }
  const inOrder = shape.args
    .filter(({ name }) => args[name] !== undefined)
    .map(({ name }) => [name, args[name] ?? null]);
  return { args: Object.fromEntries(inOrder) as JsonObject };
}

/** The input's field of the argument's own name: the argument takes it whatever it looks like, if its type allows. */
function ownInput(argument: ToolArgument, known: Knowledge): Json | undefined {
  const name = words(argument.name).join();
  return Object.entries(known.reading.input).find(
    ([key, value]) => words(key).join() === name && value !== null && value !== '' && fits(argument.schema, value),
  )?.[1];
}

/** Whether a path is what another argument was filled with already, or a folder it lies in. */
function isTaken(value: Json, so: JsonObject): boolean {
  if (typeof value !== 'string') return false;
  const bare = value.replace(/[\\/]+$/, '');
  return Object.values(so).some(
    (other) =>
      typeof other === 'string' &&
      (other.replace(/[\\/]+$/, '') === bare ||
        (bare !== '' && /^[\\/]/.test(other.slice(bare.length)) && other.startsWith(bare))),
  );
}

function valueFor(
  argument: ToolArgument,
  shape: ToolShape,
  request: ModelRequest,
  known: Knowledge,
  roles: ReadonlySet<string>,
  so: JsonObject,
): Json | undefined {
  const { schema } = argument;
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return chooseEnum(schema['enum'], argument, known);
  const own = ownInput(argument, known);
  // Where an act writes to is said by its task before the input.
  if (own !== undefined && !(argument.role === 'path' && shape.kind !== 'read'))
    return argument.role === 'query' ? givenQuery(own, argument) : own;
  switch (argument.role) {
    case 'since':
    case 'until':
    case 'date':
      return dateFor(argument, known, roles);
    case 'limit': {
      const asked = fromInput(argument, shape, request, known);
      const most = schema['maximum'];
      return asked ?? (shape.kind === 'read' && typeof most === 'number' ? Math.min(most, limitMax) : undefined);
    }
    case 'offset':
      return argument.required ? (numberOf(schema['minimum']) ?? 0) : undefined;
    case 'path':
      return pathFor(argument, shape, request, known, so);
    case 'query': {
      const meant = fromInput(argument, shape, request, known);
      if (meant !== undefined) return typeof meant === 'string' ? searchWords(meant) : meant;
      return argument.required ? queryText(known) : undefined;
    }
    case 'id':
      return fromInput(argument, shape, request, known);
    case 'artifact':
    case 'content':
      return fillFromMaterial(argument, shape, known, so);
    case 'other':
      return (
        fromInput(argument, shape, request, known) ??
        (argument.required
          ? (fillFromMaterial(argument, shape, known, so) ?? quotedIn(known.reading.task)[0])
          : undefined)
      );
  }
}

function dateFor(argument: ToolArgument, known: Knowledge, roles: ReadonlySet<string>): Json | undefined {
  const { from, to } = known.window;
  const exact = Object.entries(known.reading.input).find(
    ([key, value]) => words(key).join() === words(argument.name).join() && dayOf(value) !== undefined,
  );
  if (exact) return exact[1];
  const oneDay = from !== undefined && from === to;
  const day =
    argument.role === 'date'
      ? oneDay || argument.required
        ? (from ?? to)
        : undefined
      : oneDay && roles.has('date') && !argument.required
        ? undefined
        : argument.role === 'since'
          ? from
          : to;
  if (day === undefined) return undefined;
  return argument.schema['format'] === 'date-time'
    ? `${day}T${argument.role === 'until' ? '23:59:59' : '00:00:00'}Z`
    : day;
}

/** The file or folder a call is about: from the input, then from the task's own words. */
function pathFor(
  argument: ToolArgument,
  shape: ToolShape,
  request: ModelRequest,
  known: Knowledge,
  so: JsonObject,
): Json | undefined {
  const named = fromInput(argument, shape, request, known, so);
  if (named !== undefined && shape.kind === 'read') return named;
  const inText = pathsIn(known.reading.task).filter((path) => !isTaken(path, so));
  const scored = inText
    .map((path) => ({ path, score: overlap(termSet(path), shape.terms) }))
    .sort((a, b) => b.score - a.score);
  const best = scored[0];
  if (best === undefined) return named ?? undefined;
  // A reader takes a path of the task only when it must, or when it can be meant by no other tool.
  if (shape.kind === 'read' && !argument.required) return undefined;
  const isClear = scored.length === 1 || best.score > (scored[1]?.score ?? 0) || shape.kind !== 'read';
  return isClear ? (shape.kind === 'read' ? best.path : targetPath(known.reading.task, inText)) : undefined;
}

/** Of several paths in a task, the one something is written to: the one after `to`, `into` or `as`. */
function targetPath(task: string, paths: readonly string[]): string | undefined {
  const after = paths.find((path) =>
    new RegExp(
      `\\b(?:to|into|as|at|in)\\s+(?:the\\s+)?(?:file\\s+)?["'\`«“]?${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
    ).test(task),
  );
  return after ?? paths[0];
}

/** Field of the input that an argument most likely means: by name, by concept, by description, by the tool's own words. */
export function fromInput(
  argument: ToolArgument,
  shape: ToolShape,
  request: ModelRequest,
  known: Knowledge,
  so: JsonObject = {},
): Json | undefined {
  const about = new Set([...shape.terms, ...termSet(request.agent)]);
  const others = new Set(shape.args.filter((one) => one !== argument).map((one) => words(one.name).join()));
  const candidates: { value: Json; score: number; key: string }[] = [];
  for (const [key, value] of Object.entries(known.reading.input)) {
    if (!fits(argument.schema, value) || !kindFits(argument, key, value)) continue;
    // A field that bears the name of another argument is meant for that one.
    if (others.has(words(key).join())) continue;
    if (argument.role === 'path' && isTaken(value, so)) continue;
    const keyTerms = termSet(key);
    let score = words(key).join() === words(argument.name).join() ? 10 : 5 * similarity(keyTerms, argument.nameTerms);
    if (score === 0 && sharedConcepts(key, argument.name).some((concept) => concept === argument.role)) score = 3;
    const isNamed = score >= 3;
    score += 1.5 * Math.min(2, overlap(keyTerms, argument.terms));
    if (argument.role === 'path' || argument.role === 'other') score += 1.2 * Math.min(2, overlap(keyTerms, about));
    // What may stay away is filled by its name alone; what must be there also by what is said about it.
    if (!argument.required && !isNamed && argument.role !== 'path') continue;
    candidates.push({ key, value, score: argument.role === 'path' && isPathLike(value) ? score + 0.5 : score });
  }
  candidates.sort((a, b) => b.score - a.score || compareText(a.key, b.key));
  const [best, second] = candidates;
  if (best === undefined) return undefined;
  const alone = argument.role === 'path' && argument.required && candidates.length === 1;
  const clear = best.score >= 1.2 && (second === undefined || best.score > second.score || best.score >= 3);
  return clear || alone ? best.value : undefined;
}

function kindFits(argument: ToolArgument, key: string, value: Json): boolean {
  if (dayOf(value) !== undefined && words(key).join() !== words(argument.name).join()) return false;
  if (words(key).join() === words(argument.name).join()) return true;
  if (argument.role === 'path') return isPathLike(value) || isPathWithSpaces(value);
  if (argument.role === 'id' && typeof value === 'string')
    return dayOf(value) === undefined && (!/\s/.test(value) || argument.nameTerms.size > 1);
  return true;
}

/** A path of the input may hold spaces; in running text no path with spaces can be told from its neighbours. */
function isPathWithSpaces(value: Json): boolean {
  return typeof value === 'string' && value.length < 1024 && /[\\/]/.test(value) && !/\n|:\/\//.test(value);
}

function chooseEnum(values: readonly Json[], argument: ToolArgument, known: Knowledge): Json | undefined {
  const asked = Object.entries(known.reading.input).find(
    ([key, value]) => words(key).join() === words(argument.name).join() && values.includes(value),
  );
  if (asked) return asked[1];
  const inTask = values.find(
    (value) =>
      typeof value === 'string' &&
      value.length > 1 &&
      overlap(termSet(value), known.query) > 0 &&
      words(value).every((word) => words(known.reading.task).map(stem).includes(stem(word))),
  );
  return inTask ?? (argument.required ? (argument.schema['default'] ?? values[0]) : undefined);
}

/** Ids the task or the input asks for by name, for an argument that takes an id. */
export function askedIds(known: Knowledge): string[] {
  const given = Object.values(known.reading.input).flatMap((value) => (Array.isArray(value) ? value : [value]));
  const inInput = given.filter((value): value is string => typeof value === 'string' && idsIn(value)[0] === value);
  return unique([...idsIn(known.reading.task.replace(/\S*[\\/]\S*/g, ' ')), ...inInput]).filter(
    (id) => dayOf(id) === undefined && !/^\d{4}-\d/.test(id),
  );
}
