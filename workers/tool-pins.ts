import path from 'node:path';
import type { Logger } from 'pino';

import { openStore, type ToolPin } from '../activities/stores';
import { CadreError } from '../contracts/failures';
import type { Config } from './config';

type PinsConfig = Pick<Config, 'home' | 'databaseUrl'>;

/** The definitions of a server's tools that were fixed at first use. */
export async function listToolPins(config: PinsConfig, log: Logger, server: string): Promise<ToolPin[]> {
  const store = await openPins(config, log);
  try {
    return await store.toolPins.list(server);
  } finally {
    await store.close();
  }
}

/** An operator accepts a changed definition by its whole digest. Throws `InvalidInput` for a tool that has no pin. */
export async function repinTool(config: PinsConfig, log: Logger, pin: Omit<ToolPin, 'pinnedAt'>): Promise<ToolPin> {
  const store = await openPins(config, log);
  try {
    const { server, tool } = pin;
    if (!(await store.toolPins.get(server, tool))) {
      throw new CadreError(
        'InvalidInput',
        `No definition of the tool "${tool}" of ${server} is pinned, so none can be replaced.`,
      );
    }
    const accepted = { ...pin, pinnedAt: new Date().toISOString() };
    await store.toolPins.repin(accepted);
    return accepted;
  } finally {
    await store.close();
  }
}

function openPins({ home, databaseUrl }: PinsConfig, log: Logger) {
  return openStore({ file: path.join(home, 'cadre.db'), ...(databaseUrl === undefined ? {} : { databaseUrl }), log });
}
