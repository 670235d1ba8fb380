import { Ground, type Work } from '../support/ground/ground';
import { isCancellation } from '@temporalio/workflow';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CallToolRequest, CallToolResult } from '../../contracts/activities';
import type { FailureKind } from '../../contracts/failures';
import type { Json, JsonObject } from '../../contracts/json';
import { digestOf } from '../../contracts/digest';
import { blackboardPattern } from '../../workflows/patterns/blackboard';
import type { BoardSeed } from '../../workflows/run/board-seed';
import { runTool } from '../../workflows/run/run-tool';
import type { Outcome } from '../../workflows/run/scope';
import { ToolCaller } from '../../workflows/run/tool-caller';
import { openCallToolBench, type CallToolBench } from '../support/tools/call-tool-bench';

type Call = (options: object, args: [CallToolRequest]) => Promise<CallToolResult>;
const activity: { run: Call } = { run: () => Promise.reject(new Error('not open')) };
/** The activity goes to the real tools over a real store, and no server stands between. */
jest.mock('../../workflows/run/activities', (): object => ({
  ...jest.requireActual<object>('../../workflows/run/activities'),
  callTool: { executeWithOptions: (options: object, args: [CallToolRequest]) => activity.run(options, args) },
}));
/** The random stream of a workflow. */
jest.mock('@temporalio/workflow', (): object => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  uuid4: () => 'opening',
}));

jest.setTimeout(120_000);

const team = `apiVersion: cadre/v1
kind: Team
metadata: { name: bench }
spec:
  models: { main: { provider: offline } }
  agents: [{ name: north }, { name: south }, { name: west }]
`;
const agents = { north: {}, south: {}, west: {} };
const agentNames = Object.keys(agents);
const kinds: FailureKind[] = ['MalformedOutput', 'ModelUnavailable', 'ToolFailed', 'AgentDisabled'];
const maxTurns = 5;
const maxAttempts = 2;

let bench: CallToolBench;
let folder: string;
let boards = 0;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-blackboard-'));
  bench = await openCallToolBench(folder, team);
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A ground whose tools are real, and what the store was really told, as the test counts it. */
class Place {
  readonly ground = new Ground(agents);
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
      ref: { rootWorkflowId: this.root, rootFirstRunId: 'first', firstRunId: 'first', team: bench.digest },
      started: { queues: { tools: 'cadre' } },
      tally: () => ({ state: '' }),
      count: () => undefined,
      touch: () => undefined,
      leftMs: () => 60_000,
      artifacts: [],
    });
    Object.assign(this.ground.run.team, { sources: {}, aliases: {} });
    Object.assign(this.ground.run.input, { timeoutMs: 60_000 });
    activity.run = (_options, [request]) => this.call(request);
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
      const result = await bench.call(request, 1, this.root);
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

  /** A call of an agent, as its conversation would make it. */
  async agentCalls({ scope, agent }: Work, ordinal: number, tool: string, args: JsonObject): Promise<JsonObject> {
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
    const place = await bench.store.boards.at(`${this.root}#first`, 'pattern');
    return place && (await bench.store.boards.snapshot(place.id));
  }
}

/** The output, also where it is too large for history. */
async function outputOf({ outcome, root }: Place) {
  const output = outcome?.output as { inline: Json } | { blob: string };
  const value =
    'inline' in output
      ? output.inline
      : JSON.parse(await bench.store.blobs.ofRun(`${root}#first`).getText(output.blob));
  return value as { board: { version: number }; artifacts: { name: string; value: Json }[] };
}

const artifactOf = ({ task }: Work): string => /^Make (.*)\.$/.exec(task)?.[1] ?? '?';
const valueOf = (item: { value: Json } | undefined): Json => item?.value ?? null;

/** What an agent does in one of its turns before it ends it. */
type Act = 'look' | 'write' | 'stale' | 'progress' | 'append' | 'add' | 'block' | 'decide';
type End = 'answer' | FailureKind;
interface Script {
  acts: Act[];
  end: End;
}
const acts: fc.Arbitrary<Act> = fc.constantFrom(
  'look',
  'write',
  'stale',
  'progress',
  'append',
  'add',
  'block',
  'decide',
);
const scripts = fc.array(
  fc.record({
    acts: fc.array(acts, { maxLength: 4 }),
    end: fc.oneof({ weight: 3, arbitrary: fc.constant<End>('answer') }, fc.constantFrom<End>(...kinds)),
  }),
  { minLength: 1, maxLength: 30 },
);
const log = 'log';

