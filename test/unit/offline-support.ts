import { offlineProvider } from '../../activities/models/offline';
import type { Json, JsonObject, JsonSchema } from '../../contracts/json';
import type { ModelMessage, ModelReply, ModelRequest, ModelTool } from '../../contracts/model';

/** A tool that runs inside the test: its definition as a model sees it, and what it does. */
export interface LocalTool extends ModelTool {
  run(args: JsonObject): Json | Promise<Json>;
}

export interface Played {
  reply: ModelReply;
  calls: { name: string; args: JsonObject }[];
  rounds: number;
  messages: ModelMessage[];
}

export const data = (
  label: string,
  value: Json,
  from = 'person',
  untrusted: string[] = [],
): ModelMessage['parts'][number] => ({ kind: 'data', label, from, value, untrusted });
export const text = (words: string): ModelMessage['parts'][number] => ({ kind: 'text', text: words });

export function requestOf(
  task: string,
  parts: ModelMessage['parts'] = [],
  more: Partial<ModelRequest> = {},
): ModelRequest {
  return {
    agent: 'helper',
    role: 'agent',
    path: 'helper',
    step: 0,
    messages: [
      { role: 'system', parts: [text('You are the agent "helper" of the team "t".')] },
      { role: 'user', parts: [text(task), ...parts] },
    ],
    tools: [],
    maxOutputTokens: 4096,
    ...more,
  };
}

export function ask(request: ModelRequest): Promise<ModelReply> {
  return offlineProvider.call(request, { signal: new AbortController().signal, timeoutMs: 60_000, stream: false });
}

export async function askJson(request: ModelRequest): Promise<JsonObject> {
  return JSON.parse((await ask(request)).text) as JsonObject;
}

const stepsMax = 24;

/** Plays an agent's loop as the engine does: calls are run, results shown, until there is an answer. */
export async function play(
  request: ModelRequest,
  tools: readonly LocalTool[],
  show: (value: Json) => Json = (value) => value,
): Promise<Played> {
  const messages = [...request.messages];
  const calls: Played['calls'] = [];
  for (let step = 0; step < stepsMax; step += 1) {
    const noTools = step === stepsMax - 1;
    const shown = tools.map(({ name, description, input }) => ({ name, description, input }));
    const reply = await ask({ ...request, step, messages, tools: noTools ? [] : shown });
    if (reply.toolCalls.length === 0) return { reply, calls, rounds: step, messages };
    const asked = reply.toolCalls.map((call, at) => ({
      id: `call_${step}_${at}`,
      name: call.name,
      args: call.args as JsonObject,
    }));
    messages.push({ role: 'assistant', parts: asked.map((call) => ({ kind: 'tool-call', ...call })) });
    const parts: ModelMessage['parts'] = [];
    for (const call of asked) {
      calls.push({ name: call.name, args: call.args });
      const result = await runTool(tools, call.name, call.args);
      parts.push({
        kind: 'tool-result',
        id: call.id,
        name: call.name,
        value: result.isError ? result.value : show(result.value),
        isError: result.isError,
        untrusted: [],
      });
    }
    messages.push({ role: 'tool', parts });
  }
  throw new Error('The agent never answered.');
}

async function runTool(
  tools: readonly LocalTool[],
  name: string,
  args: JsonObject,
): Promise<{ value: Json; isError: boolean }> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) return { value: `There is no tool ${name}.`, isError: true };
  try {
    return { value: await tool.run(args), isError: false };
  } catch (error) {
    return { value: error instanceof Error ? error.message : String(error), isError: true };
  }
}

export const object = (
  properties: Record<string, JsonSchema>,
  required: string[] = Object.keys(properties),
): JsonSchema => ({ type: 'object', properties, required, additionalProperties: false });
export const string = (description = ''): JsonSchema => ({ type: 'string', ...(description ? { description } : {}) });
export const strings = (description = ''): JsonSchema => ({
  type: 'array',
  items: { type: 'string' },
  ...(description ? { description } : {}),
});

/** A value as text, for comparing. */
export const said = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? '');
