import type { Json, JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { bounds } from '../bounds';
import { chooseActs, chooseReaders } from './choose-tools';
import { nextDetails } from './detail-calls';
import { fillArguments } from './fill-arguments';
import type { Knowledge } from '../data/knowledge';
import { nextPages } from './page-calls';
import { callKey } from '../data/read-request';
import { overlap } from '../words/terms';
import { shapeOfTool } from './tool-shape';
import type { ToolShape } from './tool-shape';

export interface PlannedCall {
  name: string;
  args: JsonObject;
}

/** On a board it answers and takes no decisions: what blocks its artifact is its material, and its answer is what it makes. */
const ofBoards = new Set(['board_read', 'board_write', 'board_decide']);

/**
 * The calls of this step, in stages: pages of what was begun and lists not yet read, then details of what they named,
 * then what is made of it, then the act the task asks for. A stage with new calls ends the step; none means: answer.
 * A task that only has ids looked up reads no lists. No call is made twice, whatever became of it.
 */
export function nextCalls(request: ModelRequest, known: Knowledge): PlannedCall[] {
  const { reading } = known;
  if (request.tools.length === 0 || reading.rounds >= bounds.toolRounds) return [];
  const shapes = request.tools.filter(({ name }) => !ofBoards.has(name)).map(shapeOfTool);
  const finders = known.lookUp.length > 0 ? shapes.filter((shape) => shape.kind === 'read' && needs(shape, 'id')) : [];
  if (finders.length > 0) return freshCalls(nextDetails(finders, request, known), known);
  const readers = chooseReaders(shapes, request, known).map(({ shape }) => shape);
  const stages: (() => PlannedCall[])[] = [
    () => [...nextPages(shapes, known), ...listCalls(readers, request, known)],
    () => nextDetails(readers, request, known),
    () => searchCalls(readers, request, known),
    ...chooseActs(shapes, known).map((shape) => () => actCall(shape, request, known)),
  ];
  for (const stage of stages) {
    const fresh = freshCalls(stage(), known);
    if (fresh.length > 0) return fresh;
  }
  return [];
}

function freshCalls(calls: readonly PlannedCall[], known: Knowledge): PlannedCall[] {
  const fresh = new Map<string, PlannedCall>();
  for (const call of calls) {
    const key = callKey(call.name, call.args);
    if (!known.reading.called.has(key) && !fresh.has(key)) fresh.set(key, call);
  }
  return [...fresh.values()].slice(0, bounds.detailsPerRound);
}

/** Whether the tool has been called at all: lists are begun once, and go on by pages. */
export function wasCalled(shape: ToolShape, known: Knowledge): boolean {
  const prefix = `${shape.tool.name} `;
  return [...known.reading.called].some((key) => key.startsWith(prefix));
}

/** Readers that need no id and no query: they show what there is. */
function listCalls(readers: readonly ToolShape[], request: ModelRequest, known: Knowledge): PlannedCall[] {
  const calls: PlannedCall[] = [];
  for (const shape of readers) {
    if (wasCalled(shape, known) || needs(shape, 'id') || needs(shape, 'query')) continue;
    const filled = fillArguments(shape, request, known);
    if ('args' in filled) calls.push({ name: shape.tool.name, args: filled.args });
    if (calls.length >= bounds.callsPerRound) break;
  }
  return calls;
}

/** Searches stand in for lists: where a list of the same noun was read, a search would find the same again. */
function searchCalls(readers: readonly ToolShape[], request: ModelRequest, known: Knowledge): PlannedCall[] {
  const read = readers.filter(
    (shape) => !needs(shape, 'query') && known.reading.materials.some((material) => material.label === shape.tool.name),
  );
  const calls: PlannedCall[] = [];
  for (const shape of readers) {
    if (!needs(shape, 'query') || needs(shape, 'id') || wasCalled(shape, known)) continue;
    if (read.some((other) => shape.nouns.size === 0 || overlap(other.nouns, shape.nouns) > 0)) continue;
    const filled = fillArguments(shape, request, known);
    if ('args' in filled) calls.push({ name: shape.tool.name, args: filled.args });
  }
  return calls;
}

function actCall(shape: ToolShape, request: ModelRequest, known: Knowledge): PlannedCall[] {
  if (wasCalled(shape, known)) return [];
  const filled = fillArguments(shape, request, known);
  const args: Json | undefined = 'args' in filled ? filled.args : undefined;
  // An act with nothing to act on is not worth a person's time.
  return args === undefined || Object.keys(args).length === 0 ? [] : [{ name: shape.tool.name, args }];
}

export function needs(shape: ToolShape, role: string): boolean {
  return shape.args.some((argument) => argument.required && argument.role === role);
}
