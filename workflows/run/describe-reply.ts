import type { CallModelResult, Role } from '../../contracts/activities';
import type { Body } from '../../contracts/body';
import { bodyExcerpt, isInline } from '../../contracts/body';
import type { Json } from '../../contracts/json';
import { isJsonObject, type JsonObject, textOf } from '../../contracts/json';

/** What a step came to, in words for people who watch: progress lines, details, summaries. */
export function describeReply(role: Role, result: CallModelResult): string {
  if (result.problems) return `not usable: ${result.problems.join('; ')}`;
  if (result.toolCalls) return `asks for ${countNames(result.toolCalls.map((call) => call.name))}`;
  if (!result.output) return 'no answer';
  // The beginning of a large answer is JSON, which tells a person nothing; a text does.
  if (!isInline(result.output) && /^\s*[[{]/.test(result.output.head))
    return `answers with ${sizeText(result.output.bytes)}`;
  const answer = isInline(result.output) && isJsonObject(result.output.inline) ? result.output.inline : null;
  return (answer && describeAnswer(role, answer)) ?? bodyExcerpt(result.output, 160);
}

const texts = (value: Json | undefined, key: string): string[] =>
  Array.isArray(value)
    ? value.flatMap((member) => (isJsonObject(member) && typeof member[key] === 'string' ? [member[key]] : []))
    : [];

function describeAnswer(role: Role, answer: { [key: string]: Json }): string | null {
  const { reason, summary } = answer;
  switch (role) {
    case 'plan':
      return `plans tasks for ${countNames(texts(answer['tasks'], 'agent'))}`;
    case 'review':
      return `verdicts: ${countNames(texts(answer['verdicts'], 'verdict'))}`;
    case 'sufficiency':
      return `${answer['sufficient'] === true ? 'enough' : 'not enough'}: ${textOf(reason)}`;
    case 'route':
      return `takes ${textOf(answer['route'])} (${textOf(answer['confidence'])}): ${textOf(reason)}`;
    case 'ballot':
    case 'tiebreak':
      return `votes ${textOf(answer['choice'])}: ${textOf(reason)}`;
    case 'position':
      return `answers: ${textOf(answer['answer'])}`;
    case 'contribution':
      return textOf(answer['statement']).slice(0, 160);
    case 'score': {
      const problems = Array.isArray(answer['problems']) ? answer['problems'].length : 0;
      return `score ${textOf(answer['score'])}, ${problems} problems`;
    }
    default:
      return typeof summary === 'string' && summary !== '' ? summary : describeObject(answer);
  }
}

/** `a, b ×2`, in the order of first appearance. */
function countNames(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(', ') || 'nobody';
}

/** What a tool gave, in words: how many of how many for lists, else what it is about. */
export function describeToolResult(body: Body, isError: boolean): string {
  if (isError) return `error: ${bodyExcerpt(body, 120)}`;
  if (!isInline(body)) return sizeText(body.bytes);
  const value = isJsonObject(body.inline) ? body.inline : null;
  const items = value?.['items'];
  if (value && Array.isArray(items)) {
    const total = typeof value['total'] === 'number' ? ` of ${value['total']}` : '';
    return `${items.length}${total} items`;
  }
  return (value && describeObject(value)) ?? bodyExcerpt(body, 120);
}

/** Keys under which an object commonly says in a line what it is; the first that does is taken. */
const nameKeys = ['title', 'subject', 'path', 'name', 'id'] as const;
const nameMax = 80;

/** An object in a few words: its name, or how many members its lists have; its size. Null when that says nothing. */
function describeObject(value: JsonObject): string | null {
  const key = nameKeys.find((one) => typeof value[one] === 'string' && value[one] !== '');
  const name = key === undefined ? [] : [textOf(value[key]).slice(0, nameMax)];
  const lists = Object.entries(value).flatMap(([list, members]) =>
    key === undefined && Array.isArray(members) && members.length > 0 ? [`${list} (${members.length})`] : [],
  );
  const { bytes } = value;
  const size = typeof bytes === 'number' ? [sizeText(bytes)] : [];
  return [...name, ...lists, ...size].join(', ') || null;
}

const sizeText = (bytes: number): string => (bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`);
