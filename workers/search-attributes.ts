import type { NativeConnection } from '@temporalio/worker';

import { searchAttributes } from '../contracts/names';

/** Numbers of Temporal's `IndexedValueType`, for the types we use. */
const indexedValueTypes = { Keyword: 2, Bool: 5 } as const;
const answerWithinMs = 5000;

/** Whether the namespace knows all our search attributes with their types. Upserting an unknown one wedges a run. */
export async function hasSearchAttributes(connection: NativeConnection, namespace: string): Promise<boolean> {
  const answer = await connection.withDeadline(Date.now() + answerWithinMs, () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  const known = answer.customAttributes ?? {};
  return Object.entries(searchAttributes).every(([name, type]) => Number(known[name]) === indexedValueTypes[type]);
}

/**
 * The probe that `prepareRun` gets: asks once per worker. A server that does not answer it, or does not let us ask,
 * counts as one that knows none: the memo is used, which every server takes.
 */
export function makeSearchAttributeProbe(connection: NativeConnection, namespace: string): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return () => (answer ??= hasSearchAttributes(connection, namespace).catch(() => false));
}
