import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Command } from 'commander';

import type { Artifact } from '../../workers/run-artifacts';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';
import { logFileOf, Session } from '../session';
import { printable } from '../show-approval';
import { formatTable } from '../terminal';

interface ArtifactsOptions {
  out?: string;
}

export function registerArtifacts(program: Command, ctx: CliContext): void {
  program
    .command('artifacts')
    .summary('what a run has produced: list, print or save it')
    .description(
      'Lists what a run and its children have produced. With a name (or the beginning of a digest) that one is printed, ' +
        'or saved with --out; of several versions of a name the latest.',
    )
    .argument('<run>', 'workflow id of the run')
    .argument('[name]', 'name of an artifact, or the beginning of its digest')
    .option('--out <file>', 'write it to this file')
    .action(async (run: string, name: string | undefined, options: ArtifactsOptions) => {
      if (name === undefined && options.out !== undefined) {
        throw new CliError('--out needs to know which artifact.', `npx cadre artifacts '${run}'`, exitCodes.usage);
      }
      ctx.terminal.raw = name !== undefined && options.out === undefined;
      const artifacts = await artifactsOf(ctx, run);
      if (name === undefined) list(ctx, run, artifacts);
      else await give(ctx, run, chosen(artifacts, run, name), options);
    });
}

const quietLog = (ctx: CliContext) =>
  lazy.log().makeLog({ ...ctx.config(), logLevel: 'error' }, { file: logFileOf(ctx.config().home) });

async function artifactsOf(ctx: CliContext, run: string): Promise<Artifact[]> {
  const session = await new Session(ctx).open();
  const { workflowId, firstRunId } = await ctx.lifetime.race(lazy.client().describeRun(session.client, run));
  return lazy.runArtifacts().listRunArtifacts(ctx.config(), quietLog(ctx), `${workflowId}#${firstRunId}`);
}

function list({ terminal }: CliContext, run: string, artifacts: readonly Artifact[]): void {
  terminal.result({ workflowId: run, artifacts: artifacts.map(shown) });
  if (terminal.json) return;
  if (artifacts.length === 0) {
    terminal.line(`The store of this folder holds no artifacts of ${run}.`);
    return;
  }
  const rows = artifacts.map((one) => [
    printable(one.name),
    String(one.bytes),
    printable(one.mime),
    one.blob,
    one.createdAt,
  ]);
  terminal.line(formatTable(['name', 'bytes', 'mime', 'digest', 'made'], rows));
  terminal.line();
  terminal.line(`Print one: npx cadre artifacts '${run}' <name>, or save it with --out <file>`);
}

const shown = ({ name, bytes, mime, blob, agent, path: place, createdAt }: Artifact) => ({
  name,
  bytes,
  mime,
  digest: blob,
  agent,
  path: place,
  createdAt,
});

const digestPart = /^(sha256:)?[0-9a-f]{6,64}$/;

function chosen(artifacts: readonly Artifact[], run: string, name: string): Artifact {
  const byName = artifacts.filter((one) => one.name === name).at(-1);
  const digits = digestPart.test(name) ? `sha256:${name.replace('sha256:', '')}` : undefined;
  const byDigest = digits === undefined ? [] : artifacts.filter(({ blob }) => blob.startsWith(digits));
  const found = byName ?? (new Set(byDigest.map(({ blob }) => blob)).size === 1 ? byDigest[0] : undefined);
  if (found) return found;
  const names = [...new Set(artifacts.map((one) => printable(one.name)))].join(', ') || 'none';
  throw new CliError(
    `The run ${run} has no artifact "${name}"; it has: ${names}.`,
    `npx cadre artifacts '${run}'`,
    exitCodes.usage,
  );
}

async function give(ctx: CliContext, run: string, artifact: Artifact, { out }: ArtifactsOptions): Promise<void> {
  const { terminal } = ctx;
  const bytes = await lazy.runArtifacts().readRunArtifact(ctx.config(), quietLog(ctx), artifact);
  if (out !== undefined) {
    const file = path.resolve(ctx.config().cwd, out);
    await save(file, bytes, out);
    terminal.result({ workflowId: run, ...shown(artifact), file });
    terminal.line(`Saved   ${out} (${bytes.length} bytes, ${artifact.blob})`);
    return;
  }
  const text = textOf(bytes);
  const content = text === undefined ? { base64: bytes.toString('base64') } : { text };
  terminal.result({ workflowId: run, ...shown(artifact), ...content });
  if (terminal.json) return;
  if (terminal.interactive) {
    if (text === undefined) {
      const next = `npx cadre artifacts '${run}' '${artifact.name}' --out FILE`;
      throw new CliError(`${artifact.name} is no text (${artifact.mime}).`, next, exitCodes.usage);
    }
    // A terminal obeys escape sequences, and what a run has made may say what a mail has said.
    terminal.bytes(Buffer.from(text.split('\n').map(printable).join('\n')));
  } else terminal.bytes(bytes);
}

async function save(file: string, bytes: Buffer, given: string): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new CliError(`${given} cannot be written (${code}).`, 'name a file in a folder that exists', exitCodes.usage);
  }
}

/** Undefined for bytes that are no text. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
