import type { Answered, Wire, WireEvent } from './replies';

const finishes = { stop: 'stop', tools: 'tool_calls', length: 'length', filtered: 'content_filter' };
const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt-test-2026-01-01' };

function usageOf({ usage }: Answered) {
  const { input, cached, output } = usage;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

function finishOf({ finish }: Answered): string | null {
  return finish === null ? null : finishes[finish];
}

/** OpenAI's chat completions, written by hand from their documentation, so that no client of ours checks itself. */
export const openaiWire: Wire = {
  whole: (reply) => {
    const calls = reply.calls.map(({ name, args, id }, index) => ({
      id: id ?? `call_${index}`,
      type: 'function',
      function: { name, arguments: args },
    }));
    const message = {
      role: 'assistant',
      content: reply.text || null,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
    const choices = reply.empty ? [] : [{ index: 0, message, finish_reason: finishOf(reply) }];
    return { ...head, object: 'chat.completion', choices, usage: usageOf(reply) };
  },
  events: (reply) => {
    const chunk = (choices: unknown[], more: object = {}): WireEvent => {
      return { data: JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more }) };
    };
    if (reply.empty) return [chunk([]), { data: '[DONE]' }];
    const delta = (part: object): WireEvent => chunk([{ index: 0, delta: part, finish_reason: null }]);
    const half = Math.ceil(reply.text.length / 2);
    const texts = [reply.text.slice(0, half), reply.text.slice(half)]
      .filter(Boolean)
      .map((content) => delta({ content }));
    const calls = reply.calls.flatMap(({ name, args, id }, index) => [
      delta({
        tool_calls: [{ index, id: id ?? `call_${index}`, type: 'function', function: { name, arguments: '' } }],
      }),
      delta({ tool_calls: [{ index, function: { arguments: args } }] }),
    ]);
    const end = reply.finish === null ? [] : [chunk([{ index: 0, delta: {}, finish_reason: finishOf(reply) }])];
    const counted = reply.finish === null ? [] : [chunk([], { usage: usageOf(reply) })];
    return [delta({ role: 'assistant', content: '' }), ...texts, ...calls, ...end, ...counted, { data: '[DONE]' }];
  },
  error: (status, message, code) => ({ error: { message, type: `error_${status}`, param: null, code: code ?? null } }),
  streamError: (type) => ({
    data: JSON.stringify({ error: { message: `The stream failed: ${type}`, type, code: null } }),
  }),
};
