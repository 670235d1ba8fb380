import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, Connection } from '@temporalio/client';

import { searchAttributes } from '../../contracts/names';
import { isAlive } from '../../workers/server/process/process-identity';
import { probeServer } from '../../workers/server/probe-server';
import { findRunningServer, readRecord } from '../../workers/server/server-record';
import { until } from '../support/harness';
import { commandLineOf, serverBench } from '../support/server-bench';

const bench = serverBench();

describe('a dev server', () => {
  it('answers with namespace, search attributes, web UI and the recipe, on loopback only, and is gone after stop', async () => {
    const server = await bench.start();
    const connection = await Connection.connect({ address: server.address });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    const handle = await new Client({ connection }).workflow.start('nobody', {
      taskQueue: 'nowhere',
      workflowId: 'w1',
      searchAttributes: { CadreTeam: ['daily'], CadreApprovalPending: [true] },
    });
    expect((await handle.describe()).searchAttributes['CadreTeam']).toEqual(['daily']);
    await connection.close();
    expect((await fetch(server.uiUrl)).status).toBe(200);
    expect(await commandLineOf(server.pid)).toContain('system.enableActivityEagerExecution=true');
    expect(await commandLineOf(server.pid)).toContain('journal_mode=WAL');
    expect(readRecord(bench.home)?.owner.pid).toBe(process.pid);

    await server.stop();
    await server.stop();
    await bench.untilGone(server);
  });

  it('keeps open runs in its database file for the next server', async () => {
    const first = await bench.start();
    await startRun(first.address, 'kept');
    await first.stop();
    const second = await bench.start();
    const connection = await Connection.connect({ address: second.address });
    const { status } = await new Client({ connection }).workflow.getHandle('kept').describe();
    await connection.close();
    await second.stop();
    expect(status.name).toBe('RUNNING');
  });

  it('registers search attributes and the namespace also on a database file that was made without them', async () => {
    const first = await bench.start({ searchAttributes: {} });
    await first.stop();
    const second = await bench.start({ namespace: 'elsewhere' });
    const probes = ['default', 'elsewhere'].map((namespace) =>
      probeServer({ connection: { address: second.address }, namespace, timeoutMs: 5000 }),
    );
    const [inDefault, elsewhere] = await Promise.all(probes);
    await second.stop();
    const third = await bench.start();
    const again = await probeServer({ connection: { address: third.address }, namespace: 'default', timeoutMs: 5000 });
    await third.stop();
    expect(inDefault).toMatchObject({ ok: true, searchAttributes: [] });
    expect(elsewhere?.ok && [...elsewhere.searchAttributes].sort()).toEqual(Object.keys(searchAttributes).sort());
    expect(again.ok && [...again.searchAttributes].sort()).toEqual(Object.keys(searchAttributes).sort());
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'does not outlive an owner that is ended by %s',
    async (signal) => {
      const { owner, record } = await bench.startOwner();
      expect((await findRunningServer(bench.home))?.address).toBe(record.address);
      owner.kill(signal);
      const endedAt = Date.now();
      await bench.untilGone(record);
      expect(Date.now() - endedAt).toBeLessThan(5000);
    },
  );

  it('outlives the Ctrl-C of the terminal until its owner has drained', async () => {
    const { owner, record } = await bench.startOwner('drain');
    const ended = new Promise((resolve) => owner.once('exit', resolve));
    // As a terminal does it: to the whole process group. 40 = the server answered at the end of the drain.
    process.kill(-(owner.pid ?? 0), 'SIGINT');
    expect(await ended).toBe(40);
    await bench.untilGone(record);
  });

  it('does not outlive an owner killed while it starts', async () => {
    for (const afterMs of [150, 400, 550, 700]) {
      const owner = bench.spawnOwner();
      await sleep(afterMs);
      owner.kill('SIGKILL');
      await until(10_000, 'no process of this home', async () => (await bench.processes()).length === 0);
      // Whatever the dead owner left behind does not stop the next one.
    }
    const server = await bench.start();
    await server.stop();
    expect(existsSync(path.join(bench.home, 'server.lock'))).toBe(false);
  });

  it('is ended by its owner when the guard between them is killed', async () => {
    const { record } = await bench.startOwner();
    process.kill(record.guard.pid, 'SIGKILL');
    await bench.untilGone(record);
  });

  it('is ended by the next command when owner and guard were both killed, and replaced', async () => {
    const { owner, record } = await bench.startOwner();
    process.kill(record.guard.pid, 'SIGSTOP');
    owner.kill('SIGKILL');
    process.kill(record.guard.pid, 'SIGKILL');
    await until(10_000, 'the guard is gone', () => Promise.resolve(!isAlive(record.guard)));
    const server = await bench.resolve();
    expect(server.source).toBe('started');
    expect(isAlive(record.server)).toBe(false);
    await server.stop();
  });

  it('ends when its own process is killed, and says so to its owner', async () => {
    const server = await bench.start();
    process.kill(server.pid, 'SIGKILL');
    expect((await server.ended).signal).toBe('SIGKILL');
    await bench.untilGone(server);
  });

  it('shows the last lines of the log when it does not start', async () => {
    const dbFile = path.join(bench.home, 'broken.db');
    writeFileSync(dbFile, 'this is not a database, and it is long enough to be looked at as one\n'.repeat(20));
    await expect(bench.start({ dbFile })).rejects.toThrow(
      /did not start: it ended at once[\s\S]*file is not a database/,
    );
    expect(await bench.processes()).toEqual([]);
    expect(existsSync(path.join(bench.home, 'server.lock'))).toBe(false);
  });

  it('refuses a second server for the same home', async () => {
    const server = await bench.start();
    await expect(bench.start()).rejects.toThrow(`has a Temporal server already (${server.address}`);
    await server.stop();
  });
});

async function startRun(address: string, workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address });
  await new Client({ connection }).workflow.start('nobody', { taskQueue: 'nowhere', workflowId });
  await connection.close();
}
