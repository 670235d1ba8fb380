import type { LanguageModelV3FunctionTool, LanguageModelV3Message, LanguageModelV3Prompt } from '@ai-sdk/provider';
import type { ModelMessage, ModelPart, ModelTool } from '../../contracts/model';
import { renderData, renderToolResult } from './render-part';

export interface PromptStyle {
  /** Texts that follow each other in one message are joined, for servers that take only a string there. */
  joinTexts: boolean;
  /** Marks the end of the stable beginning for providers that cache on request. */
  cacheMark?: NonNullable<LanguageModelV3Message['providerOptions']>;
}

/** Tool names as providers take them (letters, digits, `_`, `-`, at most 64), and the way back. */
export interface ToolNames {
  toWire: (name: string) => string;
  fromWire: (name: string) => string;
}

export function toolNames(tools: readonly ModelTool[], messages: readonly ModelMessage[]): ToolNames {
  const called = messages.flatMap((message) =>
    message.parts.flatMap((part) => (part.kind === 'tool-call' || part.kind === 'tool-result' ? [part.name] : [])),
  );
  const wire = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const name of [...tools.map((tool) => tool.name), ...called]) {
    if (wire.has(name)) continue;
    const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'tool';
    let candidate = plain;
    for (let n = 2; taken.has(candidate); n += 1) candidate = `${plain.slice(0, 60)}_${n}`;
    wire.set(name, candidate);
    taken.set(candidate, name);
  }
  return { toWire: (name) => wire.get(name) ?? name, fromWire: (name) => taken.get(name) ?? name };
}

export function toAiSdkTools(tools: readonly ModelTool[], names: ToolNames): LanguageModelV3FunctionTool[] {
  return tools.map((tool) => ({
    type: 'function',
    name: names.toWire(tool.name),
    description: tool.description,
    inputSchema: tool.input,
  }));
}

/** Our messages in the AI SDK's words: data is fenced here, so every provider gets the same bytes. */
export function toAiSdkPrompt(
  messages: readonly ModelMessage[],
  names: ToolNames,
  style: PromptStyle,
): LanguageModelV3Prompt {
  // A system message after the first is the engine's word on this step: not every provider takes one there.
  const placed = messages.map((message, at) =>
    at > 0 && message.role === 'system' ? { ...message, role: 'user' as const } : message,
  );
  const joined = style.joinTexts ? joinUsers(placed) : placed;
  const prompt = joined.map((message) => toAiSdkMessage(message, names, style));
  const { cacheMark } = style;
  if (!cacheMark) return prompt;
  // The last message is said anew in each step; everything before it only grows.
  const marks = new Set([0, prompt.length - 2].filter((at) => at >= 0));
  return prompt.map((message, at) => (marks.has(at) ? { ...message, providerOptions: cacheMark } : message));
}

/** Chat templates of small models want user and assistant to alternate. */
function joinUsers(messages: readonly ModelMessage[]): ModelMessage[] {
  const joined: ModelMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === 'user' && message.role === 'user') {
      joined[joined.length - 1] = { role: 'user', parts: [...last.parts, ...message.parts] };
    } else joined.push(message);
  }
  return joined;
}

function toAiSdkMessage(message: ModelMessage, names: ToolNames, style: PromptStyle): LanguageModelV3Message {
  const texts = message.parts.flatMap((part) => textOf(part));
  switch (message.role) {
    case 'system':
      return { role: 'system', content: texts.join('\n\n') };
    case 'user': {
      const parts = style.joinTexts ? [texts.join('\n\n')] : texts;
      return { role: 'user', content: parts.map((text) => ({ type: 'text', text })) };
    }
    case 'assistant':
      return { role: 'assistant', content: message.parts.flatMap((part) => assistantPart(part, names)) };
    case 'tool':
      return {
        role: 'tool',
        content: message.parts.flatMap((part) => {
          if (part.kind !== 'tool-result') return [];
          const output = {
            type: part.isError ? ('error-text' as const) : ('text' as const),
            value: renderToolResult(part),
          };
          return [{ type: 'tool-result' as const, toolCallId: part.id, toolName: names.toWire(part.name), output }];
        }),
      };
  }
}

type AssistantPart = Extract<LanguageModelV3Message, { role: 'assistant' }>['content'][number];

function assistantPart(part: ModelPart, names: ToolNames): AssistantPart[] {
  if (part.kind === 'text') return [{ type: 'text', text: part.text }];
  if (part.kind !== 'tool-call') return [];
  return [{ type: 'tool-call', toolCallId: part.id, toolName: names.toWire(part.name), input: part.args }];
}

function textOf(part: ModelPart): string[] {
  if (part.kind === 'text') return [part.text];
  return part.kind === 'data' ? [renderData(part)] : [];
}
