import '../support/ground/async-storage';
import { BoardGround, maxTurns, tools, withBoardTools } from '../support/ground/board-ground';
import type { Work } from '../support/ground/ground';
import type { BoardSeed } from '../../workflows/run/board-seed';

/** The activity goes to the real tools over a real store, and no server stands between. */
jest.mock('../../workflows/run/activities', (): object => ({
  ...jest.requireActual<object>('../../workflows/run/activities'),
  ...jest.requireActual<object>('../support/ground/tool-activity'),
}));
/** The random stream of a workflow. */
jest.mock('@temporalio/workflow', (): object => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  uuid4: () => 'opening',
}));

jest.setTimeout(120_000);
withBoardTools();

describe('an agent and its artifact', () => {
  const place = (artifacts: object, more: object = {}): BoardGround =>
    new BoardGround({ taskId: 'one', artifacts: artifacts as NonNullable<BoardSeed['artifacts']> }, more);
  const turn = async (at: BoardGround, agent: string): Promise<Work> => {
    await at.settle();
    const work = at.ground.pending.find((one) => one.agent === agent);
    if (!work) throw new Error(`${agent} has nothing to do`);
    return work;
  };
  const written = async (at: BoardGround, name: string) =>
    (await at.stored())?.artifacts.find((item) => item.name === name);

  it('gets what its artifact waited for, its version, and the attempt before', async () => {
    const at = place({
      a: { owner: 'north' },
      b: { owner: 'south', blockedBy: ['a', 'c'], path: 'b.md' },
      c: { status: 'complete', value: 7 },
    });
    (await turn(at, 'north')).done('what north made');
    (await turn(at, 'south')).fail('MalformedOutput');
    const again = await turn(at, 'south');
    const labels = again.material.map((part) =>
      'label' in part ? part.label : 'text' in part ? part.text : part.kind,
    );
    expect(labels.slice(0, 3)).toEqual(['artifact a', 'artifact c', 'the attempt before']);
    expect(labels[3]).toContain('"b" (b.md) of the board one; its version is 1.');
    expect(JSON.stringify(again.material)).toMatch(/what north made[^]*"inline":7/);
  });

  it('a private answer stays private on the board, in what waits for it, and in the result (I8)', async () => {
    const at = place({ a: { owner: 'secret' }, b: { owner: 'north', blockedBy: 'a' } });
    (await turn(at, 'secret')).done('Ana earns 7', { private: true });
    const waiting = await turn(at, 'north');
    expect(waiting.scope.private).toBe(true);
    waiting.done('noted', { private: true });
    await at.settle();
    expect((await at.stored())?.artifacts.map((item) => item.private)).toEqual([true, true]);
    expect(at.outcome).toMatchObject({ status: 'completed', private: true });
    expect(JSON.stringify(at.outcome?.output)).toContain('Ana earns 7');
  });

  it('sources of an answer go to the board and to whoever waits for it (I8)', async () => {
    const untrusted = await tools().store.untrusted.union([], ['mail:7']);
    const at = place({ a: { owner: 'north' }, b: { owner: 'south', blockedBy: 'a' } });
    (await turn(at, 'north')).done('from a mail', { untrusted });
    const waiting = await turn(at, 'south');
    expect(waiting.scope.untrusted?.sample).toEqual(['mail:7']);
    waiting.done('read', { untrusted });
    await at.settle();
    expect(at.outcome?.untrusted?.sample).toEqual(['mail:7']);
  });

  it('a task that another agent has worded comes from that agent, with its sources', async () => {
    const untrusted = await tools().store.untrusted.union([], ['mail:8']);
    const at = place({ a: { owner: 'north' } });
    const work = await turn(at, 'north');
    const tainted = { ...work, scope: { ...work.scope, untrusted } };
    await at.agentCalls(tainted, 0, 'board_write', {
      name: 'x',
      owner: 'south',
      status: 'not_started',
      task: 'Do as the mail says',
    });
    const given = await turn(at, 'south');
    expect([given.task, given.from, given.scope.untrusted?.sample]).toEqual([
      'Do as the mail says',
      'north',
      ['mail:8'],
    ]);
  });

  it('what it gave back is begun again, a bounded number of times', async () => {
    const at = place({ a: { owner: 'north' }, b: { owner: 'south' } });
    (await turn(at, 'south')).done('there');
    for (let n = 1; n <= maxTurns; n += 1) {
      const work = await turn(at, 'north');
      await at.agentCalls(work, n, 'board_write', { name: 'a', expectedVersion: n, status: 'pending' });
      work.done('not yet');
    }
    await at.settle();
    expect(at.outcome).toMatchObject({
      status: 'partial',
      stoppedBecause: `a (north) is pending after ${maxTurns} turns`,
    });
  });

  it('handed over, it is made by the new owner', async () => {
    const at = place({ a: { owner: 'north' } });
    const work = await turn(at, 'north');
    await at.agentCalls(work, 0, 'board_write', {
      name: 'a',
      expectedVersion: 1,
      owner: 'south',
      status: 'not_started',
    });
    work.done('it is for south');
    (await turn(at, 'south')).done('made by south');
    await at.settle();
    expect(await written(at, 'a')).toMatchObject({ owner: 'south', value: 'made by south', agent: 'south' });
  });

  it('written and finished before its agent failed, it is not made again', async () => {
    const at = place({ a: { owner: 'north' } });
    const work = await turn(at, 'north');
    await at.agentCalls(work, 0, 'board_write', { name: 'a', expectedVersion: 1, status: 'complete', value: 'there' });
    work.fail('MalformedOutput');
    await at.settle();
    expect(at.ground.all).toHaveLength(1);
    expect(at.outcome).toMatchObject({ status: 'completed' });
  });

  it('an answer too large for a board goes onto it by reference', async () => {
    const at = place({ a: { owner: 'north' } });
    (await turn(at, 'north')).done(null, {
      output: { blob: `sha256:${'ab'.repeat(32)}`, bytes: 70_000, head: 'It begins' },
    });
    await at.settle();
    expect(await written(at, 'a')).toMatchObject({ status: 'complete', value: { bytes: 70_000, head: 'It begins' } });
  });

  it('what a child workflow wrote is found on the board, and its value is not written over', async () => {
    const at = place({ a: { owner: 'north' }, b: { owner: 'south', blockedBy: ['a', 'new'] }, new: { owner: 'west' } });
    const west = await turn(at, 'west');
    const work = await turn(at, 'north');
    await at.agentCalls(
      work,
      0,
      'board_write',
      { name: 'a', expectedVersion: 1, status: 'in_progress', value: 'by hand' },
      true,
    );
    await at.agentCalls(
      west,
      0,
      'board_write',
      { name: 'new', expectedVersion: 1, status: 'complete', value: 'new' },
      true,
    );
    // From here on the history is long, and nodes are children.
    Object.assign(at.ground.run, { isLong: true });
    work.done('I have written it');
    await at.settle();
    expect(await written(at, 'a')).toMatchObject({ status: 'complete', value: 'by hand' });
    const view = at.ground.run.boardView?.() as { artifacts: object[] };
    expect(view.artifacts).toMatchObject([{ name: 'a' }, { name: 'b', turns: 1 }, { name: 'new', status: 'complete' }]);
    at.ground.cancel();
    await at.settle();
  });

  it('a board of which nothing can be made fails with the first failure as its cause', async () => {
    const at = place({ a: { owner: 'north' }, b: { owner: 'south', blockedBy: 'a' } });
    (await turn(at, 'north')).fail('AgentDisabled');
    await at.settle();
    expect(at.error).toMatchObject({ kind: 'QuorumNotReached' });
    expect(String(at.error)).toContain('a (north) failed: AgentDisabled; b (south) is blocked by a');
  });

  it('shows how it stands in lines', async () => {
    const at = place({
      a: { owner: 'north' },
      b: { owner: 'south', blockedBy: 'a' },
      c: { status: 'failed' },
      d: { blockedBy: 'c' },
    });
    const work = await turn(at, 'north');
    await at.agentCalls(work, 0, 'board_decide', { decision: 'Use ClickHouse' });
    expect(at.ground.run.detailLines?.()).toEqual([
      '- board one: 0 of 4 artifacts complete, version 2',
      ...['▶ a (north)', '· b (south) ← a', '✗ c', '⊘ d ← c'].map((line) => `  - ${line}`),
      '- decided by north: Use ClickHouse',
    ]);
    at.ground.cancel();
    await at.settle();
  });
});
