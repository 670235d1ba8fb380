import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

import { CadreError } from '../contracts/failures';

const root = path.join(__dirname, '..');
/** Only modules that exist at bundling time can intercept; the replay needs the same ones. */
const workflowInterceptorModules: readonly string[] = [];
/** Versions of these are part of the cache key: their code is in the bundle. */
const bundledPackages = [
  '@temporalio/workflow',
  '@temporalio/worker',
  '@temporalio/common',
  '@noble/hashes',
  'canonicalize',
];
const bundlesKept = 4;

export interface WorkflowBundle {
  codePath: string;
  /** First 16 hex digits of the digest of everything the bundle was made of. */
  digest: string;
}

/**
 * The workflow bundle, built once per state of the sources and kept under `home`. Several processes may ask at once:
 * each builds into a file of its own and the rename decides, so nobody ever reads half a bundle.
 */
export async function workflowBundle(home: string): Promise<WorkflowBundle> {
  const digest = await sourceDigest();
  const folder = path.join(home, 'bundles');
  const codePath = path.join(folder, `workflows-${digest}.cjs`);
  if (await exists(codePath)) return { codePath, digest };
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows', 'index.ts'),
    workflowInterceptorModules: [...workflowInterceptorModules],
    // Webpack's own report is of no use to anybody; its errors come as exceptions.
    logger: new DefaultLogger('ERROR'),
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = `${codePath}.${randomUUID()}`;
  await writeFile(own, code);
  await rename(own, codePath);
  await pruneOld(folder, codePath);
  return { codePath, digest };
}

async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256');
  const folders = ['workflows', 'contracts'].map((name) => path.join(root, name));
  const files = (await Promise.all(folders.map(sourceFiles))).flat().sort();
  for (const file of [...files, ...bundledPackages.map(manifestOf)]) {
    hash
      .update(path.relative(root, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  return hash.update(workflowInterceptorModules.join('\0')).digest('hex').slice(0, 16);
}

async function sourceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const schemas = path.join('contracts', 'schemas');
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.endsWith(schemas))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Not by `require.resolve`: some packages do not export their manifest. */
function manifestOf(name: string): string {
  const candidates = (require.resolve.paths(name) ?? []).map((folder) => path.join(folder, name, 'package.json'));
  const found = candidates.find((file) => existsSync(file));
  if (!found) throw new CadreError('InternalError', `The package ${name} is not installed; run npm ci.`);
  return found;
}

async function pruneOld(folder: string, current: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^workflows-[0-9a-f]+\.cjs$/.test(name));
  const aged = await Promise.all(
    names.map(async (name) => ({ file: path.join(folder, name), at: await ageOf(path.join(folder, name)) })),
  );
  const old = aged.sort((a, b) => b.at - a.at).slice(bundlesKept);
  await Promise.all(old.filter((one) => one.file !== current).map((one) => rm(one.file, { force: true })));
}

async function ageOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false;
}
