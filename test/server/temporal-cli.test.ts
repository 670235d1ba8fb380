import type { ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { searchAttributes } from '../../contracts/names';
import { cachedCliPath } from '../../workers/server/cli/cli-cache';
import { doctor } from '../../workers/server/doctor';
import { type FoundCli, locateCli } from '../../workers/server/locate-cli';
import { temporalPassthrough } from '../../workers/server/temporal-passthrough';
import { until } from '../support/harness';
import { commandLines, env, serverBench, withoutTemporal } from '../support/server-bench';

const bench = serverBench();

describe('the cached CLI', () => {
  it('is fetched again when it was cut short, even near its end', async () => {
    const fetched = await locateCli({ env: withoutTemporal, home: bench.home });
    const size = statSync(fetched.path).size;
    for (const damage of [() => truncateSync(fetched.path, size - 100), () => appendFileSync(fetched.path, 'x')]) {
      damage();
      const again = await locateCli({ env: withoutTemporal, home: bench.home });
      expect(again.source).not.toBe('cache');
      expect(statSync(again.path).size).toBe(size);
    }
    expect(readdirSync(path.join(bench.home, 'bin')).sort()).toEqual(['temporal', 'temporal.size']);
  }, 300_000);

  it('survives a fetch that is killed and two that run at the same time: one fetches, the other waits', async () => {
    const killed = bench.spawnFetcher();
    await until(10_000, 'a fetch has begun', () =>
      Promise.resolve(existsSync(path.join(bench.home, 'bin', '.fetch.lock'))),
    );
    await sleep(700);
    killed.kill('SIGKILL');
    await until(10_000, 'nothing of it is left', async () =>
      (await commandLines()).every((line) => !line.includes(bench.home)),
    );
    expect(existsSync(cachedCliPath(bench.home))).toBe(false);
    const found = await Promise.all([bench.spawnFetcher(), bench.spawnFetcher()].map(lastLineOf));
    const sources = found.map((line) => (JSON.parse(line) as FoundCli).source);
    expect(sources.filter((source) => source === 'cache')).toHaveLength(1);
    expect(existsSync(path.join(bench.home, 'bin', '.fetch.lock'))).toBe(false);
  }, 300_000);
});

describe('temporalPassthrough and doctor', () => {
  it('let the CLI talk to the server of the home and name what is there', async () => {
    const withCli = { ...env, TEMPORAL_CLI: bench.cli.path, ANTHROPIC_API_KEY: 'never-printed' };
    const server = await bench.start();
    expect(
      await temporalPassthrough(['operator', 'namespace', 'describe', '-n', 'default', '-o', 'none'], {
        env: withCli,
        home: bench.home,
      }),
    ).toBe(0);
    expect(
      await temporalPassthrough(['workflow', 'describe', '-w', 'absent', '-o', 'none'], {
        env: withCli,
        home: bench.home,
      }),
    ).toBe(1);
    const checks = await doctor({ env: withCli, home: bench.home });
    await server.stop();
    const byName = Object.fromEntries(checks.map((check) => [check.name, check]));
    expect(byName['Temporal CLI']).toMatchObject({ status: 'ok', version: bench.cli.version });
    expect(byName['Temporal server']).toMatchObject({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+/) as string,
    });
    expect(byName['Temporal web UI']).toMatchObject({ status: 'ok', found: server.uiUrl });
    expect(byName['Search attributes']?.found).toBe(Object.keys(searchAttributes).join(', '));
    expect(byName['Model keys']?.found).toBe('set: ANTHROPIC_API_KEY');
    expect(JSON.stringify(checks)).not.toContain('never-printed');
  });
});

async function lastLineOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return output.trim().split('\n').at(-1) ?? '';
}
