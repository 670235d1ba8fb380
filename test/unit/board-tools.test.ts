import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CallToolRequest, CallToolResult } from '../../contracts/activities';
import type { BoardArtifact } from '../../contracts/board';
import type { JsonObject } from '../../contracts/json';
import { openCallToolBench, type CallToolBench } from '../support/tools/call-tool-bench';

const team = `apiVersion: cadre/v1
kind: Team
metadata: { name: bench }
spec:
  models: { main: { provider: offline } }
  agents:
    - { name: backend }
    - { name: cso }
    - { name: secret, privacy: private }
`;
const board = {
  taskId: 'feat-analytics-dashboard',
  status: 'in_progress',
  artifacts: {
    api_spec: { owner: 'backend', status: 'in_progress', path: '/specs/analytics.yaml' },
    security_review: { owner: 'cso', status: 'pending', blockedBy: 'api_spec' },
  },
  decisions: [{ agent: 'cto', decision: 'Use ClickHouse for analytics storage', rationale: '...' }],
};

let bench: CallToolBench;
let folder: string;
let step = 0;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-board-'));
  bench = await openCallToolBench(folder, team);
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

type Called = { value: JsonObject; result: CallToolResult };
async function call(
  agent: string,
  tool: string,
  args: JsonObject,
  over: Partial<CallToolRequest> = {},
): Promise<Called> {
  const place = { agent, path: `board/${agent}`, step: (step += 1), ...over };
  const result = await bench.call(await bench.request(`cadre.${tool}`, args, place));
  return { value: (result.body as { inline: JsonObject }).inline, result };
}
const open = (over: JsonObject = {}, place = 'board'): Promise<Called> =>
  call('composition', 'board_open', { board: { ...board, ...over } }, { path: place });
const kindOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: { type?: string; message: string }) => error.type ?? error.message,
  );

describe('a board of a node', () => {
  it('is opened by its composition, offered to the agents below it, and to nobody else', async () => {
    const seen = async (place: string): Promise<string[]> => {
      const agent = bench.team.agents['cso'];
      if (!agent) throw new Error('cso');
      const where = { root: 'agent/bench/1#first', path: place };
      const tools = await bench.face.toolsFor(bench.team, agent, new AbortController().signal, where);
      return tools.map(({ name }) => name);
    };
    expect(await seen('board/cso')).toEqual(['artifacts_read']);
    expect(await kindOf(call('cso', 'board_open', { board }))).toBe('ToolNotAllowed');
    const { value, result } = await open();
    expect(value).toMatchObject({ board: { name: board.taskId, version: 1 }, decisions: [{ agent: 'cto' }] });
    expect((value['artifacts'] as BoardArtifact[]).map(({ name, version }) => [name, version])).toEqual([['api_spec', 1], ['security_review', 1]]); // prettier-ignore
    expect(result.untrusted).toBeNull();
    expect(await seen('board/cso')).toEqual(['artifacts_read', 'board_decide', 'board_read', 'board_write']);
    expect(await seen('elsewhere')).toEqual(['artifacts_read']);
    expect((await open()).value).toEqual(value);
  });

  it('what an agent writes, the workflow learns from the result, and the next agent from the board', async () => {
    await open();
    const spec = { name: 'api_spec', expectedVersion: 1, status: 'complete', value: { paths: ['/analytics'] } };
    expect((await call('backend', 'board_write', spec)).value).toEqual({
      board: { name: board.taskId, version: 2 },
      artifact: {
        ...{ name: 'api_spec', owner: 'backend', status: 'complete', blockedBy: [], version: 2 },
        ...{ path: '/specs/analytics.yaml', task: null },
      },
      unblocked: [{ name: 'security_review', owner: 'cso' }],
    });
    const read = await call('cso', 'board_read', { name: 'api_spec' });
    expect(read.value).toMatchObject({
      artifact: { value: { paths: ['/analytics'] }, writtenBy: 'backend', version: 2 },
    });
    const decided = await call('cso', 'board_decide', { decision: 'Encrypt at rest', rationale: 'policy' });
    expect(decided.value).toMatchObject({
      board: { version: 3 },
      decision: { agent: 'cso', decision: 'Encrypt at rest' },
    });
    const whole = await call('cso', 'board_read', {});
    expect(whole.value).toMatchObject({ board: { version: 3 }, decisions: [{ agent: 'cto' }, { agent: 'cso' }] });
  });

  it('a stale write is an answer with the latest state; the same call again is the same answer (I4)', async () => {
    await open();
    const write = { name: 'api_spec', expectedVersion: 1, value: 'one' };
    const request = await bench.request('cadre.board_write', write, {
      agent: 'backend',
      path: 'board/backend',
      step: 500,
    });
    const first = await bench.call(request);
    expect((await bench.call(request, 1, 'run-after-reset')).body).toEqual(first.body);
    const stale = await call('backend', 'board_write', { ...write, value: 'two' });
    expect(stale.result.isError).toBe(true);
    expect(stale.value).toMatchObject({
      error: { kind: 'VersionConflict' },
      board: { name: board.taskId },
      latest: { name: 'api_spec', version: 2, value: 'one', owner: 'backend' },
    });
  });

  it('sources and privacy stay with what was written (I8)', async () => {
    await open();
    const untrusted = await bench.store.untrusted.union([], ['mail:3']);
    await call('backend', 'board_write', { name: 'api_spec', expectedVersion: 1, value: 'from a mail' }, { untrusted });
    await call('secret', 'board_write', { name: 'salaries', value: 'Ana earns 7' });
    const read = await call('cso', 'board_read', {});
    expect(read.result.untrusted?.sample).toEqual(['mail:3']);
    expect(JSON.stringify(read.value)).not.toContain('Ana');
    expect(read.value['artifacts']).toContainEqual(expect.objectContaining({ name: 'salaries', withheld: 'private' }));
    expect((await call('cso', 'board_read', { heads: true })).result.untrusted).toBeNull();
    expect(JSON.stringify((await call('secret', 'board_read', { name: 'salaries' })).value)).toContain('Ana');
  });

  it('refuses in sentences: other owners, what is blocked, cycles, agents that are not there', async () => {
    await open();
    const write = (agent: string, args: JsonObject): Promise<string> => kindOf(call(agent, 'board_write', args));
    expect(await write('cso', { name: 'api_spec', expectedVersion: 1 })).toBe('ToolNotAllowed');
    expect(await write('cso', { name: 'security_review', expectedVersion: 1, status: 'complete' })).toBe('ToolFailed');
    const ring = { name: 'api_spec', expectedVersion: 1, status: 'pending', blockedBy: 'security_review' };
    expect(await write('backend', ring)).toBe('Deadlock');
    expect(await write('cso', { name: 'x', owner: 'mallory' })).toBe('UnknownAgent');
    const artifacts = { a: { blockedBy: 'b' }, b: { blockedBy: 'a' } };
    expect(await kindOf(open({ artifacts }, 'ring'))).toBe('Deadlock');
  });

  it('where no composition opened one, the run has a board of its own', async () => {
    const first = await call('cso', 'board_write', { name: 'note', value: 'x' }, { path: 'cso' });
    expect(first.value).toMatchObject({ board: { name: 'bench', version: 2 } });
    const read = await call('backend', 'board_read', {}, { path: 'other/backend' });
    expect(read.value['artifacts']).toEqual([expect.objectContaining({ name: 'note', value: 'x', writtenBy: 'cso' })]);
  });
});
