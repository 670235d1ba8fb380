import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import type { CallModelRequest, CallModelResult } from '../../../contracts/activities';
import type { Json } from '../../../contracts/json';
import type { AgentConfig, ModelConfig, Team } from '../../../contracts/team';
import type { ActivityDeps, CatalogTool, ModelDirectory } from '../../../activities/deps';
import { makeCallModel } from '../../../activities/models/call-model';
import { openStore, type Store } from '../../../activities/stores';
import { agentWith } from '../tools/tool-team';

/** A real store and the real activity, in Temporal's own activity environment: all but the model is what runs. */
export interface CallBench {
  store: Store;
  team: string;
  /** What the worker logged, one JSON line each. */
  logged: string[];
  call(request?: Partial<CallModelRequest>, attempt?: Attempt): Promise<CallModelResult>;
  /** An activity environment of its own, for cancelling. */
  start(
    request: CallModelRequest,
    attempt?: Attempt,
  ): { result: Promise<CallModelResult>; cancel: () => void; beats: number[] };
  request(over?: Partial<CallModelRequest>): CallModelRequest;
  close(): Promise<void>;
}

export interface Attempt {
  attempt?: number;
  runId?: string;
  startToCloseTimeoutMs?: number;
}

export interface CallBenchOptions {
  models: ModelDirectory;
  agent?: Partial<AgentConfig>;
  entries?: Record<string, ModelConfig>;
  tools?: CatalogTool[];
  env?: Record<string, string>;
}

export const lookUp: CatalogTool = {
  name: 'look_up',
  target: 'tickets.look_up',
  description: 'Looks a ticket up',
  input: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'], additionalProperties: false },
  definition: 'sha256:definition',
  effect: 'read',
};

export function teamWith(agent: Partial<AgentConfig>, models: Record<string, ModelConfig>): Team {
  const scout = agentWith({
    name: 'scout',
    description: 'Reads tickets.',
    instructions: 'Answer from the tickets only.',
    models: Object.keys(models),
    ...agent,
  });
  const policy = { approvers: {}, approvals: [], requireSignature: false };
  const parts = { tools: {}, compositions: {}, toolAliases: {}, events: [], schedules: [], documents: {} };
  return { name: 'bench', eventPrefix: 'bench', inline: false, models, agents: { scout }, policy, ...parts };
}

export async function openCallBench(options: CallBenchOptions): Promise<CallBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-call-'));
  const store = await openStore({ file: path.join(folder, 'state.db') });
  const team = teamWith(options.agent ?? {}, options.entries ?? { main: { provider: 'scripted' } });
  const digest = await store.teams.put({
    name: team.name,
    body: team as unknown as Json,
    createdAt: '2026-01-01T00:00:00Z',
  });
  const logged: string[] = [];
  const tools = options.tools ?? [];
  const deps: ActivityDeps = {
    store,
    tools: {
      toolsFor: () => Promise.resolve(tools),
      describe: () => Promise.reject(new Error('No tool is called here.')),
      invoke: () => Promise.reject(new Error('No tool is called here.')),
      takesKey: () => false,
      close: () => Promise.resolve(),
    },
    models: options.models,
    env: options.env ?? {},
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    now: () => new Date(),
    namespace: 'default',
    separatedZones: [],
    teams: { load: () => Promise.reject(new Error('No team is loaded here.')) } as unknown as ActivityDeps['teams'],
    starter: {
      start: () => Promise.reject(new Error('No run is started here.')),
      isOpen: () => Promise.resolve(false),
    },
    histories: { calls: async function* () {} },
    probeSearchAttributes: () => Promise.resolve(false),
  };
  const callModel = makeCallModel(deps);
  const request = (over: Partial<CallModelRequest> = {}): CallModelRequest => ({ ...requestFor(digest), ...over });
  const start: CallBench['start'] = (asked, attempt = {}) => {
    const info = {
      attempt: attempt.attempt ?? 1,
      workflowExecution: { workflowId: 'agent/bench/1', runId: attempt.runId ?? 'run-1' },
      startToCloseTimeoutMs: attempt.startToCloseTimeoutMs ?? 60_000,
    };
    const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
    const beats: number[] = [];
    const began = Date.now();
    environment.on('heartbeat', () => beats.push(Date.now() - began));
    return { result: environment.run(callModel, asked), cancel: () => environment.cancel('CANCELLED'), beats };
  };
  return {
    store,
    team: digest,
    logged,
    request,
    start,
    call: (over, attempt) => start(request(over), attempt).result,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function requestFor(team: string): CallModelRequest {
  return {
    run: { rootWorkflowId: 'agent/bench/1', rootFirstRunId: 'first', firstRunId: 'first', team },
    agent: 'scout',
    path: 'agent',
    step: 0,
    parent: null,
    delta: [{ kind: 'task', from: 'dana', text: 'Which tickets are late?' }],
    role: 'agent',
    maxOutputTokens: 500,
    reservedTokens: 2_000,
    message: {
      type: 'result',
      recipient: 'dana',
      causationId: null,
      ancestry: [],
      depth: 0,
      inbox: { id: 'inbox-1', sender: 'dana', type: 'task_assignment', causationId: null },
    },
  };
}
