import type { CallModelRequest } from '../../contracts/activities';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { ModelRequest } from '../../contracts/model';
import type { Team } from '../../contracts/team';
import type { CatalogTool } from '../deps';
import type { Store } from '../stores';
import { agentOf } from './load-team';
import { buildPrompt } from './prompt';
import { readSegmentBody } from './segment-reply';
import { makeShowBody } from './show-body';

/** The members of a `model-call` audit row that name what was sent. */
export interface RecordedPrompt {
  request: string;
  tools: string;
  prompt: string;
  /** How busy the agents were that it let the model choose among. */
  load?: Record<string, number>;
}

/**
 * The whole prompt of a recorded model call, made again from what the store keeps once: request, tools, team, thread.
 * Throws `BlobMissing` or `TranscriptMissing` when something is gone, `InternalError` when it does not come out the same.
 */
export async function rebuildPrompt(store: Store, recorded: RecordedPrompt): Promise<ModelRequest> {
  const request = JSON.parse(await store.blobs.getText(recorded.request)) as CallModelRequest;
  const tools = JSON.parse(await store.blobs.getText(recorded.tools)) as CatalogTool[];
  const team = (await store.teams.get(request.run.team)).body as unknown as Team;
  const thread = request.parent === null ? [] : await store.threads.loadThread(request.parent);
  const prompt = await buildPrompt({
    request,
    team,
    agent: agentOf(team, request.agent),
    tools,
    thread: thread.map(({ body }) => readSegmentBody(body)),
    show: makeShowBody(store.blobs)(`${request.run.rootWorkflowId}#${request.run.rootFirstRunId}`),
    load: recorded.load,
  });
  if (digestOf(prompt) === recorded.prompt) return prompt;
  throw new CadreError(
    'InternalError',
    `The prompt of ${request.path} step ${request.step} does not come out as recorded; its parts have changed.`,
  );
}
