import { once } from 'node:events';
import { openStore, VersionConflict, type BoardItem } from '../../activities/stores';
import { at, boardWriter, memoryWrite, sampleStep } from './store-rows';

// A process of its own for the store suite: `<append|commit|board|remember> <target as JSON> <run> <name> <count>`.
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
  if (task === 'board') {
    // Adds one to a shared number as often as it is told to, again and again after each conflict.
    let version = 0;
    for (let index = 0; index < Number(count);) {
      try {
        const { artifacts } = (await store.boards.snapshot(run)) ?? { artifacts: [] };
        const seen = artifacts.find((artifact) => artifact.name === 'sum');
        version = seen?.version ?? 0;
        const value = Number(seen?.value ?? 0) + 1;
        const writer = boardWriter(name, `${name}/${index}`);
        await store.boards.put(run, { name: 'sum', expectedVersion: version, owner: null, value }, writer);
        index += 1;
      } catch (error) {
        if (!VersionConflict.of<BoardItem | null>(error)) throw error;
      }
    }
  }
  if (task === 'remember') {
    for (let index = 0; index < Number(count);) {
      const seen = await store.memory.get(run, 'sum', new Date(at));
      const value = Number(seen?.value ?? 0) + 1;
      const key = { namespace: run, callKey: `${name}/${index}`, expectedVersion: seen?.version ?? 0 };
      try {
        await store.memory.remember(memoryWrite('sum', value, key));
        index += 1;
      } catch (error) {
        if (!VersionConflict.of(error)) throw error;
      }
    }
  }
  await store.close();
  process.stdin.destroy();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
