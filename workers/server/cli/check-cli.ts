import { execFile, type ExecFileException } from 'node:child_process';

import { type Env, plainEnv } from '../env';

/** `0.x` takes other flags. */
const majorMin = 1;
/** What a CLI built by `go install` says of itself, whatever its version is. */
const sourceBuild = '0.0.0-DEV';
/** Generous: 150 MB come from the disk the first time. */
const versionTimeoutMs = 15_000;

export type CliCheck =
  | { readonly works: true; readonly path: string; readonly version: string; readonly serverVersion?: string }
  | { readonly works: false; readonly path: string; readonly missing: boolean; readonly reason: string };

/** Runs `<path> --version`: the only proof that a file is a whole Temporal CLI of this platform. Never rejects. */
export function checkCli(path: string, env: Env): Promise<CliCheck> {
  return new Promise((resolve) => {
    const options = {
      env: plainEnv(env) as NodeJS.ProcessEnv,
      timeout: versionTimeoutMs,
      killSignal: 'SIGKILL',
    } as const;
    const onEnd = (error: ExecFileException | null, stdout: string): void => {
      if (error) {
        resolve({ works: false, path, missing: error.code === 'ENOENT', reason: reasonOf(error) });
        return;
      }
      resolve(readVersion(path, stdout));
    };
    try {
      execFile(path, ['--version'], { ...options, encoding: 'utf8' }, onEnd);
    } catch (error) {
      onEnd(error as ExecFileException, '');
    }
  });
}

function readVersion(path: string, stdout: string): CliCheck {
  const version = /^temporal version (\d+)\.(\d+\.\d+\S*)/.exec(stdout.trim());
  if (!version) return { works: false, path, missing: false, reason: 'it is not the Temporal CLI' };
  if (Number(version[1]) < majorMin && `${version[1]}.${version[2]}` !== sourceBuild) {
    return {
      works: false,
      path,
      missing: false,
      reason: `its version ${version[1]}.${version[2]} is older than ${majorMin}.0`,
    };
  }
  const server = /\(Server ([^,)]+)/.exec(stdout)?.[1];
  const found = { works: true, path, version: `${version[1]}.${version[2]}` } as const;
  return server ? { ...found, serverVersion: server } : found;
}

function reasonOf(error: ExecFileException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EACCES') return 'it may not be executed';
  // 126 and 127: the C library gave a file it could not execute to the shell, which could not either.
  if (error.code === 'ENOEXEC' || error.code === 126 || error.code === 127)
    return 'it is damaged or made for another system';
  if (error.killed) return `it did not answer --version within ${versionTimeoutMs / 1000} s`;
  return error.signal ? `it crashed (${error.signal})` : `--version ended with ${String(error.code)}`;
}
