import type { ModelRequest } from '../../../../contracts/model';
import type { Knowledge } from '../data/knowledge';
import { compareText } from '../words/order';
import type { Idf } from '../words/terms';
import { idfOver, overlap, termSet, words, stem } from '../words/terms';
import type { ToolShape } from './tool-shape';

export interface ScoredTool {
  shape: ToolShape;
  score: number;
}

const fewTools = 4;
const share = 0.3;

/** The readers that have to do with the task, best first: by the terms of the task, then of the instructions. */
export function chooseReaders(shapes: readonly ToolShape[], request: ModelRequest, known: Knowledge): ScoredTool[] {
  const readers = shapes.filter((shape) => shape.kind === 'read');
  const idf = idfOver(shapes.map((shape) => shape.terms));
  const task = termSet(known.reading.task);
  const standing = termSet(`${known.reading.instructions} ${request.agent} ${wantedWords(request)}`);
  const keys = termSet(Object.keys(known.reading.input).join(' '));
  const scored = readers
    .map((shape) => ({ shape, score: scoreTool(shape, task, standing, keys, idf) }))
    .sort((a, b) => b.score - a.score || compareText(a.shape.tool.name, b.shape.tool.name));
  const best = scored[0]?.score ?? 0;
  if (best === 0) return scored.slice(0, fewTools);
  return scored.filter(({ score }) => score >= best * share || (readers.length <= fewTools && score > 0));
}

function scoreTool(
  shape: ToolShape,
  task: ReadonlySet<string>,
  standing: ReadonlySet<string>,
  keys: ReadonlySet<string>,
  idf: Idf,
): number {
  return (
    2 * overlap(shape.terms, task, idf) +
    3 * overlap(shape.nouns, task, idf) +
    0.5 * overlap(shape.terms, standing, idf) +
    overlap(shape.nouns, keys, idf)
  );
}

/** Names in the wanted output: what an agent must give says what it has to read. */
function wantedWords(request: ModelRequest): string {
  return request.output ? JSON.stringify(request.output.schema).slice(0, 4_000) : '';
}

const negations = /\b(?:not|never|don't|do not|without|no longer|must not|cannot|avoid|instead of)\b/i;

/**
 * The acts the task itself asks for: the verb (or one that means the same) stands in a sentence of the task that does
 * not forbid it. Neither data nor tool results are looked at: untrusted text causes no act (I8).
 */
export function chooseActs(shapes: readonly ToolShape[], known: Knowledge): ToolShape[] {
  const sentences = known.reading.task.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => !negations.test(sentence));
  const asked = sentences.map((sentence) => new Set(words(sentence).map(stem)));
  return shapes
    .filter((shape) => shape.kind !== 'read')
    .filter((shape) => {
      const own = asked.filter((stems) => [...shape.verbs].some((verb) => stems.has(verb)));
      if (own.length === 0) return shape.kind === 'make' && asked.some((stems) => overlap(stems, shape.nouns) > 0);
      return shape.kind === 'make' || !isBroad(shape) || own.some((stems) => overlap(stems, shape.terms) > 0);
    })
    .sort((a, b) => Number(b.kind === 'make') - Number(a.kind === 'make') || compareText(a.tool.name, b.tool.name));
}

/** Verbs that change what exists: those need the task to name what they are done to. */
function isBroad(shape: ToolShape): boolean {
  return !['write', 'save', 'send', 'post'].some((verb) => shape.verbs.has(stem(verb)));
}
