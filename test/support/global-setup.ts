import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { searchAttributes } from '../../contracts/names';
import { workflowBundle } from '../../workers/bundle';
import { locateCli } from '../../workers/server/locate-cli';
import { startDevServer } from '../../workers/server/start-dev-server';

/** What test files need to know of the server they share. */
export interface TestServer {
  address: string;
  uiUrl: string;
  cli: string;
  /** Home of the server and of the bundle; each harness has a home of its own. */
  home: string;
}

const ownedByTheTests = /^(TEMPORAL_|CADRE_|DATABASE_URL|OPENAI_|ANTHROPIC_|GEMINI_|GOOGLE_|OLLAMA_)/;

/** One real dev server and one workflow bundle for all test files; a namespace each keeps them apart. */
export default async function globalSetup(): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'cadre-test-'));
  const { PATH: where, ...rest } = process.env;
  const env = {
    PATH: where,
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !ownedByTheTests.test(name))),
  };
  // A machine that has the CLI already need not fetch it for every run of the tests.
  const known = process.env['CADRE_TEST_CLI'];
  const cli = await locateCli({ env: known === undefined ? env : { ...env, TEMPORAL_CLI: known }, home });
  const server = await startDevServer({
    cli,
    env,
    home,
    dbFile: path.join(home, 'temporal.db'),
    namespace: 'default',
    searchAttributes,
  });
  await workflowBundle(home);
  const shared: TestServer = { address: server.address, uiUrl: server.uiUrl, cli: cli.path, home };
  process.env['CADRE_TEST_SERVER'] = JSON.stringify(shared);
  (globalThis as { cadreTestServer?: typeof server }).cadreTestServer = server;
}
