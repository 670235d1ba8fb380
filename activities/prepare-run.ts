import { activityInfo } from '@temporalio/activity';
import { gzipSync } from 'node:zlib';
import type { PrepareRunRequest } from '../contracts/activities';
import type { BudgetLimits } from '../contracts/budget';
import { digestOf } from '../contracts/digest';
import { CadreError } from '../contracts/failures';
import type { Json } from '../contracts/json';
import { limits } from '../contracts/limits';
import { patternNames, queueForZone, zones, type PatternName, type Zone } from '../contracts/names';
import type { Node } from '../contracts/node';
import type { RunInput, RunPlan } from '../contracts/run';
import { parseInput, sentenceOf, unknownTypeSentence, type ParsedInput } from '../contracts/schemas/inputs';
import { unfitForJson } from '../contracts/schemas/parse-shape';
import type { Team } from '../contracts/team';
import { canonicalJson } from './stores/canonical-json';
import type { ActivityDeps } from './deps';
import { asActivityFailure } from './fail';
import { makeRedactor } from './redact';
import { checkRunNode } from './teams/check-run-node';
import { fillNode } from './teams/fill-node';
import { givenCalls } from './teams/given-calls';
import { requireInputFields, takeTask } from './teams/fill-task';
import { withMergeSchemas } from './teams/merge-schemas';
import { adHocTeam, resolveTeam, type ResolvedTeam } from './teams/resolve-team';
import { teamViewOf } from './teams/team-view';
import { zoneOffsetsOf } from './teams/zone-offsets';

type PrepareDeps = Pick<
  ActivityDeps,
  'store' | 'teams' | 'env' | 'log' | 'now' | 'namespace' | 'separatedZones' | 'forcedModel' | 'probeSearchAttributes'
>;

/**
 * The first activity of every root run: everything a workflow may know of the world it starts in (I3). A bad input or a
 * faulty team ends the run at once, as one sentence or list of them that says everything that is wrong.
 */
export function makePrepareRun(deps: PrepareDeps): (request: PrepareRunRequest) => Promise<RunPlan> {
  const redact = makeRedactor(deps.env);
  return async (request) => {
    try {
      return await prepareRun(deps, request, () => activityInfo().workflowExecution ?? noRun);
    } catch (error) {
      throw asActivityFailure(error, {}, redact);
    }
  };
}

/** The same for callers outside an activity; throws `CadreError`. */
export async function prepareRun(
  deps: PrepareDeps,
  { type, input: given, firstRunId }: PrepareRunRequest,
  current: () => { workflowId: string; runId: string } = () => noRun,
): Promise<RunPlan> {
  const input = readInput(type, given);
  const { node: written, subject, resolved, wording } = await readNode(deps, type, input);
  const { team, notices } = resolved;
  const node = withMergeSchemas(written, team);
  const data = input.input ?? {};
  checkRunNode(type, team, node, input);
  requireInputFields(team, node, data);
  const digest = digestOf(team);
  const view = teamViewOf(team, digest);
  await keepTeam(deps, team, digest);
  const { workflowId, runId } = current();
  await keepMaterial(deps, `${workflowId}#${firstRunId ?? runId}`, [data, input.background]);
  const probe = await probeAttributes(deps);
  const zones = zoneOffsetsOf(team, deps.now());
  const body = gzipSync(JSON.stringify(team)).toString('base64');
  return {
    input: runInput(input, wording, node),
    node,
    subject,
    team: view,
    ...(body.length <= limits.inlineTeamBytes ? { teamBody: body } : {}),
    queues: queuesFor(deps.separatedZones),
    givenCalls: givenCalls(input),
    ...(Object.keys(zones).length > 0 && { zoneOffsets: zones }),
    limits: { ...limits },
    ...(deps.forcedModel !== undefined && { model: deps.forcedModel }),
    searchAttributes: probe.known,
    namespace: deps.namespace,
    workflowId,
    notices: [...notices, ...probe.notices].slice(0, noticesMax),
  };
}

const noRun = { workflowId: '', runId: '' };
const noticesMax = 50;

