import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { roomAnswer } from './drill-rooms';

/** One request as it arrived: the oracle of what was really asked of the model. */
export interface DrillRequest {
  agent: string;
  role: string;
  /** Assistant messages before it: the step of this conversation. */
  step: number;
  said: string;
  /** Everything it says, the conversation before it included. */
  text: string;
  /** Names of the tools it offers. */
  tools: string[];
  aborted: boolean;
}
/** An answer of a test's own: a message of the OpenAI protocol, and what it is said to have cost. */
export interface DrillAnswer {
  message?: Record<string, unknown>;
  usage?: { input: number; output: number };
  /** Why it stopped, in the words of the protocol: `content_filter` is a refusal. */
  finish?: string;
}
export interface DrillModel {
  url: string;
  requests: DrillRequest[];
  /** Goes before the rules, in whatever it gives. */
  answer: (request: DrillRequest) => DrillAnswer | undefined;
  /** Called before each answer; what it waits for holds the answer back. */
  beforeAnswer: (request: DrillRequest, index: number) => Promise<void> | void;
  close(): Promise<void>;
}

interface Wire {
  messages: { role: string; content: unknown }[];
  response_format?: { json_schema?: { name?: string; schema?: unknown } };
  tools?: { function: { name: string } }[];
}

/**
 * A model behind the OpenAI protocol on loopback that answers by rule from the request alone, so that it gives the same
 * answers to any number of worker processes, killed or not.
 */
export async function startDrillModel(): Promise<DrillModel> {
  const drill: DrillModel = {
    url: '',
    requests: [],
    answer: () => undefined,
    beforeAnswer: () => undefined,
    close: () => Promise.resolve(),
  };
  const server = createServer((request, response) => {
    void answer(drill, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  drill.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  drill.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return drill;
}

async function answer(drill: DrillModel, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const wire = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Wire;
  const seen = read(wire);
  drill.requests.push(seen);
  response.on('close', () => {
    seen.aborted = !response.writableFinished;
  });
  await drill.beforeAnswer(seen, drill.requests.length - 1);
  if (response.destroyed) return;
  const given = drill.answer(seen);
  const message = given?.message ?? reply(seen, wire);
  const { input, output } = given?.usage ?? { input: 100, output: 20 };
  const body = {
    id: 'drill',
    object: 'chat.completion',
    created: 0,
    model: 'drill-1-fixed',
    choices: [{ index: 0, message, finish_reason: given?.finish ?? ('tool_calls' in message ? 'tool_calls' : 'stop') }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part: { text?: string }) => part.text ?? '').join('\n');
  return '';
}

function read({ messages, response_format: format, tools = [] }: Wire): DrillRequest {
  const all = messages.map(({ content }) => textOf(content)).join('\n');
  const agent = /You are agent (\w+)/.exec(all)?.[1] ?? '?';
  const last = messages.map(({ role }) => role).lastIndexOf('assistant');
  const said = messages
    .slice(last + 1)
    .filter(({ role }) => role !== 'system')
    .map(({ content }) => textOf(content))
    .join('\n');
  const step = messages.filter(({ role }) => role === 'assistant').length;
  return {
    agent,
    role: format?.json_schema?.name ?? 'text',
    step,
    said,
    text: all,
    tools: tools.map((tool) => tool.function.name),
    aborted: false,
  };
}

export const json = (value: unknown): { role: 'assistant'; content: string } => ({
  role: 'assistant',
  content: JSON.stringify(value),
});

function reply({ agent, role, step, said, tools }: DrillRequest, wire: Wire): Record<string, unknown> {
  if (agent === 'publisher' && role === 'position' && step === 0 && tools.includes('write_file'))
    return freeText(agent, step, said, wire);
  const inRoom = roomAnswer({ agent, role, schema: wire.response_format?.json_schema?.schema });
  if (inRoom !== undefined) return json(inRoom);
  switch (role) {
    case 'plan':
      return json({ tasks: namesIn(wire).map((name) => ({ agent: name, task: `Do the part of ${name}` })) });
    case 'dag':
      return json({ tasks: namesIn(wire).map((name) => ({ id: name, agent: name, task: `Do the part of ${name}` })) });
    case 'replan':
      return json({ reason: 'nothing better is known', tasks: [] });
    case 'review': {
      const ids = [...said.matchAll(/"subtask"\s*:\s*"(\d+)"/g)].map(([, id]) => id);
      return json({ verdicts: [...new Set(ids)].map((subtask) => ({ subtask, verdict: 'accept', reason: 'good' })) });
    }
    case 'sufficiency':
      return json({ sufficient: true, reason: 'all there' });
    case 'route':
      return json({ route: 'north', confidence: said.includes('unclear') ? 0.2 : 0.9, reason: 'it says north' });
    case 'score':
      return json(said.includes('draft 2') ? { score: 0.9, problems: [] } : { score: 0.4, problems: ['too short'] });
    case 'merge':
      return json({ merged: 'both', conflicts: [] });
    case 'finding': {
      const message = freeText(agent, step, said, wire);
      return 'tool_calls' in message ? message : json({ finding: message['content'] });
    }
    default:
      return freeText(agent, step, said, wire);
  }
}

/** The specialists that the schema of a plan allows. */
function namesIn(wire: Wire): string[] {
  const found = /"agent":\{[^{}]*"enum":(\[[^\]]*\])/.exec(
    JSON.stringify(wire.response_format?.json_schema?.schema ?? {}),
  );
  return JSON.parse(found?.[1] ?? '[]') as string[];
}

function freeText(agent: string, step: number, said: string, wire: Wire): Record<string, unknown> {
  const named = wire.tools?.map((tool) => tool.function.name) ?? [];
  if (agent === 'publisher' && step === 0 && named.includes('write_file')) {
    const args = { path: 'out.txt', content: 'written once' };
    return toolCall('write_file', args);
  }
  if (agent === 'reader' && step < 2 && named.includes('read_file'))
    return toolCall('read_file', { path: `in-${step}.txt` });
  if (agent === 'asker' && step === 0 && named.includes('consult_publisher'))
    return toolCall('consult_publisher', { task: 'Publish it' });
  if (agent === 'author') return { role: 'assistant', content: said.includes('scored') ? 'draft 2' : 'draft 1' };
  return { role: 'assistant', content: `${agent} is done` };
}

export function toolCall(name: string, args: unknown): Record<string, unknown> {
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } }],
  };
}
