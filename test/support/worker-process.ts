import { pino } from 'pino';
import { readConfig } from '../../workers/config';
import { runWorker } from '../../workers/main';

/**
 * A worker as a process of its own, for tests that kill it: `node bin/run-ts.cjs test/support/worker-process.ts`, with
 * the settings of a harness in its environment and the harness's folder as working directory. Says `ready` on stdout.
 */
async function main(): Promise<void> {
  const config = readConfig();
  const { connection, namespace } = config.temporal;
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const worker = await runWorker({ config, server: { connection, namespace }, log, graceMs: 500 });
  process.stdout.write('ready\n');
  process.once('SIGTERM', () => void worker.shutdown().then(() => process.exit(0)));
  await worker.ended;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
