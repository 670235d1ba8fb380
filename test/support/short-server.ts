import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { searchAttributes } from '../../contracts/names';
import { startDevServer, type DevServer } from '../../workers/server/start-dev-server';
import { testServer } from './harness';

export interface ShortServer {
  server: DevServer;
  /** Its folder; goes with it. */
  home: string;
  close(): Promise<void>;
}

/** A dev server of one's own that suggests to continue as new after so many events of a history. */
export async function startShortServer(suggestedEvents: number): Promise<ShortServer> {
  const home = mkdtempSync(path.join(tmpdir(), 'cadre-short-'));
  const server = await startDevServer({
    cli: { path: testServer().cli, version: 'test' },
    env: { PATH: process.env['PATH'] },
    home,
    dbFile: path.join(home, 'temporal.db'),
    namespace: 'default',
    searchAttributes,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': String(suggestedEvents) },
  });
  const close = async (): Promise<void> => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { server, home, close };
}
