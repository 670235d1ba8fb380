import path from 'node:path';

import { packageClientEnv } from '../env';
import { runCommand } from '../process/run-command';
import type { CliSource } from './source';

const moduleName = 'github.com/temporalio/cli';
/** The newest that `go install` accepts: later ones carry a `replace` line, which it refuses. */
const moduleVersion = 'v1.5.1';
export const goPackage = `${moduleName}/cmd/temporal@${moduleVersion}`;

/** Tells in short time whether modules can be fetched at all, before a build of minutes is begun. */
const reachTimeoutMs = 30_000;
const buildTimeoutMs = 900_000;

/** The CLI built from its source: slow, and an older server, but needs nothing but Go. */
export const goInstall: CliSource = {
  name: 'go-install',
  title: `go install ${goPackage}`,
  fetch: async ({ env, folder, onProgress }) => {
    const goEnv = { ...packageClientEnv(env), GOBIN: folder };
    const limits = { cwd: folder, env: goEnv };
    const version = await runCommand('go', ['version'], { ...limits, timeoutMs: 20_000 });
    if (!version.ok) return { reason: version.missing ? 'Go is not installed' : version.reason };
    onProgress(`Asking Go for ${moduleName} ${moduleVersion} …`);
    const reach = await runCommand('go', ['mod', 'download', `${moduleName}@${moduleVersion}`], {
      ...limits,
      timeoutMs: reachTimeoutMs,
    });
    if (!reach.ok) return { reason: reach.reason };
    onProgress('Building the Temporal CLI from source; this takes some minutes …');
    const build = await runCommand('go', ['install', goPackage], {
      ...limits,
      timeoutMs: buildTimeoutMs,
      onTick: (elapsedMs) => onProgress(`Still building (${Math.round(elapsedMs / 1000)} s) …`),
    });
    const file = path.join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
    return build.ok ? { file } : { reason: build.reason };
  },
};
