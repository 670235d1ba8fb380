import { spawn } from 'node:child_process';
import { CadreError } from '../../../contracts/failures';
import { toolLimits } from '../tool-limits';
import type { Repository } from './open-repository';

export interface GitOutput {
  stdout: Buffer;
  /** The output was longer than `toolLimits.gitOutputBytes`; git was stopped there. */
  truncated: boolean;
}

// A repository is foreign data: nothing that its config or attributes name may be executed (hooks, pagers, fsmonitor,
// external diffs, signature checkers, transports).
const harmless = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.pager=cat',
  'core.quotePath=false',
  'color.ui=false',
  'log.showSignature=false',
  'log.mailmap=false',
  'protocol.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/** What git may know of our environment: where programs are, and nothing of the person who runs the worker. */
function environmentOf(path: string | undefined): Record<string, string> {
  return {
    PATH: path ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
  };
}

/** Where git runs: a checked repository, or a folder in which one is looked for. */
export type GitPlace = Pick<Repository, 'folder' | 'searchPath'>;

/**
 * Runs git with an argument list (never a shell). Throws `ToolFailed` with git's own words, or when it takes longer
 * than `toolLimits.gitTimeoutMs`; throws the signal's reason when aborted.
 */
export async function runGit(place: GitPlace, args: readonly string[], signal: AbortSignal): Promise<GitOutput> {
  signal.throwIfAborted();
  const argv = [
    '--no-pager',
    '--literal-pathspecs',
    ...harmless,
    '-c',
    'safe.directory=*',
    '-C',
    place.folder,
    ...args,
  ];
  const child = spawn('git', argv, {
    env: environmentOf(place.searchPath),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
  });
  let late = false;
  const stop = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, toolLimits.gitTimeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { stdout, stderr, code, truncated } = await collect(child, stop);
    signal.throwIfAborted();
    if (late)
      throw new CadreError(
        'ToolFailed',
        `git ${args[0] ?? ''} took longer than ${toolLimits.gitTimeoutMs} ms; ask for less.`,
      );
    if (code !== 0 && !truncated)
      throw new CadreError('ToolFailed', `git ${args[0] ?? ''} failed: ${stderr || `exit ${code}`}`);
    return { stdout, truncated };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

interface Collected extends GitOutput {
  stderr: string;
  code: number | null;
}

function collect(child: ReturnType<typeof spawn>, stop: () => void): Promise<Collected> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stderr = '';
  let truncated = false;
  child.stdout?.on('data', (chunk: Buffer) => {
    const room = toolLimits.gitOutputBytes - bytes;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    bytes += chunk.length;
    if (bytes > toolLimits.gitOutputBytes && !truncated) {
      truncated = true;
      stop();
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < 2_000) stderr += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'git is not installed on this worker' : error.message;
      reject(new CadreError('ToolFailed', `git cannot be started: ${why}.`));
    });
    child.on('close', (code) => {
      resolve({ stdout: Buffer.concat(chunks), stderr: stderr.trim().slice(0, 500), code, truncated });
    });
  });
}
