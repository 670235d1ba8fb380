import type { ToolCall } from '../../contracts/activities';
import { digestOf } from '../../contracts/digest';
import { isJsonObject, type JsonObject } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { ModelReply } from '../../contracts/model';
import type { CatalogTool } from '../deps';
import { schemaProblems } from './schema-check';

/** Arguments beyond this are refused; they would not fit into history. */
export const argumentBytesMax = 256 * 1024;
/** What all calls of one step may hold together, so that a result stays far below a payload's limit. */
const allArgumentBytesMax = 512 * 1024;

export interface ResolvedCalls {
  calls: ToolCall[];
  dropped: number;
}

/**
 * Holds the calls a model asked for against the tools it was given. A call that fits nothing is kept with its `problem`:
 * the workflow answers it with an error and dispatches nothing. Calls are told apart by their order, never by the ids
 * that models make up (I4). Beyond the cap they are dropped and counted.
 */
export function resolveToolCalls(asked: ModelReply['toolCalls'], tools: readonly CatalogTool[]): ResolvedCalls {
  const taken = asked.slice(0, limits.maxToolCallsPerStep);
  let bytesLeft = allArgumentBytesMax;
  const calls = taken.map(({ name, args }, ordinal) => {
    const bytes = Buffer.byteLength(JSON.stringify(args) ?? '');
    bytesLeft -= bytes;
    const tooLarge = bytes > argumentBytesMax || bytesLeft < 0;
    return resolveCall(ordinal, name, args, tools, tooLarge ? bytes : null);
  });
  return { calls, dropped: asked.length - taken.length };
}

function resolveCall(
  ordinal: number,
  asked: string,
  given: unknown,
  tools: readonly CatalogTool[],
  tooLarge: number | null,
): ToolCall {
  const name = asked.slice(0, 200);
  const tool = tools.find((candidate) => candidate.name === name);
  const args: JsonObject = isJsonObject(given) && tooLarge === null ? given : {};
  const problem = problemOf(name, given, tool, tools, tooLarge);
  return {
    ordinal,
    name,
    tool: tool?.target ?? null,
    args,
    argsDigest: digestOf(args),
    definition: tool?.definition ?? null,
    effect: tool?.effect ?? 'irreversible',
    ...(problem === null ? {} : { problem }),
  };
}

function problemOf(
  name: string,
  given: unknown,
  tool: CatalogTool | undefined,
  tools: readonly CatalogTool[],
  tooLarge: number | null,
): string | null {
  if (!tool) {
    const known = tools.map((candidate) => candidate.name).join(', ');
    return `There is no tool named "${name}". ${known ? `Your tools are: ${known}.` : 'You have no tools in this step.'}`;
  }
  if (tooLarge !== null) {
    return `The arguments of ${name} take ${tooLarge} bytes, which is too much for one call (at most ${argumentBytesMax}). Send less.`;
  }
  if (!isJsonObject(given))
    return `The arguments of ${name} are not one complete JSON object. Send the call again, complete.`;
  const faults = schemaProblems(tool.input, given);
  return faults.length === 0 ? null : `The arguments of ${name} do not fit its schema: ${faults.join('; ')}.`;
}
