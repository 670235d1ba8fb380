import { connect } from 'node:net';

import { Connection, type ConnectionOptions } from '@temporalio/client';

import { isLoopback, splitAddress } from './address';

/** What both `Connection.connect` and `NativeConnection.connect` take. */
export type ConnectSettings = Pick<ConnectionOptions, 'apiKey' | 'tls'> & {
  readonly address: string;
  readonly metadata?: Record<string, string>;
};

export interface ProbeOptions {
  readonly connection: ConnectSettings;
  readonly namespace: string;
  readonly timeoutMs: number;
}

export type Probe =
  | { readonly ok: true; readonly serverVersion: string; readonly searchAttributes: readonly string[] }
  | { readonly ok: false; readonly cause: 'unreachable' | 'no-namespace' | 'denied'; readonly reason: string };

const grpcNotFound = 5;
const grpcDenied = [7, 16];

/** Asks a server who it is, whether it has the namespace, and which search attributes are registered. Never rejects. */
export async function probeServer({ connection: settings, namespace, timeoutMs }: ProbeOptions): Promise<Probe> {
  const deadline = Date.now() + timeoutMs;
  let connection: Connection | undefined;
  if (isLoopback(settings.address) && !(await listensAt(settings.address))) {
    return { ok: false, cause: 'unreachable', reason: `nothing listens on ${settings.address}` };
  }
  try {
    connection = await Connection.connect({ ...settings, connectTimeout: timeoutMs });
    const { workflowService, operatorService } = connection;
    return await connection.withDeadline(deadline, async () => {
      const system = await workflowService.getSystemInfo({});
      await workflowService.describeNamespace({ namespace });
      // Not every server lets everybody ask this; a probe is no reason to fail.
      const attributes = await operatorService.listSearchAttributes({ namespace }).catch(() => undefined);
      const searchAttributes = Object.keys(attributes?.customAttributes ?? {});
      return { ok: true, serverVersion: system.serverVersion ?? '', searchAttributes };
    });
  } catch (error) {
    return faultOf(error, settings.address, namespace);
  } finally {
    await connection?.close().catch(() => undefined);
  }
}

function listensAt(address: string): Promise<boolean> {
  const { host, port } = splitAddress(address);
  return listens(host, port, 1000);
}

/** Whether anything listens there: far quicker than gRPC, which waits a second after a refused connection. */
function listens(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function faultOf(error: unknown, address: string, namespace: string): Extract<Probe, { ok: false }> {
  const { code, details } = error as { code?: number | string; details?: string };
  if (code === grpcNotFound) {
    return { ok: false, cause: 'no-namespace', reason: `${address} has no namespace ${namespace}` };
  }
  if (typeof code === 'number' && grpcDenied.includes(code)) {
    return { ok: false, cause: 'denied', reason: `${address} refuses our credentials (${details})` };
  }
  const told = details ? details : error instanceof Error ? error.message : String(error);
  return { ok: false, cause: 'unreachable', reason: `${address} does not answer (${told.split('\n')[0]})` };
}
