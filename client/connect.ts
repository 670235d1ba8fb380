import { Client, Connection, type ConnectionOptions } from '@temporalio/client';

export interface CadreClient {
  readonly client: Client;
  readonly namespace: string;
  close(): Promise<void>;
}

const connectWithinMs = 10_000;

/** A client over a connection of its own. Throws Temporal's own error when nothing answers within ten seconds. */
export async function connectClient(settings: ConnectionOptions, namespace: string): Promise<CadreClient> {
  const connection = await Connection.connect({ connectTimeout: connectWithinMs, ...settings });
  return {
    client: new Client({ connection, namespace }),
    namespace,
    close: () => connection.close(),
  };
}
