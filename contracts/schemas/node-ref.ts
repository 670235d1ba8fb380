import { z } from 'zod';
import type { Node } from '../node';

let whole: z.ZodType<Node> | undefined;

/** A node anywhere inside another one. A bare text is an agent's name. */
export const nodeRef: z.ZodType<Node> = z.lazy(() => {
  if (!whole) throw new Error('contracts/schemas/node.ts was not loaded');
  return whole;
});

/** Called once, by node.ts: the schema of nodes is made of fields that hold nodes. */
export function defineNode(schema: z.ZodType<Node>): void {
  whole = schema;
}
