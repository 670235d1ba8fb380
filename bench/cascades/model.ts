import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../contracts/json';
import { answerJson } from './answer';
import { review, score } from './check';
import { doRows } from './cases';
import { giveVerdict, takePosition } from './debate';
import { type Prompt, readPrompt, type Wire } from './read-prompt';
import type { Trial } from './trial';
import { findRow, putTogether, workOut } from './work';

export interface CascadeModel {
  url: string;
  /** Trials by the id that stands in their task. */
  trials: Map<string, Trial>;
  close(): Promise<void>;
}

type Said = { output: JsonObject } | { call: string; args: JsonObject };

const roles: Readonly<Record<string, (prompt: Prompt, trial: Trial) => JsonObject>> = {
  plan: ({ table }) => ({ tasks: table.map(({ row }) => ({ agent: `w${row.slice(1)}`, task: doRows([row]) })) }),
  review,
  score,
  synthesis: (prompt, trial) => answerJson(putTogether(prompt, trial)),
  finding: findRow,
  position: takePosition,
  verdict: giveVerdict,
};

function say(prompt: Prompt, trial: Trial): Said {
  const { agent, role, rows, tools, step } = prompt;
  const answer = roles[role];
  if (answer) return { output: answer(prompt, trial) };
  if (!agent.startsWith('p'))
    return { output: answerJson(workOut(prompt, trial, `${agent}:${rows.join(', ')}`, rows)) };
  // A peer has the row of its number, whatever it was asked; the others are the next one's.
  const tool = tools.find((name) => name.startsWith('consult_'));
  const number = Number(agent.slice(1));
  if (tool !== undefined && step === 0) return { call: tool, args: { task: doRows([`r${number + 1}`]) } };
  return { output: answerJson(workOut(prompt, trial, `${agent}:r${number}`, [`r${number}`])) };
}

/** The scripted model behind the OpenAI protocol on loopback: what it says follows from the request and the trial's dice. */
export async function startCascadeModel(): Promise<CascadeModel> {
  const trials = new Map<string, Trial>();
  const server = createServer((request, response) => {
    void answer(trials, request, response).catch((error: unknown) => {
      // The engine does not try a bad request again: the run fails with this, and so does the measurement.
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `The scripted model: ${String(error)}` } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, trials, close };
}

async function answer(
  trials: ReadonlyMap<string, Trial>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const prompt = readPrompt(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Wire);
  const trial = trials.get(prompt.caseId);
  if (!trial) throw new Error(`nobody has opened the case "${prompt.caseId}"`);
  trial.calls += 1;
  const message = messageOf(say(prompt, trial));
  const body = {
    id: 'cascades',
    object: 'chat.completion',
    created: 0,
    model: 'steps-1',
    choices: [{ index: 0, message, finish_reason: 'tool_calls' in message ? 'tool_calls' : 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function messageOf(said: Said): Record<string, unknown> {
  if ('output' in said) return { role: 'assistant', content: JSON.stringify(said.output) };
  const call = { name: said.call, arguments: JSON.stringify(said.args) };
  return { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: call }] };
}
