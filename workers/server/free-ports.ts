import { createServer, type Server } from 'node:net';

export const loopback = '127.0.0.1';

/** The preferred ports if all of them are free, else as many free ones as asked for. All on the loopback address. */
export async function pickPorts(count: number, preferred?: readonly number[]): Promise<number[]> {
  if (preferred) {
    const ports = await holdAll(preferred);
    if (ports) return ports;
  }
  const ports = await holdAll(new Array<number>(count).fill(0));
  return ports ?? (await pickPorts(count));
}

/** Holds all ports at the same time, so that they differ, then lets them go. */
async function holdAll(ports: readonly number[]): Promise<number[] | undefined> {
  const held = await Promise.all(ports.map((port) => hold(port)));
  const servers = held.filter((server) => server !== undefined);
  const free = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return free.length === ports.length ? free : undefined;
}

function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
