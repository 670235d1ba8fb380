import { CadreError } from '../../contracts/failures';
import type {
  ModelCallOptions,
  ModelMessage,
  ModelPart,
  ModelProvider,
  ModelReply,
  ModelRequest,
} from '../../contracts/model';
import { renderData, renderToolResult } from './render-part';
import { parseScript, type ScriptDefinition, type ScriptEntry, type ScriptInput } from './script';
import { suffer, wait } from './script-faults';
import { folderScriptState, memoryScriptState, type ScriptState } from './script-state';

/** What happened at the scripted model: one entry for each request that reached it. */
export interface ScriptedCall {
  agent: string;
  role: string;
  path: string;
  step: number;
  /** How often this very call has been asked for, from 1. */
  tries: number;
  /** Index of the script's entry that answered. */
  entry: number;
}

/** A scripted model: a provider that says what its script says, and the account of how it was used. */
export interface Script {
  readonly provider: ModelProvider;
  /** Requests that reached this process's provider, in order. */
  readonly calls: readonly ScriptedCall[];
  /** Entries that never came and calls that were not foreseen, one sentence each; empty when all went as written. */
  verify(): string[];
}

/**
 * Makes a scripted model for tests, examples and demos. An entry answers one call: a call is an agent's step at a path,
 * so a retry of it, in whatever process, gets the same entry. A call that no entry fits is a failure, and so is an entry
 * that was never used (`verify`). Throws `InvalidTeam` when the script has faults.
 */
export function makeScript(input: ScriptInput | ScriptDefinition, name = 'script'): Script {
  const definition = parseScript(input, name);
  const state = definition.state === undefined ? memoryScriptState() : folderScriptState(definition.state);
  const calls: ScriptedCall[] = [];
  const call = async (request: ModelRequest, options: ModelCallOptions): Promise<ModelReply> => {
    options.signal.throwIfAborted();
    const key = callKeyOf(request);
    const tries = state.countTry(key);
    const index = entryFor(definition, state, request, key);
    const entry = definition.calls[index];
    if (!entry) {
      state.noteUnexpected(key);
      throw new CadreError(
        'InternalError',
        `The script ${name} foresees no call of ${key}. Add an entry that fits it.`,
      );
    }
    const { agent, role, path, step } = request;
    calls.push({ agent, role, path, step, tries, entry: index });
    return answer(entry, tries, request, options, name);
  };
  return { provider: { name: 'scripted', call }, calls, verify: () => verify(definition, state) };
}

function callKeyOf({ agent, path, step, role }: ModelRequest): string {
  return `${agent} at ${path}, step ${step}, as ${role}`;
}

/** The entry this call holds already, else the first free one that fits; -1 when none does. */
function entryFor({ calls }: ScriptDefinition, state: ScriptState, request: ModelRequest, key: string): number {
  const holders = calls.map((_entry, index) => state.holderOf(index));
  const held = holders.indexOf(key);
  if (held >= 0) return held;
  const callsOfAgent = new Set(holders.filter((holder) => holder?.startsWith(`${request.agent} at `)));
  const said = newestText(request);
  for (const [index, entry] of calls.entries()) {
    if (!fits(entry, request, said, callsOfAgent.size + 1)) continue;
    if (entry.repeat) {
      state.claim(index, 'any call');
      return index;
    }
    if (holders[index] === null && state.claim(index, key)) return index;
  }
  return -1;
}

function fits(entry: ScriptEntry, request: ModelRequest, said: string, nth: number): boolean {
  if (entry.agent !== undefined && entry.agent !== request.agent) return false;
  if (entry.path !== undefined && entry.path !== request.path) return false;
  if (entry.role !== undefined && entry.role !== request.role) return false;
  if (entry.step !== undefined && entry.step !== request.step) return false;
  if (entry.call !== undefined && entry.call !== nth) return false;
  return entry.match === undefined || matches(entry.match, said);
}

function matches(wanted: string, said: string): boolean {
  const pattern = /^\/(.+)\/([a-z]*)$/s.exec(wanted);
  return pattern ? new RegExp(pattern[1] ?? '', pattern[2]).test(said) : said.includes(wanted);
}

/** What was said since the model's last answer: task, data, tool results; not the engine's own words. */
function newestText({ messages }: ModelRequest): string {
  const last = messages.map(({ role }) => role).lastIndexOf('assistant');
  const newest = messages.slice(last + 1).filter(({ role }) => role !== 'system');
  return newest.flatMap((message: ModelMessage) => message.parts.map(textOf)).join('\n');
}

function textOf(part: ModelPart): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'data') return renderData(part);
  return part.kind === 'tool-result' ? renderToolResult(part) : '';
}

async function answer(
  entry: ScriptEntry,
  tries: number,
  request: ModelRequest,
  options: ModelCallOptions,
  name: string,
): Promise<ModelReply> {
  if (entry.delayMs > 0) await wait(entry.delayMs, options);
  const { fault } = entry;
  const faulty = fault !== undefined && tries <= fault.times;
  const scripted = replyOf(entry, request, name);
  const reply = faulty ? await suffer(fault, scripted, request, options) : scripted;
  options.onProgress?.(reply.text.length);
  return reply;
}

function replyOf({ reply, usage }: ScriptEntry, request: ModelRequest, name: string): ModelReply {
  const text = reply.text ?? (reply.output === undefined ? '' : JSON.stringify(reply.output));
  const toolCalls = reply.toolCalls ?? [];
  const inputTokens = Math.ceil(JSON.stringify(request.messages).length / 4);
  const outputTokens = Math.ceil((text.length + JSON.stringify(toolCalls).length) / 4);
  return {
    text,
    toolCalls,
    finish: reply.finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop'),
    usage: usage ?? { inputTokens, cachedInputTokens: 0, outputTokens },
    resolvedModel: name,
  };
}

function verify({ calls }: ScriptDefinition, state: ScriptState): string[] {
  const unused = calls.flatMap((entry, index) => {
    if (entry.optional || state.holderOf(index) !== null) return [];
    const { agent, path, role, step, call, match } = entry;
    return [`Entry ${index} was never used: ${JSON.stringify({ agent, path, role, step, call, match })}.`];
  });
  return [...unused, ...state.unexpected().map((call) => `A call was not foreseen: ${call}.`)];
}
