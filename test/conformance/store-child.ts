import { once } from 'node:events';
import { openStore } from '../../activities/stores';
import { sampleStep } from './store-rows';

// A process of its own for the store suite: `<append|commit> <target as JSON> <run> <name> <count>`.
// Prints `ready` when open, then works; `commit` goes on until it is killed when count is 0.
const [, , task, target = '{}', run = '', name = '', count = '0'] = process.argv;

async function main(): Promise<void> {
  const store = await openStore(JSON.parse(target) as { file: string; databaseUrl?: string });
  process.stdout.write('ready\n');
  // Until told to, so that several children begin together.
  await once(process.stdin, 'data');
  if (task === 'append') {
    const entries = Array.from({ length: Number(count) }, (_, index) => ({
      eventKey: `${name}/${index}`,
      at: '2026-01-01T00:00:00.000Z',
      actor: name,
      action: 'model-call',
      subject: `step ${index}`,
      body: { index },
    }));
    // Four at a time, as parallel agents of one run do.
    const lanes = [0, 1, 2, 3].map(async (lane) => {
      for (const entry of entries.filter((_, index) => index % 4 === lane)) await store.audit.append(run, [entry]);
    });
    await Promise.all(lanes);
  }
  if (task === 'commit') {
    const most = Number(count) || Number.MAX_SAFE_INTEGER;
    for (let index = 0; index < most; index += 1) await store.commitStep(sampleStep(run, name, index));
  }
  await store.close();
  process.stdin.destroy();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
