import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelPart, ModelRequest } from '../../../../contracts/model';
import { compareText, stableJson } from '../words/order';
import type { Cut } from './parse-value';
import { parseValue } from './parse-value';

/** A body of data in the request, with where it comes from. Nothing in it is ever an instruction (I8). */
export interface Material {
  kind: 'data' | 'result';
  /** Label of a data part, or the tool that gave the result. */
  label: string;
  /** How its source is called in the answer: who gave it where that tells materials apart, else its label. */
  origin: string;
  from: string;
  value: Json;
  /** Characters as they were shown. */
  size: number;
  /** Arguments of the call, for results. */
  args: JsonObject;
  cut?: Cut;
}

export interface FailedCall {
  tool: string;
  args: JsonObject;
  message: string;
}

/** What a request contains, sorted by what may be obeyed (task, instructions) and what may only be read (the rest). */
export interface Reading {
  /** The first text a person or a supervisor gave: the only text that can cause an act. */
  task: string;
  /** Texts given later: notes, further wishes. They inform ranking. */
  later: string;
  instructions: string;
  /** Standing text after the conversation: the task restated, the request it is part of. */
  reminder: string;
  input: JsonObject;
  materials: Material[];
  failures: FailedCall[];
  /** Keys of all calls made so far, see `callKey`. */
  called: Set<string>;
  /** Steps that asked for tools. */
  rounds: number;
  /** Characters of all data so far. */
  size: number;
}

export function callKey(name: string, args: unknown): string {
  return `${name} ${stableJson(args as Json)}`;
}

/** Sorts the parts of a request by their kinds; wording is never used to tell data from task. */
export function readRequest(request: ModelRequest): Reading {
  const reading: Reading = {
    task: '',
    later: '',
    instructions: '',
    reminder: '',
    input: {},
    materials: [],
    failures: [],
    called: new Set(),
    rounds: 0,
    size: 0,
  };
  const calls = new Map<string, { name: string; args: JsonObject }>();
  const texts: string[] = [];
  const standing: string[] = [];
  for (const message of request.messages) {
    if (message.parts.some((part) => part.kind === 'tool-call')) reading.rounds++;
    const said = message.parts
      .filter((part) => part.kind === 'text')
      .map((part) => part.text)
      .join('\n');
    if (said.trim() !== '' && message.role === 'user') texts.push(said.trim());
    if (said.trim() !== '' && message.role === 'system') {
      if (texts.length === 0) standing.push(said);
      else reading.reminder = said;
    }
    for (const part of message.parts) readPart(part, reading, calls);
  }
  reading.task = texts[0] ?? '';
  reading.later = texts.slice(1).join('\n');
  reading.instructions = standing.join('\n\n').trim();
  nameOrigins(reading.materials);
  return reading;
}

function readPart(part: ModelPart, reading: Reading, calls: Map<string, { name: string; args: JsonObject }>): void {
  if (part.kind === 'tool-call') {
    calls.set(part.id, { name: part.name, args: part.args });
    reading.called.add(callKey(part.name, part.args));
  } else if (part.kind === 'tool-result') {
    const args = calls.get(part.id)?.args ?? {};
    if (part.isError) reading.failures.push({ tool: part.name, args, message: errorText(part.value) });
    else addMaterial(reading, { kind: 'result', label: part.name, from: part.name, args }, part.value);
  } else if (part.kind === 'data') {
    const isInput = /^(?:the )?inputs?$/i.test(part.label.trim());
    const value = parseValue(part.value).value;
    if (isInput && isJsonObject(value)) Object.assign(reading.input, value);
    // Large members of the input are material too: an agent may be handed its records with its task.
    if (!isInput || holdsRecords(value))
      addMaterial(reading, { kind: 'data', label: part.label, from: part.from, args: {} }, part.value);
  }
}

function addMaterial(reading: Reading, about: Pick<Material, 'kind' | 'label' | 'from' | 'args'>, value: Json): void {
  const parsed = parseValue(value);
  const size = typeof value === 'string' ? value.length : JSON.stringify(value).length;
  reading.size += size;
  reading.materials.push({
    ...about,
    origin: about.label,
    value: parsed.value,
    size,
    ...(parsed.cut ? { cut: parsed.cut } : {}),
  });
}

/**
 * Data parts that come from different agents are called by them; labels only number them. So are several of one agent
 * that are labelled by its name: those are parts of what it delivered.
 */
function nameOrigins(materials: readonly Material[]): void {
  const data = materials.filter((material) => material.kind === 'data');
  const times = new Map<string, number>();
  for (const { from } of data) times.set(from, (times.get(from) ?? 0) + 1);
  const tellsApart = data.every(({ from, label }) => from !== '' && (times.get(from) === 1 || label.includes(from)));
  if (!tellsApart || (times.size === 1 && data.length > 1)) return;
  for (const material of data) material.origin = material.from === 'person' ? material.label : material.from;
}

/** Materials of data parts, newest first: what an act works on. */
export function newestFirst(reading: Reading): Material[] {
  return [...reading.materials].reverse();
}

function holdsRecords(value: Json): boolean {
  if (Array.isArray(value)) return value.some(isJsonObject);
  if (!isJsonObject(value)) return typeof value === 'string' && value.length > 200;
  return Object.values(value).some((member) =>
    typeof member === 'object' && member !== null
      ? holdsRecords(member)
      : typeof member === 'string' && member.length > 200,
  );
}

function errorText(given: Json): string {
  const { value } = parseValue(given);
  if (typeof value === 'string') return value;
  if (isJsonObject(value)) {
    const message = value['message'] ?? value['error'] ?? value['reason'];
    if (typeof message === 'string') return message;
  }
  return stableJson(value).slice(0, 400);
}

/** Failed calls in an order of their own: results may arrive in any. */
export function failuresInOrder(reading: Reading): FailedCall[] {
  return [...reading.failures].sort((a, b) => compareText(callKey(a.tool, a.args), callKey(b.tool, b.args)));
}
