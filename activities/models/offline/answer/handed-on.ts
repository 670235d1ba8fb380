import type { Json } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { bestSentence, cited } from './answer-text';
import type { Place } from './fill-place';
import type { Knowledge } from '../data/knowledge';
import { overlap, termSet, words } from '../words/terms';

/** What an agent before has written under the same name. */
export function handedOn(name: string, { reading }: Knowledge): string | undefined {
  const given = [...reading.materials].reverse().filter(({ kind }) => kind === 'data');
  return given
    .map(({ value }) => (isJsonObject(value) ? value[name] : undefined))
    .find((value): value is string => typeof value === 'string' && value !== '');
}

const replyRecords = 3;

/** An answer to somebody: the sentences that say most of what was asked, the best record's first. */
export function replyTo(name: string, known: Knowledge, { scope }: Place): string | undefined {
  if (!/^(?:answer|reply|response)$/.test(words(name).at(-1) ?? '')) return undefined;
  const said = scope.slice(0, replyRecords).flatMap((record) => {
    const sentence = bestSentence(known, record);
    return sentence === undefined ? [] : [cited(sentence, record)];
  });
  return said.length > 0 ? said.join(' ') : undefined;
}

/** Words under which a material states what was decided. */
function rulingsIn(value: Json): string[] {
  if (!isJsonObject(value)) return [];
  const named = [value['verdict'], value['decision'], value['answer']];
  return named.filter((member): member is string => typeof member === 'string');
}

/** One of the values allowed: the one that was decided on, else the first that the task speaks of. */
export function enumOfScope(values: readonly Json[], known: Knowledge): string | undefined {
  const texts = values.filter((value): value is string => typeof value === 'string');
  // What was decided before stands: a verdict that came last is the one that counts.
  const ruled = [...known.reading.materials].reverse().flatMap(({ value }) => rulingsIn(value));
  return (
    ruled.find((value) => texts.includes(value)) ?? texts.find((value) => overlap(termSet(value), known.query) > 0)
  );
}