function readInput(type: PatternName, given: Json): ParsedInput {
  if (!patternNames.includes(type)) throw new CadreError('InvalidInput', unknownTypeSentence(type));
  const unfit = unfitForJson(given ?? null);
  if (unfit) throw new CadreError('InvalidInput', sentenceOf(`input of "${type}"`, unfit));
  const bytes = Buffer.byteLength(JSON.stringify(given ?? null));
  if (bytes > limits.inputBytes) {
    throw new CadreError(
      'InvalidInput',
      `The input of "${type}" takes ${bytes} bytes of at most ${limits.inputBytes}: give large material as a file that a tool reads.`,
    );
  }
  const parsed = parseInput(type, given);
  if (parsed.ok) return parsed.value;
  throw new CadreError('InvalidInput', together(type, parsed.problems));
}

function together(type: string, problems: readonly string[]): string {
  if (problems.length === 1) return problems[0] ?? '';
  return `The input of "${type}" has ${problems.length} faults:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`;
}

interface ReadNode {
  node: Node;
  subject: string;
  resolved: ResolvedTeam;
  /** The task, filled in. */
  wording: string;
}

async function readNode(deps: PrepareDeps, type: PatternName, input: ParsedInput): Promise<ReadNode> {
  const found = await resolveTeam(deps.teams, input);
  const { node, composition } = fillNode(
    type,
    input,
    found?.team ?? (await adHocTeam(type, input)).team,
    found === null,
  );
  const resolved = found ?? (await adHocTeam(type, input, node));
  const wording = takeTask(node, input.task, input.input ?? {});
  const agent = 'agent' in node ? node.agent : undefined;
  const subject = composition ?? (found === null && agent !== undefined ? agent : resolved.team.name);
  return { node, subject, resolved, wording };
}

function runInput(input: ParsedInput, task: string, node: Node): RunInput {
  const budget: BudgetLimits = {
    tokens: limits.runTokens,
    steps: limits.maxRunSteps,
    ...node.budget,
    ...input.budget,
  };
  const asked = input.timeout ?? node.timeoutMs ?? limits.runTimeoutMs;
  return {
    task,
    input: input.input ?? {},
    budget,
    timeoutMs: Math.min(asked, budget.wallClockMs ?? asked),
    ...(input.background === undefined ? {} : { background: input.background }),
    ...(input.priority === undefined ? {} : { priority: input.priority }),
    ...(input.fairnessKey === undefined ? {} : { fairnessKey: input.fairnessKey }),
    ...(input.privacy === undefined ? {} : { privacy: input.privacy }),
    ...(input.requestedBy === undefined ? {} : { requestedBy: input.requestedBy }),
  };
}

async function keepTeam(deps: PrepareDeps, team: Team, digest: string): Promise<void> {
  const stored = await deps.store.teams.put({
    name: team.name,
    body: team as unknown as Json,
    createdAt: deps.now().toISOString(),
  });
  if (stored === digest) return;
  throw new CadreError('InternalError', `The team "${team.name}" was stored as ${stored} and is ${digest}.`);
}

/** The input is in history once, with the plan: agents are handed it by the digest of its body (I2). */
async function keepMaterial({ store, now }: PrepareDeps, root: string, values: readonly unknown[]): Promise<void> {
  const createdAt = now().toISOString();
  for (const value of values) {
    if (value !== undefined) await store.blobs.putFor(root, { content: canonicalJson(value), kind: 'body', createdAt });
  }
}

function queuesFor(separated: readonly string[]): Record<Zone, string> {
  return Object.fromEntries(zones.map((zone) => [zone, queueForZone(zone, separated)])) as Record<Zone, string>;
}

/** An unregistered search attribute would wedge the run, so a doubt means no. */
async function probeAttributes(deps: PrepareDeps): Promise<{ known: boolean; notices: string[] }> {
  try {
    return { known: await deps.probeSearchAttributes(), notices: [] };
  } catch (error) {
    deps.log.warn({ err: error }, 'the search attributes could not be probed; the memo is used');
    return { known: false, notices: ['The search attributes could not be probed: the memo is used instead.'] };
  }
}
