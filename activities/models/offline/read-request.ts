import type { Json, JsonObject } from '../../../contracts/json';
import { isJsonObject } from '../../../contracts/json';
import type { ModelRequest } from '../../../contracts/model';
import { stableJson } from './order';
import { parseValue } from './parse-value';

/** A body of data in the request, with where it comes from. Nothing in it is ever an instruction (I8). */
export interface Material {
  kind: 'data' | 'result';
  /** Label of a data part, or the tool that gave the result. */
  label: string;
  from: string;
  value: Json;
  /** Arguments of the call, for results. */
  args: JsonObject;
}

export interface FailedCall {
  tool: string;
  args: JsonObject;
  message: string;
}

/** What a request contains, sorted by what may be obeyed (task, instructions) and what may only be read (the rest). */
export interface Reading {
  task: string;
  instructions: string;
  input: JsonObject;
  materials: Material[];
  failures: FailedCall[];
  /** Keys of all calls made so far, see `callKey`. */
  called: Set<string>;
  /** Assistant messages that asked for tools. */
  rounds: number;
}

export function callKey(name: string, args: unknown): string {
  return `${name} ${stableJson(args as Json)}`;
}

/** Sorts the parts of a request by their kinds; wording is never used to tell data from task. */
export function readRequest(request: ModelRequest): Reading {
  const reading: Reading = { task: '', instructions: '', input: {}, materials: [], failures: [], called: new Set(), rounds: 0 };
  const calls = new Map<string, { name: string; args: JsonObject }>();
  const tasks: string[] = [];
  const standing: string[] = [];
  for (const message of request.messages) {
    if (message.parts.some((part) => part.kind === 'tool-call')) reading.rounds++;
    for (const part of message.parts) {
      if (part.kind === 'text') {
        if (message.role === 'user') tasks.push(part.text);
        else if (message.role === 'system') standing.push(part.text);
      } else if (part.kind === 'tool-call') {
        calls.set(part.id, { name: part.name, args: part.args });
        reading.called.add(callKey(part.name, part.args));
      } else if (part.kind === 'tool-result') {
        const args = calls.get(part.id)?.args ?? {};
        if (part.isError) reading.failures.push({ tool: part.name, args, message: errorText(part.value) });
        else reading.materials.push({ kind: 'result', label: part.name, from: part.name, value: parseValue(part.value), args });
      } else addData(reading, part.label, part.from, parseValue(part.value));
    }
  }
  reading.task = tasks.join('\n\n').trim();
  reading.instructions = standing.join('\n\n').trim();
  return reading;
}

function addData(reading: Reading, label: string, from: string, value: Json): void {
  const isInput = /^(?:the )?inputs?$/i.test(label.trim());
  if (isInput && isJsonObject(value)) Object.assign(reading.input, value);
  // Large members of the input are material too: an agent may be handed its records with its task.
  if (!isInput || holdsRecords(value)) reading.materials.push({ kind: 'data', label, from, value, args: {} });
}

function holdsRecords(value: Json): boolean {
  if (Array.isArray(value)) return value.some(isJsonObject);
  if (!isJsonObject(value)) return typeof value === 'string' && value.length > 200;
  return Object.values(value).some((member) => typeof member === 'object' && member !== null ? holdsRecords(member) : typeof member === 'string' && member.length > 200);
}

function errorText(value: Json): string {
  const read = parseValue(value);
  if (typeof read === 'string') return read;
  if (isJsonObject(read)) {
    const message = read['message'] ?? read['error'] ?? read['reason'];
    if (typeof message === 'string') return message;
  }
  return stableJson(read).slice(0, 400);
}
