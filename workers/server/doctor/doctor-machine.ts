import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { DoctorCheck } from './doctor-check';
import { type Env, packageClientEnv } from '../env';
import { findCli, installCommands } from '../locate-cli';
import { runCommand } from '../process/run-command';

const nodeMin = [20, 19] as const;

export function checkNode(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const enough = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  const check = { name: 'Node.js', found: process.execPath, version } as const;
  return enough
    ? { ...check, status: 'ok' }
    : { ...check, status: 'missing', mend: `install Node.js ${nodeMin.join('.')} or later` };
}

export function checkHome(home: string): DoctorCheck {
  const name = 'CADRE_HOME';
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.R_OK | constants.W_OK);
    rmSync(mkdtempSync(path.join(home, '.doctor-')), { recursive: true });
    return { name, status: 'ok', found: `${home} is writable` };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const mend = 'set CADRE_HOME to a folder that this user may write to';
    return { name, status: 'missing', found: `${home} cannot be written (${why})`, mend };
  }
}

/** The CLI that would be used, and, without one, whether it can be fetched here. Fetches nothing. */
export async function checkCliAndTools(env: Env, home: string): Promise<DoctorCheck[]> {
  const { found, attempts } = await findCli({ env, home });
  const tools = await Promise.all([
    checkTool('Python (pip)', 'python3', ['-m', 'pip', '--version'], env, home),
    checkTool('Go', 'go', ['version'], env, home),
  ]);
  const git = await checkTool('git', 'git', ['--version'], env, home);
  const fetchable = tools.some(({ status }) => status === 'ok');
  // With a CLI in hand the tools that could fetch one are not needed.
  const shown = tools.map((tool): DoctorCheck => (found && tool.status === 'warn' ? { ...tool, status: 'ok' } : tool));
  const cli: DoctorCheck = found
    ? { name: 'Temporal CLI', status: 'ok', found: `${found.path}, from ${found.source}`, version: found.version }
    : {
        name: 'Temporal CLI',
        status: fetchable ? 'warn' : 'missing',
        found: attempts.map(({ what, reason }) => `${what}: ${reason}`).join('; '),
        mend: fetchable
          ? 'it is fetched at the first start; or ' + installCommands[0]
          : `one of: ${installCommands.join(' | ')}`,
      };
  const named = attempts.find(({ what }) => what.startsWith('TEMPORAL_CLI'));
  const misnamed: DoctorCheck[] =
    named && found
      ? [
          {
            name: 'TEMPORAL_CLI',
            status: 'warn',
            found: `${named.what}: ${named.reason}`,
            mend: 'correct it or unset it',
          },
        ]
      : [];
  return [
    cli,
    ...misnamed,
    ...shown,
    { ...git, ...(git.mend ? { mend: 'install git; only the git tools need it' } : {}) },
  ];
}

async function checkTool(
  name: string,
  file: string,
  args: readonly string[],
  env: Env,
  home: string,
): Promise<DoctorCheck> {
  const result = await runCommand(file, args, {
    cwd: path.parse(home).root,
    env: packageClientEnv(env),
    timeoutMs: 20_000,
  });
  if (!result.ok)
    return {
      name,
      status: 'warn',
      found: result.reason,
      mend: `install it, or do without: it can fetch the Temporal CLI`,
    };
  const version = /\d+\.\d+(\.\d+)?/.exec(result.output)?.[0];
  return { name, status: 'ok', found: file, ...(version ? { version } : {}) };
}
