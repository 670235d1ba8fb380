import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { CliHome } from '../support/cli-home';
import { testServer } from '../support/harness';
import { ConsoleSession, parseConsole } from './console';

// The consoles of README.md, from top to bottom, in one folder and one shell, as a reader types them. That README.md
// shows these files is checked by scripts/check-docs.cjs.
let home: CliHome;
let session: ConsoleSession;

beforeAll(() => {
  home = new CliHome();
  copyFileSync(path.join(__dirname, 'report.json'), path.join(home.folder, 'report.json'));
  // Somebody's own server may hold the usual port on this machine; plain `temporal` then has to be told another.
  const temporal = path.join(home.folder, 'path', 'temporal');
  rmSync(temporal);
  const address = `$(sed -n 's/.*"address": "\\(.*\\)".*/\\1/p' '${path.join(home.home, 'server.json')}')`;
  writeFileSync(temporal, `#!/bin/sh\nexec '${testServer().cli}' --address "${address}" "$@"\n`);
  chmodSync(temporal, 0o755);
  session = new ConsoleSession(home.folder, { ...home.env, TEMPORAL_CLI: testServer().cli });
});

afterAll(async () => {
  session.end();
  await home.close();
}, 30_000);

it.each(['demo', 'kill', 'temporal', 'team'])(
  'README.md: %s.console',
  async (name) => {
    const shown = parseConsole(readFileSync(path.join(__dirname, `${name}.console`), 'utf8'));
    expect(shown.length).toBeGreaterThan(1);
    for (const one of shown) await session.expect(one, 60_000);
  },
  180_000,
);
