import type { CallModelResult, DeltaPart } from '../../contracts/activities';
import type { Json } from '../../contracts/json';
import type { SegmentBody } from '../stores';

/** The reply as a segment holds it: only what history holds as well, so that a thread can be rebuilt from it (I2). */
export type SegmentReply = Pick<CallModelResult, 'output' | 'toolCalls' | 'droppedCalls' | 'problems' | 'said'>;

/** A step's segment body, made of the request's delta and the result: the same from a live call and from history. */
export function segmentBodyOf(delta: readonly DeltaPart[], result: SegmentReply): SegmentBody {
  const { output, toolCalls, droppedCalls, problems, said } = result;
  const reply: SegmentReply = {
    ...(output === undefined ? {} : { output }),
    ...(toolCalls === undefined ? {} : { toolCalls }),
    ...(droppedCalls === undefined ? {} : { droppedCalls }),
    ...(problems === undefined ? {} : { problems }),
    ...(said === undefined ? {} : { said }),
  };
  return { delta: delta as unknown as Json, reply: reply as unknown as Json };
}

export function readSegmentBody(body: SegmentBody): { delta: DeltaPart[]; reply: SegmentReply } {
  return { delta: body.delta as unknown as DeltaPart[], reply: body.reply as unknown as SegmentReply };
}
