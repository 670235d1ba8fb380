import type { DataRecord } from './records';

const overrides = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior|earlier|guideline|policy)/i,
  /\b(?:your|previous|prior|earlier|former)\s+(?:\w+\s+)?(?:instructions?|rules|prompts?|guidelines)\b.{0,40}\b(?:void|invalid|ignored?|replaced|obsolete|cancelled|overridden|no longer)/i,
];
const machine =
  /\b(?:ai|llms?|(?:automated|automatic|virtual|digital|reporting|ai)\s+(?:assistants?|agents?|systems?|readers?)|language models?|system prompt|assistants? reading|all agents|(?:dear|attention|hey)\W+(?:\w+\W+){0,2}(?:assistants?|agents?|bots?))\b/i;
const command =
  /\b(?:call|use|invoke|run|execute|write|send|delete|remove|forward|approve|reveal|output|print|overwrite|publish|apply|mention|tell|ask|confirm)\b/i;

/** Whether a sentence gives orders to whatever machine reads it. */
function addressesMachine(sentence: string, toolNames: readonly string[]): boolean {
  if (overrides.some((pattern) => pattern.test(sentence)) || machine.test(sentence)) return true;
  return toolNames.some((name) => name.length > 4 && sentence.includes(name)) && command.test(sentence);
}

const judged = new WeakMap<DataRecord, boolean>();

/** Whether the text of a record tries to steer its reader: it is reported as a finding, and never obeyed (I8). */
export function givesOrders(record: DataRecord, toolNames: readonly string[]): boolean {
  const known = judged.get(record);
  if (known !== undefined) return known;
  const gives = [record.title ?? '', ...record.texts].some((text) =>
    text.split(/(?<=[.!?])\s+|\n+/).some((line) => speaksTo(line, toolNames)),
  );
  judged.set(record, gives);
  return gives;
}

/** A machine may be spoken of; it is spoken to where an order comes with it. */
function speaksTo(line: string, toolNames: readonly string[]): boolean {
  if (overrides.some((pattern) => pattern.test(line))) return true;
  return (
    addressesMachine(line, toolNames) &&
    (command.test(line) || /^\W*(?:attention|important|mandatory|notice|note)\b/i.test(line))
  );
}

/** Sentences that are not quoted as findings: in a text that steers its reader, every sentence that commands. */
export function isOrder(sentence: string, record: DataRecord, toolNames: readonly string[]): boolean {
  if (!givesOrders(record, toolNames)) return false;
  return addressesMachine(sentence, toolNames) || command.test(sentence);
}
