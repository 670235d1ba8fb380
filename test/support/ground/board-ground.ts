import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CallToolRequest, CallToolResult } from '../../../contracts/activities';
import { digestOf } from '../../../contracts/digest';
import type { Json, JsonObject } from '../../../contracts/json';
import { blackboardPattern } from '../../../workflows/patterns/blackboard';
import type { BoardSeed } from '../../../workflows/run/board-seed';
import { runTool } from '../../../workflows/run/run-tool';
import type { Outcome } from '../../../workflows/run/scope';
import { ToolCaller } from '../../../workflows/run/tool-caller';
import { openCallToolBench, type CallToolBench } from '../tools/call-tool-bench';
import { Ground, type Work } from './ground';
import { toolActivity } from './tool-activity';

const team = `apiVersion: cadre/v1
kind: Team
metadata: { name: bench }
spec:
  models: { main: { provider: offline } }
  agents: [{ name: north }, { name: south }, { name: west }, { name: secret, privacy: private }]
`;
export const agents = { north: {}, south: {}, west: {} };
export const maxTurns = 5;
export const maxAttempts = 2;

let bench: CallToolBench | null = null;
let boards = 0;

/** The real activity over a real store, open for the tests of one file. */
export function withBoardTools(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-blackboard-'));
  beforeAll(async () => {
    bench = await openCallToolBench(folder, team);
  });
  afterAll(async () => {
    await bench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

export function tools(): CallToolBench {
  if (!bench) throw new Error('The tools are not open.');
  return bench;
}

/** A ground whose tools are real, and what the store was really told, as the test counts it. */
export class BoardGround {
  readonly ground = new Ground({ ...agents, secret: { privacy: 'private' } });
  readonly root = `blackboard/${(boards += 1)}`;
  /** Status and version by artifact, from the answers to writes that went through. */
  readonly truth = new Map<string, { status: string; version: number; blockedBy: string[] }>();
  writes = 0;
  conflicts = 0;
  refused: string[] = [];
  /** What was begun that should not have been. */
  readonly tooEarly: string[] = [];
  calls: { tool: string; agent: string }[] = [];
  private open = 0;
  outcome: Outcome | null = null;
  error: unknown = null;
  over = false;

  constructor(seed: BoardSeed, more: object = {}) {
    const nothing = (): Promise<void> => Promise.resolve();
    Object.assign(this.ground.run, {
      gate: nothing,
      governor: { admit: nothing },
      ref: { rootWorkflowId: this.root, rootFirstRunId: 'first', firstRunId: 'first', team: tools().digest },
      started: { queues: { tools: 'cadre' } },
      tally: () => ({ state: '' }),
      count: () => undefined,
      touch: () => undefined,
      leftMs: () => 60_000,
      artifacts: [],
    });
    Object.assign(this.ground.run.team, { sources: {}, aliases: {} });
    Object.assign(this.ground.run.input, { timeoutMs: 60_000 });
    toolActivity.run = (_options, [request]) => this.call(request);
    this.ground.onBegin = (work) => this.judgeBeginning(artifactOf(work));
    void this.ground
      .perform(blackboardPattern, { board: seed, ...more })
      .then(
        (value) => (this.outcome = value),
        (thrown: unknown) => (this.error = thrown),
      )
      .then(() => (this.over = true));
  }

  private judgeBeginning(name: string): void {
    const { status = 'not there', blockedBy = [] } = this.truth.get(name) ?? {};
    if (!['not_started', 'pending', 'in_progress'].includes(status)) this.tooEarly.push(`${name} is ${status}`);
    for (const one of blockedBy)
      if (this.truth.get(one)?.status !== 'complete') this.tooEarly.push(`${name} is blocked by ${one}`);
  }

  private async call(request: CallToolRequest): Promise<CallToolResult> {
    this.open += 1;
    this.calls.push({ tool: request.tool, agent: request.agent });
    try {
      const result = await tools().call(request, 1, this.root);
      this.note(request, (result.body as { inline?: JsonObject }).inline ?? {});
      return result;
    } finally {
      this.open -= 1;
    }
  }

  private note({ tool }: CallToolRequest, answer: JsonObject): void {
    const { artifacts, artifact, error } = answer as {
      artifacts?: { name: string; status: string; version: number; blockedBy: string[] }[];
      artifact?: { name: string; status: string; version: number; blockedBy: string[] };
      error?: Json;
    };
    if (tool === 'cadre.board_open') for (const one of artifacts ?? []) this.truth.set(one.name, one);
    if (error !== undefined) this.conflicts += 1;
    if (tool !== 'cadre.board_write' || !artifact) return;
    this.writes += 1;
    const before = this.truth.get(artifact.name)?.version ?? 0;
    if (artifact.version > before) this.truth.set(artifact.name, artifact);
  }

  /** A call of an agent, as its conversation would make it; `unheard` as in a child workflow, whose parent hears nothing. */
  async agentCalls(work: Work, ordinal: number, tool: string, args: JsonObject, unheard = false): Promise<JsonObject> {
    const { agent } = work;
    const { onToolResult: _heard, ...apart } = work.scope;
    const scope = unheard ? apart : work.scope;
    const call = { tool: `cadre.${tool}`, args, argsDigest: digestOf(args), definition: null, effect: 'read' as const };
    try {
      const { body } = await runTool(new ToolCaller(scope, agent), { ...call, ordinal, grant: null });
      return (body as { inline: JsonObject }).inline;
    } catch (error) {
      this.refused.push((error as { type?: string }).type ?? String(error));
      return { error: String(error) };
    }
  }

  /** Until nothing can happen without somebody acting. */
  async settle(): Promise<void> {
    do {
      await this.ground.settle();
      await this.ground.settle();
    } while (this.open > 0);
    await this.ground.settle();
    if (this.open > 0) await this.settle();
  }

  async stored() {
    const place = await tools().store.boards.at(`${this.root}#first`, 'pattern');
    return place && (await tools().store.boards.snapshot(place.id));
  }
}

/** The output, also where it is too large for history. */
export async function outputOf({ outcome, root }: BoardGround) {
  const output = outcome?.output as { inline: Json } | { blob: string };
  const value: Json =
    'inline' in output
      ? output.inline
      : (JSON.parse(await tools().store.blobs.ofRun(`${root}#first`).getText(output.blob)) as Json);
  return value as unknown as { board: { version: number }; artifacts: { name: string; value: Json }[] };
}

export const artifactOf = ({ task }: Work): string => /^Make (.*)\.$/.exec(task)?.[1] ?? '?';
