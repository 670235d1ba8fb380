import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { textKey } from '../../../../contracts/merge/claim';
import type { ModelRequest } from '../../../../contracts/model';
import { answerText, lineOf } from '../answer/answer-text';
import { labelled } from '../answer/label';
import type { Knowledge } from '../data/knowledge';
import { gatherKnowledge } from '../data/knowledge';
import { compareText } from '../words/order';

const answerLabel = /^answer (\S+) of round (\d+)$/;
const linesMax = 6;

interface Position {
  label: string;
  round: number;
  answer: string;
  argument: string;
}

/** What a tool has ruled, or what the material says most, as the answer: the same in every round, since other answers are no evidence. */
export function takePosition(request: ModelRequest, known: Knowledge): JsonObject {
  const own = known.reading.materials.filter(({ label }) => !answerLabel.test(label));
  const ruling = own.filter(({ value }) => ruledIn(value) !== undefined);
  const evidence = gatherKnowledge(request, known.reading, ruling.length > 0 ? ruling : own);
  const ruled = ruledIn(ruling.at(-1)?.value ?? null);
  if (ruled !== undefined) return { answer: ruled, argument: answerText(evidence, [], linesMax) };
  const [best] = evidence.records;
  if (!best) return { answer: 'not known', argument: labelled('There is no material to answer from.') };
  return { answer: lineOf(evidence, best).slice(0, 300), argument: answerText(evidence, [], linesMax) };
}

const rulingMax = 60;

/** What a tool has ruled by itself, in a few words: it goes before what the records say most. */
function ruledIn(value: Json): string | undefined {
  const verdict = isJsonObject(value) ? value['verdict'] : undefined;
  return typeof verdict === 'string' && verdict.length <= rulingMax ? verdict : undefined;
}

function positionsIn({ reading }: Knowledge): Position[] {
  const all = reading.materials.flatMap(({ label, value }): Position[] => {
    const match = answerLabel.exec(label);
    if (!match || !isJsonObject(value)) return [];
    const { answer, argument } = value;
    if (typeof answer !== 'string' || typeof argument !== 'string') return [];
    return [{ label: match[1] ?? '', round: Number(match[2]), answer, argument }];
  });
  const last = Math.max(0, ...all.map(({ round }) => round));
  return all.filter(({ round }) => round === last);
}

/** Positions by what they answer: most holders first, ties by the answer's own text and never by the order shown. */
function groupsOf(positions: readonly Position[]): Position[][] {
  const groups = new Map<string, Position[]>();
  for (const position of positions) {
    const key = textKey(position.answer);
    groups.set(key, [...(groups.get(key) ?? []), position]);
  }
  return [...groups.entries()]
    .sort((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))
    .map(([, held]) => held);
}

export function judgeConsensus(_request: ModelRequest, known: Knowledge): JsonObject {
  const groups = groupsOf(positionsIn(known)).length;
  return { consensus: groups === 1, reason: labelled(`There are ${groups} different answers.`) };
}

/** Counts: the answer most positions give. What all arguments say word for word is what they agree on. */
export function giveVerdict(_request: ModelRequest, known: Knowledge): JsonObject {
  const positions = positionsIn(known);
  const groups = groupsOf(positions);
  const [upheld = [], ...others] = groups;
  const answer = upheld[0]?.answer ?? 'not known';
  const tied = others.some((held) => held.length === upheld.length);
  const verdict = `${upheld.length} of ${positions.length} positions answer: ${answer}${tied ? ' (tied; taken in alphabetical order)' : ''}`;
  const sides = groups.map((held) => ({ label: held[0]?.label ?? '', claim: held[0]?.answer ?? '' })).slice(0, 16);
  return {
    answer,
    verdict: labelled(verdict),
    positions: positions.map((position) => {
      const isUpheld = upheld.includes(position);
      return { label: position.label, upheld: isUpheld, reason: isUpheld ? 'most answer so' : 'fewer answer so' };
    }),
    agreements: sharedLines(positions.map(({ argument }) => argument)),
    disagreements: groups.length > 1 ? [{ about: known.reading.task.slice(0, 200), sides }] : [],
  };
}

function sharedLines(texts: readonly string[]): string[] {
  const [first = '', ...others] = texts;
  const lines = first
    .split('\n')
    .filter((line) => /\p{L}{2}/u.test(line) && others.every((text) => text.includes(line)));
  return [...new Set(lines.map((line) => line.replace(/^[-*]\s+/, '')))].slice(0, 8);
}
