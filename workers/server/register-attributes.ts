import { Connection } from '@temporalio/client';

import type { ConnectSettings } from './probe-server';

/** `temporal.api.enums.v1.IndexedValueType`, by the names the CLI uses. */
const indexedValueTypes = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const;
export type SearchAttributeType = keyof typeof indexedValueTypes;
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>;

export interface RegisterOptions {
  readonly connection: ConnectSettings;
  readonly namespace: string;
  readonly searchAttributes: SearchAttributeTypes;
  readonly timeoutMs: number;
}

/**
 * Registers search attributes on a server that runs. Needed although `start-dev` takes them as flags: on a database
 * file that has the namespace already it ignores the flags. Throws what the server answers.
 */
export async function registerSearchAttributes(options: RegisterOptions): Promise<void> {
  const { namespace, searchAttributes, timeoutMs } = options;
  const types = Object.entries(searchAttributes).map(([name, type]) => [name, indexedValueTypes[type]] as const);
  const connection = await Connection.connect({ ...options.connection, connectTimeout: timeoutMs });
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) }),
    );
  } finally {
    await connection.close();
  }
}
