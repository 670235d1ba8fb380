import fc from 'fast-check';
import type { FailureKind } from '../../../contracts/failures';
import type { Json, JsonObject } from '../../../contracts/json';
import type { BoardSeed } from '../../../workflows/run/board-seed';
import { agents, artifactOf, BoardGround, maxTurns } from './board-ground';
import type { Work } from './ground';

const agentNames = Object.keys(agents);
const kinds: FailureKind[] = ['MalformedOutput', 'ModelUnavailable', 'ToolFailed', 'AgentDisabled'];

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
export const scripts = fc.array(
  fc.record({
    acts: fc.array(acts, { maxLength: 4 }),
    end: fc.oneof({ weight: 3, arbitrary: fc.constant<End>('answer') }, fc.constantFrom<End>(...kinds)),
  }),
  { minLength: 1, maxLength: 30 },
);
export const log = 'log';

/** Sound boards of any shape: each artifact waits for some of those before it; a log that all append to stands beside. */
export const seeds: fc.Arbitrary<BoardSeed> = fc
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
export const picks = fc.infiniteStream(fc.nat());

export interface Played {
  place: BoardGround;
  /** Entries that an agent was told were written. */
  appended: string[];
  answers: Map<string, string>;
  begun: Map<string, number>;
}

/** Plays a board to its end: who acts next, and whether others act meanwhile, is drawn by lot. */
export async function play(
  seed: BoardSeed,
  all: readonly Script[],
  stream: fc.Stream<number>,
  lanes = 4,
): Promise<Played> {
  const pick = (count: number): number => ((stream.next().value as number) ?? 0) % Math.max(1, count);
  const place = new BoardGround(seed, { maxParallel: lanes });
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
function demandAsSoonAs({ truth, ground }: BoardGround, lanes: number): void {
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
