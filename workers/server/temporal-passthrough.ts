import { spawn } from 'node:child_process';
import path from 'node:path';

import { loadConnection } from './connection-settings';
import type { Env, OnProgress } from './env';
import { locateCli } from './locate-cli';
import { findRunningServer } from './server-record';

export interface PassthroughOptions {
  readonly env: Env;
  /** CADRE_HOME. */
  readonly home: string;
  readonly onProgress?: OnProgress;
}

/** Flags with which a person says which server is meant; then we say nothing about it. */
const serverFlags = /^--(address|profile|config-file|disable-config-env|env)(=|$)/;

/**
 * Runs the Temporal CLI with our own stdin, stdout and stderr and answers its exit code. Without a configured address
 * it talks to the dev server of this home.
 */
export async function temporalPassthrough(args: readonly string[], options: PassthroughOptions): Promise<number> {
  const { env } = options;
  const home = path.resolve(options.home);
  const cli = await locateCli({ ...options, home });
  const added = args.some((arg) => serverFlags.test(arg)) ? {} : await homeServerVariables(env, home);
  const child = spawn(cli.path, args, { stdio: 'inherit', env: { ...env, ...added } });
  // The terminal sends Ctrl-C to both; the CLI decides what it means, and we pass on how it ended.
  const ignore = (): void => undefined;
  const passOn = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', passOn);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
    });
  } finally {
    process.removeListener('SIGINT', ignore);
    process.removeListener('SIGTERM', passOn);
  }
}

async function homeServerVariables(env: Env, home: string): Promise<Record<string, string>> {
  const settings = loadConnection({ env });
  const running = settings.configuredBy ? undefined : await findRunningServer(home);
  if (!running) return {};
  const { address, namespace } = running;
  return { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] ?? namespace };
}
