import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../contracts/run';
import { startDrillModel, toolCall, type DrillModel, type DrillRequest } from '../support/drill-model';
import { Harness, until } from '../support/harness';

jest.setTimeout(120_000);

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  model.requests.length = 0;
  model.answer = () => undefined;
  model.beforeAnswer = () => undefined;
});

interface Row {
  name: string;
  status: string;
  version: number;
  value?: unknown;
  writtenBy?: string | null;
}
interface Board {
  board: { name: string; version: number };
  artifacts: Row[];
  decisions: { agent: string; decision: string }[];
}
interface View {
  artifacts: { name: string; state: string; waitsFor?: string[]; by?: string }[];
}

const input = (artifacts: object, more: object = {}) => ({
  team: 'drill',
  task: 'Get it done',
  board: { taskId: 'drill', artifacts, ...more },
});
const run = (artifacts: object, more: object = {}): Promise<RunResult> =>
  cadre.run('blackboard', input(artifacts, more));
const boardOf = ({ output }: RunResult): Board => output as unknown as Board;
const write = (args: object) => ({ message: toolCall('board_write', args) });
const says = (content: string) => ({ message: { role: 'assistant', content } });
const of = (agent: string): DrillRequest[] => model.requests.filter((request) => request.agent === agent);

describe('a blackboard on a model behind a real socket', () => {
  it('costs one call for each artifact whose agent answers, and one more where it writes by itself', async () => {
    for (const writing of [false, true]) {
      model.requests.length = 0;
      model.answer = ({ agent, step, tools }) => {
        if (agent !== 'south' || step > 0 || !writing) return undefined;
        expect(tools).toEqual(expect.arrayContaining(['board_read', 'board_write', 'board_decide']));
        return write({ name: 'b', expectedVersion: 1, status: 'complete', value: 'made by hand' });
      };
      const result = await run({
        a: { owner: 'north' },
        b: { owner: 'south', blockedBy: 'a' },
        c: { owner: 'lead', blockedBy: ['a', 'b'] },
        d: { status: 'complete', value: 'was there' },
      });
      expect(result).toMatchObject({ status: 'completed' });
      expect(model.requests).toHaveLength(writing ? 4 : 3);
      // Opened, read at the end, and one write for each artifact, whoever makes it.
      expect(result.usage).toMatchObject({ modelCalls: writing ? 4 : 3, toolCalls: 5 });
      expect(boardOf(result).artifacts.map(({ name, value, version }) => [name, value, version])).toEqual([
        ['a', 'north is done', 2],
        ['b', writing ? 'made by hand' : 'south is done', 2],
        ['c', 'lead is done', 2],
        ['d', 'was there', 1],
      ]);
    }
    // What blocked an artifact is the material of whoever makes it.
    expect(of('lead').at(-1)?.said).toMatch(/north is done[^]*made by hand/);
  });

  it('two agents race for one artifact: the slower one gets the latest state and writes over that', async () => {
    const arrived: string[] = [];
    let open: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    model.beforeAnswer = async ({ agent, step }) => {
      if (step !== 0) return;
      arrived.push(agent);
      if (arrived.length === 2) open();
      await both;
    };
    model.answer = ({ agent, said }) => {
      if (said.includes('VersionConflict')) {
        const [, version = '0'] = /"version":(\d+)[^]*$/.exec(said.slice(said.indexOf('"latest"'))) ?? [];
        const other = agent === 'north' ? 'south' : 'north';
        expect(said).toContain(`seen by ${other}`);
        const value = ['seen by ' + other, 'seen by ' + agent];
        return write({ name: 'log', expectedVersion: Number(version), value });
      }
      if (said.includes('about the artifact'))
        return write({ name: 'log', expectedVersion: 1, value: [`seen by ${agent}`] });
      return says(`${agent} is done`);
    };
    const result = await run({ a: { owner: 'north' }, b: { owner: 'south' }, log: { status: 'complete', value: [] } });
    expect(result.status).toBe('completed');
    const log = boardOf(result).artifacts.find(({ name }) => name === 'log');
    expect(log).toMatchObject({ version: 3 });
    expect((log?.value as string[]).sort()).toEqual(['seen by north', 'seen by south']);
    expect(model.requests).toHaveLength(5);
    expect(model.requests.filter(({ said }) => said.includes('VersionConflict'))).toHaveLength(1);
  });

  it('whoever waits wakes with the write that completes its blocker, not with the end of a round', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    model.answer = ({ agent, step }) =>
      agent === 'north' && step === 0
        ? write({ name: 'a', expectedVersion: 1, status: 'complete', value: 'early' })
        : undefined;
    model.beforeAnswer = ({ agent, step }) => (agent === 'north' && step === 1 ? held : undefined);
    const handle = await cadre.start(
      'blackboard',
      input({ a: { owner: 'north' }, b: { owner: 'south', blockedBy: 'a' } }),
    );
    await until(20_000, 'south to begin while north is still talking', () => Promise.resolve(of('south')[0]));
    expect(of('south')[0]?.said).toContain('early');
    const view = await handle.query<View>('board');
    expect(view.artifacts[0]).toMatchObject({ name: 'a', status: 'complete', by: 'north' });
    release();
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    expect(of('north')).toHaveLength(2);
  });

  it('a deadlock of the first board is named before anybody is asked', async () => {
    const ring = { a: { owner: 'north', blockedBy: 'b' }, b: { owner: 'south', blockedBy: ['a'] } };
    await expect(run(ring)).rejects.toMatchObject({
      cause: { type: 'Deadlock', message: expect.stringContaining('a (north) → b (south) → a') as unknown },
    });
    await expect(run({ a: { owner: 'north', blockedBy: 'nothing' } })).rejects.toMatchObject({
      cause: { type: 'Deadlock', message: expect.stringContaining('waits for nothing, which nobody makes') as unknown },
    });
    expect(model.requests).toHaveLength(0);
  });

  it('an agent that would make one is told the ring, and everything goes on', async () => {
    model.answer = ({ agent, step }) =>
      agent === 'north' && step === 0
        ? write({ name: 'a', expectedVersion: 1, blockedBy: 'b', status: 'pending' })
        : undefined;
    const result = await run({ a: { owner: 'north' }, b: { owner: 'south', blockedBy: 'a' } });
    expect(result.status).toBe('completed');
    expect(of('north')[1]?.said).toContain('a (north) → b (south) → a');
  });

  it('an agent finds what is missing, puts it on the board, waits for it, and goes on when it is there', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    model.beforeAnswer = ({ agent }) => (agent === 'south' ? held : undefined);
    model.answer = ({ agent, said }) => {
      if (agent !== 'north' || said.includes('artifact data')) return undefined;
      if (said.includes('"unblocked"')) {
        return said.includes('"data"') && !said.includes('"pending"')
          ? write({ name: 'report', expectedVersion: 1, status: 'pending', blockedBy: 'data' })
          : says('I wait for the data');
      }
      return write({ name: 'data', owner: 'south', status: 'not_started', task: 'Collect the data' });
    };
    const handle = await cadre.start('blackboard', input({ report: { owner: 'north' } }));
    await until(20_000, 'the report to wait', async () => {
      const { artifacts } = await handle.query<View>('board');
      return artifacts.find(({ name, state }) => name === 'report' && state === 'waiting');
    });
    release();
    const result = (await handle.result()) as RunResult;
    expect(result.status).toBe('completed');
    expect(boardOf(result).artifacts.map(({ name, value }) => [name, value])).toEqual([
      ['data', 'south is done'],
      ['report', 'north is done'],
    ]);
    expect(of('south')[0]?.said).toContain('Collect the data');
    expect(of('north').at(-1)?.said).toContain('south is done');
  });

  it('what fails leaves those it blocks named, and all others go on', async () => {
    model.answer = ({ agent }) => (agent === 'north' ? says('') : undefined);
    const result = await run({
      a: { owner: 'north' },
      b: { owner: 'south', blockedBy: 'a' },
      c: { owner: 'lead' },
      d: { owner: 'critic', blockedBy: 'c' },
    });
    expect(result).toMatchObject({
      status: 'partial',
      stoppedBecause: 'a (north) failed: MalformedOutput; b (south) is blocked by a',
      parts: {
        artifacts: [
          { state: 'failed' },
          { state: 'blocked', waitsFor: ['a'] },
          { state: 'complete' },
          { state: 'complete' },
        ],
      },
    });
    expect(boardOf(result).artifacts.map(({ status }) => status)).toEqual([
      'failed',
      'not_started',
      'complete',
      'complete',
    ]);
    expect(of('south')).toEqual([]);
  });

  it('keeps decisions with agent and reason; sources go from artifact to artifact up to the result (I8)', async () => {
    model.answer = ({ agent, step }) => {
      if (agent === 'reader' && step === 0) return { message: toolCall('list_files', {}) };
      if (agent === 'north' && step === 0)
        return { message: toolCall('board_decide', { decision: 'Use ClickHouse', rationale: 'It is columnar' }) };
      return undefined;
    };
    const seed = { decisions: [{ agent: 'lead', decision: 'Begin' }] };
    const result = await run({ a: { owner: 'reader' }, b: { owner: 'north', blockedBy: 'a' } }, seed);
    expect(boardOf(result).decisions).toMatchObject([
      { agent: 'lead', decision: 'Begin' },
      { agent: 'north', decision: 'Use ClickHouse', rationale: 'It is columnar' },
    ]);
    expect(result.parts).toMatchObject({ decisions: [{ agent: 'lead' }, { agent: 'north' }] });
    expect(result.untrusted?.count).toBeGreaterThan(0);
  });

  it('what nobody owns is taken by an agent that has nothing to do, once', async () => {
    const artifacts = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, {}]));
    const result = await cadre.run('blackboard', { ...input(artifacts), agents: ['north', 'south'] });
    expect(result.status).toBe('completed');
    expect(model.requests).toHaveLength(4);
    expect(new Set(boardOf(result).artifacts.map(({ writtenBy }) => writtenBy))).toEqual(new Set(['north', 'south']));
  });

  it('the board of the founding documents loads as it was written, and its owners are there without a team', async () => {
    const board = {
      task_id: 'feat-analytics-dashboard',
      status: 'in_progress',
      artifacts: {
        api_spec: { owner: 'backend', status: 'complete', path: '/specs/analytics.yaml' },
        ui_mockup: { owner: 'frontend', status: 'in_progress' },
        security_review: { owner: 'cso', status: 'pending', blocked_by: 'api_spec' },
        deployment_config: { owner: 'devops', status: 'not_started' },
      },
      decisions: [{ agent: 'cto', decision: 'Use ClickHouse for analytics storage', rationale: '...' }],
    };
    const folder = path.join(cadre.folder, 'agents', 'analytics');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'team.yaml'), 'kind: Team\nmetadata: { name: analytics }\nspec: {}\n');
    writeFileSync(path.join(folder, 'board.json'), JSON.stringify(board));
    const composition = { team: 'analytics', composition: board.task_id };
    for (const [type, given] of [
      ['blackboard', composition],
      ['compose', composition],
    ] as const)
      expect(await cadre.run(type, given)).toMatchObject({ status: 'completed', usage: { modelCalls: 3 } });
    const result = await cadre.run('blackboard', { board });
    expect(result).toMatchObject({ status: 'completed', usage: { modelCalls: 3, toolCalls: 5 } });
    expect(boardOf(result).artifacts.map(({ name, status, writtenBy }) => [name, status, writtenBy])).toEqual([
      ['api_spec', 'complete', null],
      ['deployment_config', 'complete', 'devops'],
      ['security_review', 'complete', 'cso'],
      ['ui_mockup', 'complete', 'frontend'],
    ]);
  });
});
