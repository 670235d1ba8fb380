import path from 'node:path';
import { realpath } from 'node:fs/promises';
import { CadreError } from '../../../contracts/failures';
import type { BuiltinContext } from '../define-tool';
import { resolveAllowed } from '../jail';
import { runGit } from './run-git';

export interface Repository {
  /** Absolute real path of the work tree's top, or of a bare repository. */
  folder: string;
  name: string;
  searchPath: string | undefined;
}

/**
 * The repository that a call names, or the source's option `repo`, or the working directory's. Its folder and its
 * git directory (a `.git` file can point anywhere) must both be inside the folders this worker may use.
 */
export async function openRepository(given: string | undefined, context: BuiltinContext): Promise<Repository> {
  const option = context.options['repo'];
  const wanted = given ?? (typeof option === 'string' ? option : '.');
  const start = await resolveAllowed(context.roots, wanted);
  const searchPath = context.env['PATH'];
  const asked = { folder: start, searchPath };
  const gitDir = await firstLine(asked, ['rev-parse', '--absolute-git-dir'], context.signal).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
    throw new CadreError('ToolFailed', `"${wanted}" is not inside a git repository.`);
  });
  await resolveAllowed(context.roots, await realpath(gitDir));
  const bare = (await firstLine(asked, ['rev-parse', '--is-bare-repository'], context.signal)) === 'true';
  const top = bare ? gitDir : await firstLine(asked, ['rev-parse', '--show-toplevel'], context.signal);
  const folder = await resolveAllowed(context.roots, top);
  return { folder, name: path.basename(folder), searchPath };
}

/** The full hash of a revision. Throws `ToolFailed` with a sentence when there is none of that name. */
export async function resolveRevision(repository: Repository, revision: string, signal: AbortSignal): Promise<string> {
  if (/^-|[\s\0]|\.\./.test(revision))
    throw new CadreError('ToolFailed', `"${revision}" is not the name of one revision.`);
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  try {
    return await firstLine(repository, args, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new CadreError(
      'ToolFailed',
      `The repository ${repository.name} has no revision "${revision}"; git_log lists what there is.`,
    );
  }
}

async function firstLine(
  place: Pick<Repository, 'folder' | 'searchPath'>,
  args: string[],
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await runGit(place, args, signal);
  return stdout.toString('utf8').split('\n')[0] ?? '';
}
