import { Client, Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { searchAttributes, taskQueue } from '../../contracts/names';
import type { RunResult } from '../../contracts/run';
import { readConfig } from '../../workers/config';
import { runWorker } from '../../workers/main';
import { locateCli } from '../../workers/server/locate-cli';
import { startDevServer } from '../../workers/server/start-dev-server';
import type { CascadeModel } from './model';
import type { StartRun } from './run-trial';

export const teamFolder = path.join(__dirname, 'team');
/** The Temporal CLI is fetched once for all measurements. */
const sharedHome = path.join(__dirname, '../../node_modules/.cache/cadre');

export interface Lab {
  start: StartRun;
  close(): Promise<void>;
}

/** A development server of the measurement's own and one worker in this process, with nothing of the person's set-up. */
export async function openLab(model: Pick<CascadeModel, 'url'>, environment: NodeJS.ProcessEnv): Promise<Lab> {
  const cli = await locateCli({ env: environment, home: sharedHome });
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-cascades-'));
  const home = path.join(folder, 'home');
  const env = { PATH: environment['PATH'] };
  const dbFile = path.join(folder, 'temporal.db');
  const server = await startDevServer({ cli, env, home, dbFile, namespace: 'default', searchAttributes });
  const { address, namespace } = server;
  cpSync(teamFolder, path.join(folder, 'agents', 'cascades'), { recursive: true });
  const settings = { ...env, CADRE_HOME: home, TEMPORAL_ADDRESS: address, CASCADES_MODEL_URL: model.url };
  const worker = await runWorker({
    config: readConfig(settings, folder),
    server: { connection: { address }, namespace },
    log: pino({ level: 'silent' }),
    graceMs: 500,
  });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const start: StartRun = async (type, input) => {
    const workflowId = `${type}/${randomUUID().slice(0, 8)}`;
    return (await client.workflow.execute(type, { workflowId, taskQueue, args: [input] })) as RunResult;
  };
  const close = async (): Promise<void> => {
    await worker.shutdown();
    await connection.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { start, close };
}
