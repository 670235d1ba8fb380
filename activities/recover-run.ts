import { activityInfo } from '@temporalio/activity';
import { gunzipSync } from 'node:zlib';
import type {
  CallModelRequest,
  CallModelResult,
  CallToolResult,
  RecoverRunRequest,
  RecoverRunResult,
} from '../contracts/activities';
import type { Body } from '../contracts/body';
import { isInline } from '../contracts/body';
import type { Json } from '../contracts/json';
import { activityNames } from '../contracts/names';
import type { RunPlan } from '../contracts/run';
import { beatingActivity } from './beating-activity';
import type { ActivityDeps } from './deps';
import { segmentBodyOf } from './models/segment-reply';
import type { SegmentInput } from './stores';
import { canonicalJson } from './stores/canonical-json';

/** One finished activity of a recorded run, decoded. */
export interface RecordedCall {
  type: string;
  request: Json;
  result: Json;
  /** ISO time of its end. */
  at: string;
}

/** Reads what a run recorded, through the client; all runs of the workflow's chain, oldest first. */
export interface HistoryReader {
  calls(workflowId: string): AsyncIterable<RecordedCall>;
}

const batchRows = 50;

/**
 * Writes transcript, tool results and team of a run into the store again, from the histories of the run and of its
 * root (I2). Bodies that were moved out of history are not in it: they are counted as missing, and a call that needs
 * one ends as `BlobMissing`.
 */
export const makeRecoverRun = (deps: ActivityDeps): ((request: RecoverRunRequest) => Promise<RecoverRunResult>) =>
  beatingActivity(deps, recover);

async function recover(deps: ActivityDeps, request: RecoverRunRequest): Promise<RecoverRunResult> {
  const workflowId = activityInfo().workflowExecution?.workflowId ?? request.run.rootWorkflowId;
  const root = `${request.run.rootWorkflowId}#${request.run.rootFirstRunId}`;
  const done: RecoverRunResult = { segments: 0, blobs: 0, missing: [] };
  if (request.onlyIfIncomplete && (await areComplete(deps, request.heads))) return done;
  for (const id of new Set([request.run.rootWorkflowId, workflowId])) {
    let segments: SegmentInput[] = [];
    for await (const call of deps.histories.calls(id)) {
      if (call.type === activityNames.prepareRun) await putTeam(deps, root, call);
      if (call.type === activityNames.callTool) {
        const { body, artifacts = [] } = call.result as unknown as CallToolResult;
        await putBody(deps, root, body, call.at, done);
        await deps.store.blobs.refer(
          root,
          artifacts.map(({ blob }) => blob),
        );
      }
      if (call.type === activityNames.callModel) {
        const result = call.result as unknown as CallModelResult;
        if (result.output) await putBody(deps, root, result.output, call.at, done);
        segments.push(segmentOf(call, result));
      }
      if (segments.length < batchRows) continue;
      done.segments += (await deps.store.threads.put(segments)).length;
      segments = [];
    }
    done.segments += (await deps.store.threads.put(segments)).length;
  }
  deps.log.info({ ...done, workflowId }, 'rebuilt a transcript from history');
  return done;
}

async function areComplete(deps: ActivityDeps, heads: readonly string[]): Promise<boolean> {
  const complete = await Promise.all(heads.map((head) => deps.store.threads.isComplete(head)));
  return complete.every(Boolean);
}

function segmentOf(call: RecordedCall, result: CallModelResult): SegmentInput {
  const { run, path, step, parent, delta } = call.request as unknown as CallModelRequest;
  return {
    parent,
    run: run.rootWorkflowId,
    path,
    step,
    body: segmentBodyOf(delta, result),
    untrustedSet: result.untrusted?.setId ?? null,
    createdAt: call.at,
  };
}

async function putBody(
  deps: ActivityDeps,
  root: string,
  body: Body,
  createdAt: string,
  done: RecoverRunResult,
): Promise<void> {
  if (!isInline(body)) {
    await deps.store.blobs.refer(root, [body.blob]);
    if ((await deps.store.blobs.head(body.blob)) === null) done.missing.push(body.blob);
    return;
  }
  await deps.store.blobs.putFor(root, { content: canonicalJson(body.inline), kind: 'body', createdAt });
  done.blobs += 1;
}

/** The input stands in the recorded plan, and the team's body when it is small enough. */
async function putTeam(deps: ActivityDeps, root: string, call: RecordedCall): Promise<void> {
  const { team, teamBody, input } = call.result as unknown as RunPlan;
  for (const value of [input.input, input.background]) {
    if (value !== undefined)
      await deps.store.blobs.putFor(root, { content: canonicalJson(value), kind: 'body', createdAt: call.at });
  }
  if (teamBody === undefined) return;
  const body = JSON.parse(gunzipSync(Buffer.from(teamBody, 'base64')).toString('utf8')) as Json;
  await deps.store.teams.put({ name: team.name, body, createdAt: call.at });
}
