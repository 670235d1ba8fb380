import type { Answered, AskedTool, Wire, WireEvent } from './replies';

const finishes = { stop: 'end_turn', tools: 'tool_use', length: 'max_tokens', filtered: 'refusal' };
const model = 'claude-test-20260101';

function inputUsage({ usage }: Answered) {
  const { input, cached } = usage;
  return { input_tokens: input - cached, cache_read_input_tokens: cached, cache_creation_input_tokens: 0 };
}

const event = (type: string, more: object): WireEvent => ({ event: type, data: JSON.stringify({ type, ...more }) });

function textBlock(text: string, index: number): WireEvent[] {
  const half = Math.ceil(text.length / 2);
  const deltas = [text.slice(0, half), text.slice(half)].filter(Boolean);
  return [
    event('content_block_start', { index, content_block: { type: 'text', text: '' } }),
    ...deltas.map((part) => event('content_block_delta', { index, delta: { type: 'text_delta', text: part } })),
    event('content_block_stop', { index }),
  ];
}

function toolBlock({ name, args, id }: AskedTool, index: number): WireEvent[] {
  return [
    event('content_block_start', {
      index,
      content_block: { type: 'tool_use', id: id ?? `toolu_${index}`, name, input: {} },
    }),
    event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: args } }),
    event('content_block_stop', { index }),
  ];
}

function readArgs(args: string): unknown {
  try {
    return JSON.parse(args) as unknown;
  } catch {
    return args;
  }
}

/** Anthropic's messages, written by hand from their documentation. */
export const anthropicWire: Wire = {
  whole: (reply) => {
    const texts = reply.text ? [{ type: 'text', text: reply.text }] : [];
    const calls = reply.calls.map(({ name, args, id }, index) => ({
      type: 'tool_use',
      id: id ?? `toolu_${index}`,
      name,
      input: readArgs(args),
    }));
    return {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      content: reply.empty ? [] : [...texts, ...calls],
      stop_reason: reply.finish === null ? null : finishes[reply.finish],
      stop_sequence: null,
      usage: { ...inputUsage(reply), output_tokens: reply.usage.output },
    };
  },
  events: (reply) => {
    const usage = { ...inputUsage(reply), output_tokens: 1 };
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    const texts = reply.text ? textBlock(reply.text, 0) : [];
    const first = reply.text ? 1 : 0;
    const calls = reply.calls.flatMap((call, index) => toolBlock(call, first + index));
    const end =
      reply.finish === null
        ? []
        : [
            event('message_delta', {
              delta: { stop_reason: finishes[reply.finish], stop_sequence: null },
              usage: { output_tokens: reply.usage.output },
            }),
          ];
    return [
      event('message_start', { message }),
      ...(reply.empty ? [] : [...texts, ...calls]),
      ...end,
      event('message_stop', {}),
    ];
  },
  error: (status, message, code) => ({ type: 'error', error: { type: code ?? `error_${status}`, message } }),
  streamError: (type) => event('error', { error: { type, message: `The stream failed: ${type}` } }),
};
