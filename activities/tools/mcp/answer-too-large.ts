import { isJsonObject, type JsonObject } from '../../../contracts/json';

/** JSON-RPC error code that stands for an answer which was dropped while it was read; from the range of implementations. */
export const answerTooLargeCode = -32_091;

export interface DroppedAnswer {
  bytes: number;
  max: number;
  /** How it began. */
  head: string;
}

/** Takes the place of an answer that was too long, so that the call that waits for it ends and the connection lives on. */
export function droppedAnswerMessage(id: string | number, dropped: DroppedAnswer): JsonObject {
  const message = `The answer has more than ${dropped.max} bytes and was dropped.`;
  return { jsonrpc: '2.0', id, error: { code: answerTooLargeCode, message, data: { ...dropped } } };
}

export function droppedAnswerOf(data: unknown): DroppedAnswer | undefined {
  if (!isJsonObject(data)) return undefined;
  const { bytes, max, head } = data;
  return typeof bytes === 'number' && typeof max === 'number' && typeof head === 'string'
    ? { bytes, max, head }
    : undefined;
}
