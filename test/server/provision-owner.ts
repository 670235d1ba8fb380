/**
 * A process that owns a dev server, for tests that end it. argv: home, path of the CLI, and `drain` for one that needs a
 * second between Ctrl-C and its end, in which the server must still answer. Prints the server as one line.
 */
import path from 'node:path';

import { probeServer } from '../../workers/server/probe-server';
import { type DevServer, startDevServer } from '../../workers/server/start-dev-server';

const [home = '', cli = '', drain] = process.argv.slice(2);

void startDevServer({
  cli: { path: cli, version: '0' },
  env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  home,
  dbFile: path.join(home, 'temporal.db'),
  namespace: 'default',
  searchAttributes: { CadreTeam: 'Keyword' },
}).then(
  (server) => {
    // The server alone must not keep its owner alive; this does.
    setInterval(() => undefined, 1000);
    if (drain) process.on('SIGINT', () => setTimeout(() => void drainAndStop(server), 1000));
    // Last: whoever reads this line may send the signal at once.
    process.stdout.write(`${JSON.stringify(server)}\n`);
  },
  (error: Error) => {
    process.stderr.write(error.message);
    process.exitCode = 1;
  },
);

async function drainAndStop(server: DevServer): Promise<void> {
  const probe = await probeServer({ connection: { address: server.address }, namespace: 'default', timeoutMs: 2000 });
  await server.stop();
  process.exit(probe.ok ? 40 : 41);
}
