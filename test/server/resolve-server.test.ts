import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { isAlive } from '../../workers/server/process/process-identity';
import { resolveServer } from '../../workers/server/resolve-server';
import { findRunningServer, readRecord, recordFileOf, type ServerRecord } from '../../workers/server/server-record';
import { env, serverBench } from '../support/server-bench';

const bench = serverBench();

describe('resolveServer', () => {
  it('gives four commands that start together one server, and only its owner stops it', async () => {
    const resolved = await Promise.all([1, 2, 3, 4].map(() => bench.resolve()));
    expect(new Set(resolved.map(({ address }) => address)).size).toBe(1);
    expect(resolved.map(({ source }) => source).sort()).toEqual(['running', 'running', 'running', 'started']);
    for (const user of resolved.filter(({ source }) => source === 'running')) await user.stop();
    expect(await findRunningServer(bench.home)).toBeDefined();
    await resolved.find(({ source }) => source === 'started')?.stop();
    expect(await findRunningServer(bench.home)).toBeUndefined();
  });

  it('removes a stale record in silence, also when its numbers belong to other processes now', async () => {
    const server = await bench.start();
    const record = readRecord(bench.home) as ServerRecord;
    await server.stop();
    const bystander = { pid: process.pid, started: 'another process' };
    writeFileSync(recordFileOf(bench.home), JSON.stringify({ ...record, guard: bystander, server: bystander }));
    expect(await findRunningServer(bench.home)).toBeUndefined();
    expect(existsSync(recordFileOf(bench.home))).toBe(false);
  });

  it('uses a configured server that answers, with its web UI, and never stops it', async () => {
    const theirs = await bench.start();
    const configured = { ...env, TEMPORAL_ADDRESS: theirs.address };
    const resolved = await resolveServer({
      env: configured,
      home: path.join(bench.home, 'other'),
      allowConfigured: 'loopback',
    });
    expect(resolved).toMatchObject({ source: 'configured', address: theirs.address, namespace: 'default' });
    await resolved.stop();
    expect(isAlive(theirs.server)).toBe(true);
    await theirs.stop();
  });

  it('says which configured address does not answer, or lacks the namespace, and starts nothing', async () => {
    const dead = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:9' };
    await expect(resolveServer({ env: dead, home: bench.home, allowConfigured: 'always' })).rejects.toThrow(
      'nothing listens on 127.0.0.1:9. It is configured by TEMPORAL_ADDRESS',
    );
    const server = await bench.start();
    const noSpace = { ...env, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'elsewhere' };
    await expect(resolveServer({ env: noSpace, home: bench.home, allowConfigured: 'always' })).rejects.toThrow(
      'has no namespace elsewhere',
    );
    await server.stop();
  });

  it('passes over a configured address of another machine when only this one is allowed', async () => {
    const told: string[] = [];
    const remote = { ...env, TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_CLI: bench.cli.path };
    const options = { env: remote, home: bench.home, allowConfigured: 'loopback', usualPorts: false } as const;
    const server = await resolveServer({ ...options, onProgress: (text) => told.push(text) });
    await server.stop();
    expect(server.source).toBe('started');
    expect(told[0]).toBe(
      'TEMPORAL_ADDRESS names temporal.example:7233, which is not this machine; it is not used here.',
    );
  });

  it('starts nothing when it is told not to', async () => {
    await expect(resolveServer({ env, home: bench.home, allowConfigured: 'always', start: false })).rejects.toThrow(
      'npx cadre dev',
    );
    expect(readdirSync(bench.home)).toEqual([]);
  });
});