/** Sound boards of any shape: each artifact waits for some of those before it; a log that all append to stands beside. */
const seeds: fc.Arbitrary<BoardSeed> = fc
  .array(
    fc.tuple(
      fc.constantFrom('north', 'south', null),
      fc.array(fc.nat(), { maxLength: 2 }),
      fc.constantFrom('not_started', 'pending', 'in_progress', 'complete', 'failed', 'not_started', 'not_started'),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((list) => {
    const made = list.map(([owner, before, status], at) => {
      const blockedBy = at === 0 ? [] : [...new Set(before.map((one) => `a${one % at}`))];
      return [`a${at}`, { ...(owner && { owner }), status, ...(blockedBy.length > 0 && { blockedBy }) }];
    });
    return {
      taskId: 'random',
      artifacts: Object.fromEntries([...made, [log, { status: 'complete', value: [] }]]) as BoardSeed['artifacts'],
    } as BoardSeed;
  });
const picks = fc.infiniteStream(fc.nat());

interface Played {
  place: Place;
  /** Entries that an agent was told were written. */
  appended: string[];
  answers: Map<string, string>;
  begun: Map<string, number>;
}

async function play(seed: BoardSeed, all: readonly Script[], stream: fc.Stream<number>, lanes = 4): Promise<Played> {
  const pick = (count: number): number => ((stream.next().value as number) ?? 0) % Math.max(1, count);
  const place = new Place(seed, { maxParallel: lanes });
  const { ground } = place;
  const played: Played = { place, appended: [], answers: new Map(), begun: new Map() };
  const left = new Map<Work, Act[]>();
  const acting = new Map<Work, Promise<void>>();
  let seen = 0;
  for (let round = 0; ; round += 1) {
    if (round > 2_000) throw new Error('it does not come to an end');
    for (; seen < ground.all.length; seen += 1) {
      const work = ground.all[seen] as Work;
      left.set(work, [...(all[seen % all.length] as Script).acts]);
      const name = artifactOf(work);
      played.begun.set(name, (played.begun.get(name) ?? 0) + 1);
    }
    if (place.over) return played;
    if (acting.size === 0) await place.settle();
    if (seen < ground.all.length || place.over) continue;
    if (acting.size === 0) demandAsSoonAs(place, lanes);
    const idle = ground.pending.filter((work) => !acting.has(work));
    const work = idle[pick(idle.length)];
    if (!work || (acting.size > 0 && pick(3) === 0)) {
      await Promise.all(acting.values());
      continue;
    }
    const act = left.get(work)?.shift();
    const ordinal = (left.get(work)?.length ?? 0) * 10;
    if (act)
      acting.set(
        work,
        perform(played, work, act, ordinal, pick).finally(() => acting.delete(work)),
      );
    else if (acting.size === 0) endTurn(played, work, (all[ground.all.indexOf(work) % all.length] as Script).end);
    else await Promise.all(acting.values());
  }
}

function endTurn({ answers }: Played, work: Work, end: End): void {
  if (end !== 'answer') return work.fail(end);
  answers.set(artifactOf(work), `${work.path} is done`);
  return work.done(`${work.path} is done`);
}

/** Everything that can be begun has been, however little of the rest has ended; nothing else has. */
function demandAsSoonAs({ truth, ground }: Place, lanes: number): void {
  const view = ground.run.boardView?.() as { artifacts: { name: string; owner: string | null; turns?: number }[] };
  const working = ground.pending.map(artifactOf);
  expect(new Set(working).size).toBe(working.length);
  const ready = view.artifacts.filter(({ name, owner, turns = 0 }) => {
    const { status = '', blockedBy = [] } = truth.get(name) ?? {};
    const free = blockedBy.every((one) => truth.get(one)?.status === 'complete');
    return owner !== null && free && !['complete', 'failed'].includes(status) && turns < maxTurns;
  });
  if (working.length < lanes) for (const { name } of ready) expect(working).toContain(name);
}

async function perform(played: Played, work: Work, act: Act, ordinal: number, pick: (n: number) => number) {
  const { place } = played;
  const name = artifactOf(work);
  const call = (tool: string, args: JsonObject, more = 0): Promise<JsonObject> =>
    place.agentCalls(work, ordinal + more, tool, args);
  const read = async (which: string, more = 0): Promise<{ version: number; value?: Json }> => {
    const { artifact } = await call('board_read', { name: which }, more);
    return (artifact ?? { version: 0 }) as unknown as { version: number; value?: Json };
  };
  if (act === 'look') return void (await call('board_read', {}));
  if (act === 'decide') return void (await call('board_decide', { decision: `${name} it is` }));
  if (act === 'add') {
    const owner = agentNames[pick(agentNames.length)] ?? 'west';
    const added = `n${pick(4)}`;
    return void (await call('board_write', { name: added, owner, status: 'not_started', task: `Make ${added}.` }));
  }
  if (act === 'append') {
    // Read, change, write over what was read; who was too slow does it again with the latest state.
    for (let attempt = 0; attempt < 8; attempt += 2) {
      const { version, value } = await read(log, attempt);
      const entry = `${work.path} ${ordinal} ${attempt}`;
      const entries = [...((value ?? []) as string[]), entry];
      const answer = await call('board_write', { name: log, expectedVersion: version, value: entries }, attempt + 1);
      if (answer['artifact']) return void played.appended.push(entry);
    }
    return undefined;
  }
  const { version } = await read(name);
  const status = act === 'block' ? 'pending' : act === 'progress' ? 'in_progress' : 'complete';
  const expectedVersion = act === 'stale' ? Math.max(0, version - 1) : version;
  const blockedBy = act === 'block' ? { blockedBy: [...place.truth.keys()][pick(place.truth.size)] ?? log } : {};
  const value = act === 'block' ? {} : { value: `${name} by ${work.agent}` };
  return void (await call('board_write', { name, expectedVersion, status, ...blockedBy, ...value }, 1));
}

describe('blackboard, over random boards, schedules and faults, with the real tools over a real store', () => {
  it('nothing begins before its blockers are complete, nothing is made twice, and it always ends', async () => {
    const told = { conflicts: 0, refused: 0, waits: 0, turns: 0 };
    await fc.assert(
      fc.asyncProperty(seeds, scripts, picks, fc.integer({ min: 1, max: 4 }), async (seed, all, stream, lanes) => {
        const { place, begun } = await play(seed, all, stream, lanes);
        expect(place.tooEarly).toEqual([]);
        for (const [, times] of begun) expect(times).toBeLessThanOrEqual(maxTurns * maxAttempts);
        expect(place.ground.pending).toEqual([]);
        told.conflicts += place.conflicts;
        told.refused += place.refused.length;
        told.turns += [...begun.values()].filter((times) => times > 1).length;
      }),
      { numRuns: 60 },
    );
    // The schedules are hard enough to be worth something.
    expect(told.conflicts).toBeGreaterThan(5);
    expect(told.refused).toBeGreaterThan(5);
    expect(told.turns).toBeGreaterThan(5);
  });

  it('no artifact is lost and no write: the board at the end is the board of the store, with every entry', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, scripts, picks, async (seed, all, stream) => {
        const { place, appended, answers } = await play(seed, all, stream);
        const stored = await place.stored();
        if (!stored) throw new Error('no board');
        const items = new Map(stored.artifacts.map((item) => [item.name, item]));
        expect(valueOf(items.get(log))).toHaveLength(appended.length);
        expect(new Set(valueOf(items.get(log)) as string[])).toEqual(new Set(appended));
        for (const [name, { version, status }] of place.truth)
          expect(items.get(name)).toMatchObject({ version, status });
        for (const item of stored.artifacts)
          if (item.status === 'complete' && item.agent !== null && item.name !== log)
            expect([answers.get(item.name), `${item.name} by ${item.agent}`, null]).toContain(item.value);
        const view = place.ground.run.boardView?.() as {
          version: number;
          artifacts: { name: string; status: string }[];
        };
        expect(view.version).toBe(stored.board.version);
        expect(view.artifacts.map(({ name }) => name)).toEqual(stored.artifacts.map(({ name }) => name));
        if (place.outcome) {
          const { board, artifacts } = await outputOf(place);
          expect(board.version).toBe(stored.board.version);
          expect(artifacts.map(({ name, value }) => [name, value])).toEqual(
            stored.artifacts.map(({ name, value }) => [name, value]),
          );
        } else expect(place.error).toMatchObject({ kind: 'QuorumNotReached' });
      }),
      { numRuns: 50 },
    );
  });

  it('what has not come is named, with what failed and what that blocks; all else goes on', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, scripts, picks, async (seed, all, stream) => {
        const { place } = await play(seed, all, stream);
        const view = place.ground.run.boardView?.() as {
          artifacts: { name: string; status: string; state: string; waitsFor?: string[]; turns?: number }[];
        };
        const rows = new Map(view.artifacts.map((row) => [row.name, row]));
        const said = place.outcome ? (place.outcome.stoppedBecause ?? '') : String(place.error);
        for (const row of view.artifacts) {
          expect(said.includes(row.name)).toBe(row.status !== 'complete');
          if (row.status === 'complete' || row.status === 'failed') continue;
          const open = row.waitsFor ?? [];
          // Whatever is left waits for what has not come, or was begun as often as it may be.
          if (open.length === 0) expect(row.turns).toBe(maxTurns);
          for (const one of open) expect(rows.get(one)?.status).not.toBe('complete');
        }
        if (place.outcome) expect(place.outcome.status).toBe(said === '' ? 'completed' : 'partial');
      }),
      { numRuns: 50 },
    );
  });

  it('every deadlock is found before anybody works, and named with its cycle', async () => {
    const graphs = fc
      .array(fc.array(fc.nat({ max: 7 }), { maxLength: 2 }), { minLength: 1, maxLength: 6 })
      .map((edges) =>
        Object.fromEntries(
          edges.map((to, at) => [`a${at}`, { owner: 'north', blockedBy: to.map((one) => `a${one}`) }]),
        ),
      );
    let rings = 0;
    await fc.assert(
      fc.asyncProperty(graphs, async (artifacts) => {
        // By taking away what waits for nothing, which is another way than the board's.
        const left = new Map(Object.entries(artifacts).map(([name, { blockedBy }]) => [name, blockedBy]));
        for (let size = -1; size !== left.size;) {
          size = left.size;
          for (const [name, open] of left)
            if (!open.some((one) => left.has(one) || !(one in artifacts))) left.delete(name);
        }
        const place = new Place({ taskId: 'graph', artifacts });
        await place.settle();
        if (left.size === 0) {
          expect(place.error).toBeNull();
          expect(place.ground.pending.length).toBeGreaterThan(0);
          place.ground.cancel();
          return place.settle();
        }
        expect(place.error).toMatchObject({ kind: 'Deadlock' });
        expect([place.calls, place.ground.all]).toEqual([[], []]);
        const ring = /each other: (.*)\.$/.exec(String(place.error))?.[1]?.split(' → ');
        if (!ring) return void expect(String(place.error)).toContain('which nobody makes');
        rings += 1;
        const names = ring.map((one) => one.replace(' (north)', ''));
        expect(names[0]).toBe(names.at(-1));
        for (const [at, name] of names.slice(0, -1).entries())
          expect(artifacts[name]?.blockedBy).toContain(names[at + 1]);
      }),
      { numRuns: 80 },
    );
    expect(rings).toBeGreaterThan(10);
  });

  it('cancelled at any moment, nothing of it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, picks, fc.nat({ max: 6 }), async (seed, stream, after) => {
        const place = new Place(seed);
        for (let step = 0; step < after; step += 1) {
          await place.settle();
          const { pending } = place.ground;
          pending[((stream.next().value as number) ?? 0) % Math.max(1, pending.length)]?.done('x');
        }
        await place.settle();
        if (place.over) return;
        place.ground.cancel();
        await place.settle();
        expect(isCancellation(place.error)).toBe(true);
        expect(place.ground.pending).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
