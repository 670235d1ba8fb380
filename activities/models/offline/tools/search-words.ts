import type { Json } from '../../../../contracts/json';
import type { Knowledge } from '../data/knowledge';
import { idsIn, quotedIn } from '../words/kinds';
import { unique } from '../words/order';
import { nameWords, stem, termSet, words } from '../words/terms';
import type { ToolArgument } from './tool-shape';

const taskWords = new Set(
  'report write list find search summarize summarise tell show give what happened changed today yesterday week daily date day please read look check everything about answer question'
    .split(' ')
    .map(stem),
);
const phraseWords = 6;

/** What to look for: what the task quotes, the ids it names, the question it was given, else its own rare words. */
export function queryText(known: Knowledge): string | undefined {
  const { task, input } = known.reading;
  const [quoted] = quotedIn(task);
  if (quoted !== undefined) return quoted.endsWith('?') ? searchWords(quoted) : quoted;
  const ids = idsIn(task);
  if (ids[0] !== undefined) return ids[0];
  const asked = Object.entries(input).find(
    ([key, value]) => typeof value === 'string' && /^(?:question|topic|subject)s?$/.test(nameWords(key).at(-1) ?? ''),
  )?.[1];
  return (typeof asked === 'string' ? searchWords(asked) : undefined) ?? rareWords(task);
}

/** A phrase as it stands; of a question or a longer sentence, the words that can be found in an answer to it. */
export function searchWords(text: string): string | undefined {
  const isPhrase = !text.trim().endsWith('?') && words(text).length <= phraseWords;
  return isPhrase ? text : (rareWords(text) ?? text);
}

/** A question given under the argument's own name stays what it is, unless the tool says that it wants words. */
export function givenQuery(value: Json, { description }: ToolArgument): Json {
  const isQuestion = typeof value === 'string' && value.trim().endsWith('?');
  return isQuestion && /\b(?:key)?words?\b|\bterms?\b/i.test(description) ? (searchWords(value) ?? value) : value;
}

function rareWords(text: string): string | undefined {
  const chosen = unique(words(text.replace(/\S*[\\/]\S*/g, ' '))).filter(
    (word) => word.length > 3 && !/\d/.test(word) && !taskWords.has(stem(word)) && termSet(word).size > 0,
  );
  return chosen.length > 0 ? chosen.slice(0, phraseWords).join(' ') : undefined;
}
