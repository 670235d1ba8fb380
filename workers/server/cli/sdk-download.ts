import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { folderBytes } from './cli-cache';
import { packageClientEnv } from '../env';
import { runCommand } from '../process/run-command';
import type { CliSource } from './source';

const timeoutMs = 180_000;
/** Without a network it fails in 30 ms; behind one that swallows packets this is what it costs. */
const stallMs = 10_000;
const binaryBytesMin = 20_000_000;

/** The SDK's own download of the CLI: the official source. */
export const sdkDownload: CliSource = {
  name: 'sdk-download',
  title: "the Temporal SDK's own download",
  fetch: async ({ env, folder, onProgress }) => {
    onProgress('Asking the Temporal SDK to download the Temporal CLI …');
    const result = await runCommand(process.execPath, [path.join(__dirname, 'run-sdk-download.cjs'), folder], {
      cwd: folder,
      env: packageClientEnv(env),
      timeoutMs,
      stall: { ms: stallMs, amount: () => folderBytes(folder) },
      onTick: () => onProgress(`Downloading: ${Math.round(folderBytes(folder) / 1e6)} MB so far …`),
    });
    // The SDK chooses the file's name; the binary is by far the largest file there.
    const file = largestFile(folder);
    if (result.ok && file) return { file };
    return { reason: result.reason || 'it left no binary' };
  },
};

function largestFile(folder: string): string | undefined {
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  const sized = files.map((file) => ({ file, size: statSync(file).size })).filter(({ size }) => size > binaryBytesMin);
  return sized.sort((a, b) => b.size - a.size)[0]?.file;
}
