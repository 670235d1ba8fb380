import type { JsonObject } from '../../../../contracts/json';
import { isJsonObject, textOf } from '../../../../contracts/json';
import { textKey } from '../../../../contracts/merge/claim';
import type { ModelRequest } from '../../../../contracts/model';
import { cited, lineOf } from '../answer/answer-text';
import { labelled } from '../answer/label';
import { sentencesOf } from '../data/extract-sentences';
import type { Knowledge } from '../data/knowledge';
import { gatherKnowledge } from '../data/knowledge';
import { compareText, unique } from '../words/order';
import { overlap, termSet } from '../words/terms';
import { matchingChoices } from './plan';

const saidLabel = /^(\S+) on item (\d+), round \d+$/;
const spoken =
  /^(?:\S+ on item \d+, round \d+|answers of \S+ to concerns|vote on motion m\d+|motion m\d+|concerns for you to answer)$/;
const worry = /\?$|\b(?:risk|concern|blocked|unclear|missing|not yet|worr|fail)/i;
const wish = /\b(?:should|must|propose|decide|agree to|let us|recommend)\b/i;
const statementLines = 3;
const recordsMax = 200;
const motionsMax = 3;
const nothing = 'I have no material on this item.';

/** The agenda item that is spoken of: the last one that was called, with the task or later. */
function itemIn({ reading }: Knowledge): { number: string; text: string } {
  const called = [...`${reading.task}\n${reading.later}`.matchAll(/agenda item (\d+)(?: of \d+)?: (.*)/gi)].at(-1);
  return { number: called?.[1] ?? '1', text: called?.[2] ?? reading.task };
}

interface Line {
  line: string;
  shared: number;
}

/** Sentences of the agent's own material, those first that share most with a text. What others said is no material. */
function linesOn(request: ModelRequest, known: Knowledge, text: string): Line[] {
  const own = known.reading.materials.filter(({ label }) => !spoken.test(label));
  const evidence = gatherKnowledge(request, known.reading, own);
  const wanted = termSet(text);
  const lines = evidence.records.slice(0, recordsMax).flatMap((record) => {
    const sentences = sentencesOf(record);
    return sentences.length > 0 ? sentences.map((sentence) => cited(sentence, record)) : [lineOf(evidence, record)];
  });
  return unique(lines)
    .map((line) => ({ line, shared: overlap(termSet(line), wanted) }))
    .sort((a, b) => b.shared - a.shared);
}

/** What the material says that has to do with the item; its worries as concerns, its wishes as a proposal. */
export function speakToItem(request: ModelRequest, known: Knowledge): JsonObject {
  const { text } = itemIn(known);
  const lines = linesOn(request, known, text)
    .filter(({ shared }) => shared > 0)
    .map(({ line }) => line);
  if (lines.length === 0) return { statement: labelled(nothing), concerns: [] };
  const worried = lines.find((line) => worry.test(line));
  const [to] = worried === undefined ? [] : matchingChoices(worried, request.choices ?? []);
  const proposal = lines.find((line) => wish.test(line));
  return {
    statement: labelled(lines.slice(0, statementLines).join('\n')),
    concerns: worried !== undefined && to ? [{ to: to.choice.name, concern: worried }] : [],
    ...(proposal !== undefined && { proposal }),
  };
}

/** The line of the material that shares most with each concern, or that there is none. */
export function answerConcerns(request: ModelRequest, known: Knowledge): JsonObject {
  const asked = known.reading.materials.filter(({ label }) => label === 'concerns for you to answer').at(-1)?.value;
  const concerns = (Array.isArray(asked) ? asked : []).filter(isJsonObject);
  const answers = concerns.map(({ id, concern }) => {
    const [best] = linesOn(request, known, textOf(concern));
    const answer = best && best.shared >= 2 ? best.line : 'Nothing in the material answers it.';
    return { concern: textOf(id), answer: labelled(answer) };
  });
  return { answers };
}

/** What was proposed on the item, each once; what has been voted on is not put again. Nothing is made up to be voted on. */
export function putMotions(request: ModelRequest, known: Knowledge): JsonObject {
  const { number } = itemIn(known);
  const { materials } = known.reading;
  const voted = new Set(
    materials.flatMap(({ label, value }) =>
      label.startsWith('vote on motion') && isJsonObject(value) ? [textKey(textOf(value['motion']))] : [],
    ),
  );
  const proposals = materials
    .flatMap(({ label, value }) => {
      const match = saidLabel.exec(label);
      const { proposal } = isJsonObject(value) ? value : {};
      return match?.[2] === number && typeof proposal === 'string' ? [{ by: match[1] ?? '', motion: proposal }] : [];
    })
    .sort((a, b) => compareText(a.motion, b.motion) || compareText(a.by, b.by));
  const names = (request.choices ?? []).map(({ name }) => name);
  const fresh = unique(proposals.map(({ motion }) => textKey(motion))).filter((key) => !voted.has(key));
  return {
    motions: fresh.slice(0, motionsMax).flatMap((key) => {
      const behind = proposals.filter(({ motion }) => textKey(motion) === key);
      const [first] = behind;
      if (!first) return [];
      const rationale = labelled(`Proposed by ${unique(behind.map(({ by }) => by)).join(', ')}.`);
      const doer = behind.find(({ by }) => names.includes(by))?.by;
      const actions = doer === undefined ? [] : [{ agent: doer, task: `Carry out: ${first.motion}` }];
      return [{ motion: first.motion, rationale, actions }];
    }),
  };
}

/** Yes to what the agent's own material says as well, else no opinion: nothing is weighed here. */
export function castBallot(request: ModelRequest, known: Knowledge): JsonObject {
  const motion = known.reading.materials.filter(({ label }) => /^motion m\d+$/.test(label)).at(-1)?.value;
  const text = isJsonObject(motion) ? textOf(motion['motion']) : '';
  const shared = linesOn(request, known, text)[0]?.shared ?? 0;
  return {
    choice: shared >= 2 ? 'yes' : 'abstain',
    reason: labelled(`A sentence of the material shares ${shared} words with it.`),
  };
}

export function breakTie(): JsonObject {
  return { choice: 'no', reason: labelled('A tie leaves things as they are.') };
}
