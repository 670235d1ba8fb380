/** A process that owns a dev server, for tests that end it the hard way. argv: home, path of the CLI. Prints one line. */
import path from 'node:path';

import { startDevServer } from '../../workers/server/start-dev-server';

const [home = '', cli = ''] = process.argv.slice(2);

void startDevServer({
  cli: { path: cli, version: '0' },
  env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  home,
  dbFile: path.join(home, 'temporal.db'),
  namespace: 'default',
  searchAttributes: { CadreTeam: 'Keyword' },
}).then(
  (server) => {
    process.stdout.write(`${JSON.stringify(server)}\n`);
    // The server alone must not keep its owner alive; this does.
    setInterval(() => undefined, 1000);
  },
  (error: Error) => {
    process.stderr.write(error.message);
    process.exitCode = 1;
  },
);
