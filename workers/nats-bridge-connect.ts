import { readFile } from 'node:fs/promises';

import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';

import { CadreError } from '../contracts/failures';
import type { Config } from './config';

export interface Nats {
  connection: NatsConnection;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  /** Host and port, without credentials. */
  place: string;
}

const urlDefault = 'nats://127.0.0.1:4222';
const connectWithinMs = 5_000;
const reconnectEveryMs = 1_000;

/**
 * Connects as the `nats` command does: NATS_URL, NATS_USER and NATS_PASSWORD or NATS_TOKEN, NATS_CREDS (a file), NATS_CA,
 * NATS_CERT and NATS_KEY. Throws `InvalidInput` with a sentence when nothing answers at the start; a server that is lost
 * later is tried again for as long as it takes.
 */
export async function connectNats({ env }: Pick<Config, 'env'>, url?: string): Promise<Nats> {
  const servers = (url ?? env['NATS_URL'] ?? urlDefault).split(',').map((one) => one.trim());
  const place = servers.map(withoutCredentials).join(', ');
  try {
    const connection = await connect({
      servers,
      name: 'cadre',
      timeout: connectWithinMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: reconnectEveryMs,
      ...(await credentials(env, servers[0] ?? '')),
    });
    return { connection, jetstream: jetstream(connection), manager: await managerOf(connection), place };
  } catch (error) {
    if (CadreError.is(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new CadreError('InvalidInput', `No NATS server with JetStream can be used at ${place} (${said}).`);
  }
}

async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function credentials(env: Config['env'], server: string): Promise<object> {
  const parts = addressOf(server);
  const user = env['NATS_USER'] ?? (parts.username || undefined);
  const pass = env['NATS_PASSWORD'] ?? (parts.password || undefined);
  const { NATS_TOKEN: token, NATS_CREDS: creds, NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile } = env;
  const files = Object.entries({ caFile, certFile, keyFile }).filter(([, file]) => file);
  return {
    ...(creds ? { authenticator: credsAuthenticator(await readFile(creds)) } : {}),
    ...(token ? { token } : {}),
    ...(user !== undefined ? { user: decodeURIComponent(user), pass: decodeURIComponent(pass ?? '') } : {}),
    ...(files.length > 0 ? { tls: Object.fromEntries(files) } : {}),
  };
}

function addressOf(server: string): { username: string; password: string; host: string } {
  try {
    return new URL(/^[a-z]+:\/\//.test(server) ? server : `nats://${server}`);
  } catch {
    throw new CadreError('InvalidInput', 'The address of NATS is none: write it as nats://host:4222.');
  }
}

function withoutCredentials(server: string): string {
  return addressOf(server).host;
}
