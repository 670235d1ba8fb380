import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import type { ActivityDeps } from '../../../activities/deps';
import { openStore, type SegmentBody, type Store } from '../../../activities/stores';
import { makeTeamCatalog, teamViewOf } from '../../../activities/teams';
import { makeCallTool, makeToolFace, type OpenToolFace } from '../../../activities/tools';
import { actionDigest } from '../../../contracts/action-digest';
import type { CallToolRequest, CallToolResult } from '../../../contracts/activities';
import type { ApprovalGrant } from '../../../contracts/approval';
import { digestOf } from '../../../contracts/digest';
import type { Json } from '../../../contracts/json';
import type { Team } from '../../../contracts/team';

/** The real activity over a real store, a real team folder and real tools, in Temporal's own activity environment. */
export interface CallToolBench {
  store: Store;
  face: OpenToolFace;
  team: Team;
  digest: string;
  folder: string;
  /** Effects that reached the hostile server, as it counted them itself. */
  ledger: string;
  request(tool: string, args: CallToolRequest['args'], over?: Partial<CallToolRequest>): Promise<CallToolRequest>;
  /** The same call, as a model asked for it: with the transcript that says so. */
  asked(request: CallToolRequest, untrustedSet?: string | null): Promise<CallToolRequest>;
  /** A grant for exactly this request. */
  approve(request: CallToolRequest): CallToolRequest;
  call(request: CallToolRequest, attempt?: number, runId?: string): Promise<CallToolResult>;
  start(request: CallToolRequest, attempt?: number): { result: Promise<CallToolResult>; cancel: () => void };
  actions(): Promise<string[]>;
  close(): Promise<void>;
}

export const workflowId = 'agent/bench/1';
export const runKey = `${workflowId}#first`;

function teamYaml(ledger: string): string {
  const server = path.join(__dirname, 'hostile-mcp-server.cjs');
  const mcp = JSON.stringify({ command: process.execPath, args: [server, JSON.stringify({ ledger })] });
  return `apiVersion: cadre/v1
kind: Team
metadata: { name: bench }
spec:
  models: { main: { provider: offline } }
  tools:
    files: { builtin: files, root: data, effects: { write_file: write, "*": read } }
    shop: { mcp: ${mcp}, effects: { echo: read, slow: read, big: read, die: irreversible, "count*": write } }
    keyed: { mcp: ${mcp}, effects: { "count*": write }, keyed: ["count*"] }
  agents:
    - { name: clerk, description: does things, instructions: do, tools: [files, shop, keyed], trust: elevated }
    - { name: reader, description: reads things, instructions: read, tools: [files] }
  compositions:
    tally:
      pattern: pipeline
      stages:
        - { agent: reader }
        - { node: { tool: keyed.count, by: clerk, args: { of: shop, note: "for {{input.who}}, from {{output}}." } } }
  policy:
    approvals:
      - { tool: "shop.count", auto: true }
      - { tool: "keyed.count", auto: true }
      - { effect: write, timeout: 30m, onTimeout: reject }
`;
}

/** `yaml` goes in place of the bench's own team. */
export async function openCallToolBench(folder: string, yaml?: string): Promise<CallToolBench> {
  const ledger = path.join(folder, 'ledger');
  mkdirSync(path.join(folder, 'agents', 'bench'), { recursive: true });
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  writeFileSync(path.join(folder, 'agents', 'bench', 'team.yaml'), yaml ?? teamYaml(ledger));
  writeFileSync(ledger, '', { flag: 'a' });
  const store = await openStore({ file: path.join(folder, 'state.db') });
  const log = pino({ level: 'silent' });
  const env = { PATH: process.env['PATH'], HOME: folder };
  const face = makeToolFace({ env, log, store, roots: { base: folder } });
  const teams = makeTeamCatalog({ folders: [path.join(folder, 'agents')] });
  const { team, digest } = await teams.load('bench');
  await store.teams.put({ name: team.name, body: team as unknown as Json, createdAt: '2026-01-01T00:00:00Z' });
  const deps: ActivityDeps = {
    store,
    tools: face,
    models: { resolve: () => Promise.reject(new Error('No model is asked here.')) },
    env,
    log,
    now: () => new Date(),
    namespace: 'default',
    separatedZones: [],
    teams,
    starter: {
      start: () => Promise.reject(new Error('No run is started here.')),
      isOpen: () => Promise.resolve(false),
    },
    histories: { calls: async function* () {} },
    probeSearchAttributes: () => Promise.resolve(false),
  };
  const callTool = makeCallTool(deps);
  const start = (request: CallToolRequest, attempt = 1, runId = 'run-1') => {
    const info = { attempt, workflowExecution: { workflowId, runId } };
    const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
    const result = environment.run<[CallToolRequest], CallToolResult, typeof callTool>(callTool, request);
    return { result, cancel: () => environment.cancel('CANCELLED') };
  };
  return {
    store,
    face,
    team,
    digest,
    folder,
    ledger,
    start,
    call: (request, attempt, runId) => start(request, attempt, runId).result,
    asked: async (request, untrustedSet = null) => {
      const { path: place, step, ordinal, tool, args, argsDigest, definition, effect } = request;
      const toolCalls = [{ ordinal, name: tool, tool, args, argsDigest, definition, effect }];
      const body = { delta: [], reply: { toolCalls } } as SegmentBody;
      const createdAt = '2026-01-01T00:00:00Z';
      const segment = { parent: null, run: runKey, path: place, step, body, untrustedSet, createdAt };
      const [thread = null] = await store.threads.put([segment]);
      return { ...request, thread };
    },
    approve: (request) => ({ ...request, approval: grantFor(request, team) }),
    actions: async () => (await store.audit.list(runKey)).map(({ action }) => action),
    request: async (tool, args, over = {}) => {
      const { definition, effect } = await face.describe(team, tool, new AbortController().signal);
      return {
        run: { rootWorkflowId: workflowId, rootFirstRunId: 'first', firstRunId: 'first', team: digest },
        agent: 'clerk',
        path: 'clerk',
        step: 1,
        ordinal: 0,
        tool,
        args,
        argsDigest: digestOf(args),
        definition,
        effect,
        thread: null,
        untrusted: null,
        approval: null,
        ...over,
      };
    },
    close: async () => {
      await face.close();
      await store.close();
    },
  };
}

export function grantFor(request: CallToolRequest, team: Team): ApprovalGrant {
  const { run, path: place, step, ordinal, tool, definition, args, effect, untrusted } = request;
  const digest = actionDigest({
    namespace: 'default',
    workflowId,
    firstRunId: run.firstRunId,
    path: place,
    step,
    ordinal,
    tool,
    toolDefinition: definition,
    args,
    effect,
    untrusted: untrusted?.setId ?? null,
    policy: teamViewOf(team, run.team).policyVersion,
  });
  return { id: '1-0-aaaaaaaa', digest, by: 'dana', decision: 'approve', at: '2026-01-01T00:00:00Z' };
}
