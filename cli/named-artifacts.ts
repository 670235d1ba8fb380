import type { Approval } from '../contracts/approval';
import type { Json } from '../contracts/json';
import type { CliContext } from './context';
import { lazy } from './lazy';
import { logFileOf, type Session } from './session';

const shownDigits = 12;
const digestsMax = 20;

/** Digests that the arguments of an action name, however deep. */
export function digestsIn(value: Json): string[] {
  if (typeof value === 'string') return /^sha256:[0-9a-f]{64}$/.test(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return [...new Set(Object.values(value).flatMap(digestsIn))].slice(0, digestsMax);
}

/** The command that prints an artifact, by its digest: a name may have several versions. */
export const readCommand = (workflowId: string, digest: string): string =>
  `npx cadre artifacts '${workflowId}' ${digest.slice(0, 'sha256:'.length + shownDigits)}`;

/**
 * The commands with which a person reads what the action would use, for the artifacts of this run that its arguments
 * name. None where the store of the run is not the one of this folder: that must not keep anybody from deciding.
 */
export async function readingsOf(
  ctx: CliContext,
  session: Session,
  workflowId: string,
  { args }: Approval,
): Promise<string[]> {
  const digests = digestsIn(args);
  if (digests.length === 0) return [];
  const config = ctx.config();
  const log = lazy.log().makeLog({ ...config, logLevel: 'error' }, { file: logFileOf(config.home) });
  try {
    const { firstRunId } = await lazy.client().describeRun(session.client, workflowId);
    const artifacts = await lazy.runArtifacts().listRunArtifacts(config, log, `${workflowId}#${firstRunId}`);
    const held = new Set(artifacts.map(({ blob }) => blob));
    return digests.filter((digest) => held.has(digest)).map((digest) => readCommand(workflowId, digest));
  } catch {
    return [];
  }
}
