import type { ToolCall } from '../../contracts/activities';
import { CadreError } from '../../contracts/failures';
import type { Json, JsonSchema } from '../../contracts/json';
import type { ModelReply } from '../../contracts/model';
import type { CatalogTool } from '../deps';
import { extractJson } from './extract-json';
import { resolveToolCalls } from './resolve-tool-calls';
import { schemaProblems } from './schema-check';

/** What a reply is worth: an output, tool calls, or problems that go back to the model. Never two of them. */
export interface CheckedReply {
  output?: Json;
  toolCalls?: ToolCall[];
  droppedCalls?: number;
  problems?: string[];
  /** The model's words, where they are not the output. */
  said: string;
}

export interface ExpectedReply {
  tools: readonly CatalogTool[];
  noTools: boolean;
  schema: JsonSchema | undefined;
}

/** A reply that the provider's filter stopped is a refusal of this model, and the next one may be asked. */
export function refuseFiltered(reply: ModelReply, where: string): void {
  if (reply.finish !== 'content-filter') return;
  throw new CadreError('ModelRefused', `${where} declined to answer: its content filter stopped the reply.`);
}

/**
 * The gate between a model and everything after it (F28, F30, F31). A cut answer is never an answer, half a call never
 * a call, and nothing of the wrong shape passes.
 */
export function checkReply(reply: ModelReply, expected: ExpectedReply): CheckedReply {
  const { schema, tools } = expected;
  const said = withoutNul(reply.text);
  if (reply.finish === 'length') {
    return {
      said,
      problems: ['The answer was cut off at the limit of its length. Answer again, shorter, and complete.'],
    };
  }
  if (reply.toolCalls.length > 0 && expected.noTools) {
    const problems = ['No tools can be called in this step. Answer now with what you have.'];
    return { said, problems, droppedCalls: reply.toolCalls.length };
  }
  if (reply.toolCalls.length > 0) {
    const { calls, dropped } = resolveToolCalls(reply.toolCalls.map(cleanedCall), tools);
    return { said, toolCalls: calls, ...(dropped > 0 ? { droppedCalls: dropped } : {}) };
  }
  if (said.trim() === '') return { said: '', problems: ['The answer was empty. Give an answer.'] };
  if (!schema) return { said: '', output: said };
  return checkShape(said, schema);
}

function checkShape(said: string, schema: JsonSchema): CheckedReply {
  const value = extractJson(said);
  if (value === undefined) {
    return {
      said,
      problems: ['The answer holds no complete JSON value. Answer with one JSON value of the schema and nothing else.'],
    };
  }
  const faults = schemaProblems(schema, value);
  if (faults.length > 0)
    return { said, problems: faults.map((fault) => `The answer does not fit its schema: ${fault}`) };
  return { said: '', output: value as Json };
}

/** U+0000 cannot be stored by Postgres and means nothing in text. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

function cleanedCall(call: ModelReply['toolCalls'][number]): ModelReply['toolCalls'][number] {
  const text = JSON.stringify(call) ?? '{}';
  return text.includes('\\u0000') ? (JSON.parse(text.replaceAll('\\u0000', '')) as typeof call) : call;
}
