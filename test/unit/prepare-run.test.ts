import { gunzipSync } from 'node:zlib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { makePrepareRun, prepareRun } from '../../activities/prepare-run';
import { openStore, type Store } from '../../activities/stores';
import { makeTeamCatalog } from '../../activities/teams';
import type { PrepareRunRequest } from '../../contracts/activities';
import { digestOf } from '../../contracts/digest';
import type { Json } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';
import type { RunPlan } from '../../contracts/run';
import { removeTempTeams, tempTeam } from '../support/teams/temp-team';

const teams = path.join(__dirname, '..', 'support', 'teams');
const folder = mkdtempSync(path.join(tmpdir(), 'cadre-prepare-'));
const log = pino({ level: 'silent' });
let store: Store;

beforeAll(async () => {
  store = await openStore({ file: path.join(folder, 'cadre.db'), databaseUrl: undefined, log });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  removeTempTeams();
});

function deps(more: Partial<Parameters<typeof prepareRun>[0]> = {}): Parameters<typeof prepareRun>[0] {
  return {
    store,
    teams: makeTeamCatalog({ folders: [path.join(teams, 'full')] }),
    env: {},
    log,
    now: () => new Date('2026-03-20T00:00:00Z'),
    namespace: 'default',
    separatedZones: ['external'],
    probeSearchAttributes: () => Promise.resolve(true),
    ...more,
  };
}
const prepare = (type: PatternName, input: Json): Promise<RunPlan> => prepareRun(deps(), { type, input });
const refusal = async (type: PatternName, input: Json): Promise<string> => {
  const error: unknown = await prepare(type, input).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'InvalidInput' });
  return (error as Error).message;
};

describe('what a run is made of', () => {
  test('a task alone is enough for "agent"', async () => {
    const plan = await prepare('agent', { task: 'Say hello' });
    expect(plan).toMatchObject({
      node: { agent: 'agent' },
      subject: 'agent',
      input: { task: 'Say hello', input: {}, budget: { tokens: 2_000_000, steps: 400 }, timeoutMs: 86_400_000 },
      team: { inline: true, agents: { agent: { models: ['auto'], tools: [], trust: 'read-only' } } },
      searchAttributes: true,
      namespace: 'default',
      queues: { model: 'cadre', external: 'cadre-external', elevated: 'cadre-elevated' },
      notices: ['No team was named: agent is a generic agent without tools.'],
    });
    expect(plan.limits.maxSteps).toBe(12);
  });

  test('the team is stored under its digest and travels with the run', async () => {
    const plan = await prepare('supervisor', { team: 'full', task: 'Look' });
    const body = JSON.parse(gunzipSync(Buffer.from(plan.teamBody ?? '', 'base64')).toString('utf8')) as Json;
    expect(digestOf(body)).toBe(plan.team.digest);
    expect((await store.teams.get(plan.team.digest)).body).toEqual(body);
    expect(JSON.stringify(plan)).not.toContain('You read tickets');
  });

  test('the only composition of the type fills in what the input leaves out', async () => {
    const plan = await prepare('supervisor', { team: 'full', max_parallel: 2, input: { date: '2026-03-19' } });
    expect(plan.node).toMatchObject({ supervisor: 'chief', specialists: ['jira', 'writer'], maxParallel: 2 });
    expect(plan.subject).toBe('daily');
    expect(plan.input.task).toBe('Report on 2026-03-19');
    expect(plan.node.task).toBeUndefined();
  });

  test("the person's task goes before the composition's, and inside it where it has a place", async () => {
    expect((await prepare('compose', { team: 'full', composition: 'daily', task: 'Mine' })).input.task).toBe('Mine');
    const team = {
      agents: ['a'].map((name) => ({ name })),
      compositions: { c: { agent: 'a', task: 'Politely: {{task}}' } },
    };
    expect((await prepare('agent', { team, task: 'go away' })).input.task).toBe('Politely: go away');
    expect(await refusal('agent', { team })).toBe('"task" is required: say what the run shall do.');
  });

  test('preparing a run does not alter the team that the next run gets', async () => {
    const catalog = makeTeamCatalog({ folders: [path.join(teams, 'full')] });
    const before = digestOf((await catalog.load('full')).team);
    await prepareRun(deps({ teams: catalog }), {
      type: 'compose',
      input: { team: 'full', composition: 'daily', task: 'x' },
    });
    expect(digestOf((await catalog.load('full')).team)).toBe(before);
  });

  test('budgets, time and priority are taken over; the clock is the shorter of the two', async () => {
    const { input } = await prepare('agent', {
      task: 'x',
      budget: { tokens: 500, wall_clock: '5m' },
      timeout: '1h',
      priority: 1,
      fairness_key: 'team-a',
      requested_by: 'dana',
      background: 'b',
    });
    expect(input).toMatchObject({ budget: { tokens: 500, steps: 400, wallClockMs: 300_000 }, timeoutMs: 300_000 });
    expect(input).toMatchObject({ priority: 1, fairnessKey: 'team-a', requestedBy: 'dana', background: 'b' });
  });

  test('names without a team are generic agents; short forms are written out', async () => {
    const plan = await prepare('router', {
      task: 'x',
      router: 'desk',
      routes: ['tech', { agent: 'billing', when: 'money' }],
      fallback: { approval: { reason: 'Who takes this?', timeout: '5m' } },
    });
    expect(Object.keys(plan.team.agents)).toEqual(['desk', 'tech', 'billing']);
    expect(plan.node).toEqual({
      pattern: 'router',
      router: 'desk',
      routes: [
        { name: 'tech', node: { agent: 'tech' } },
        { name: 'billing', when: 'money', node: { agent: 'billing' } },
      ],
      fallback: { approval: { reason: 'Who takes this?', timeoutMs: 300_000 } },
    });
  });

  test('a composition is found without its team, and the default team is used when none is named', async () => {
    expect((await prepare('compose', { composition: 'daily', task: 'x' })).team.name).toBe('full');
    const catalog = makeTeamCatalog({ folders: [path.join(teams, 'full')], defaultTeam: 'full' });
    const plan = await prepareRun(deps({ teams: catalog }), { type: 'agent', input: { agent: 'jira', task: 'x' } });
    expect(plan.team.name).toBe('full');
  });

  test('a probe that fails means no search attributes, and is told', async () => {
    const plan = await prepareRun(deps({ probeSearchAttributes: () => Promise.reject(new Error('no')) }), {
      type: 'agent',
      input: { task: 'x' },
    });
    expect(plan.searchAttributes).toBe(false);
    expect(plan.notices.join()).toContain('could not be probed');
  });

  test('a team above the inline limit is left to the store', async () => {
    const instructions = (n: number): string => Array.from({ length: 300 }, (_, m) => digestOf({ n, m })).join(' ');
    const agents = Array.from({ length: 40 }, (_, n) => ({ name: `a${n}`, instructions: instructions(n) }));
    const big = tempTeam({ 'team.yaml': JSON.stringify({ agents }) }, 'big');
    const plan = await prepareRun(deps({ teams: makeTeamCatalog({ folders: [big] }) }), {
      type: 'agent',
      input: { team: 'big', agent: 'a1', task: 'x' },
    });
    expect(plan.teamBody).toBeUndefined();
    expect((await store.teams.get(plan.team.digest)).name).toBe('big');
  });
});

describe('a bad input is refused in sentences', () => {
  test.each<[PatternName, Json, string | RegExp]>([
    [
      'supervisor',
      { task: 'x', speciallists: [] },
      'The input of "supervisor" has an unknown field "speciallists"; did you mean "specialists"?',
    ],
    ['agent', {}, '"task" is required: say what the run shall do.'],
    ['agent', { task: '' }, '"task" must not be empty.'],
    ['agent', 'hello', 'The input of "agent" must be one JSON object, such as {"task": "…"}.'],
    ['agent', null, 'The input of "agent" must be one JSON object, such as {"task": "…"}.'],
    [
      'agent',
      { task: 1, priority: 9 },
      'The input of "agent" has 2 faults:\n  - "task" must be text, not a number.\n  - "priority" must be at most 5.',
    ],
    ['agent', { team: 'ful', task: 'x' }, 'There is no team named "ful" here (did you mean "full"?).'],
    [
      'agent',
      { team: 'full', task: 'x' },
      'The team "full" has 5 agents: say which by "agent" (chief, jira, jira-cached, writer, security).',
    ],
    [
      'agent',
      { team: 'full', agent: 'jria', task: 'x' },
      '"agent" names the agent "jria", which the team does not have; did you mean "jira"?',
    ],
    [
      'pipeline',
      { task: 'x' },
      'The input of "pipeline" needs "stages": the nodes to run one after another; or name a "team" that brings it.',
    ],
    [
      'pipeline',
      { team: 'full', composition: 'daily', task: 'x' },
      'The composition "daily" is of type supervisor, not pipeline: start it as "supervisor" or "compose".',
    ],
    [
      'compose',
      { team: 'full', task: 'x' },
      'The team "full" has 2 compositions: say which by "composition" (daily, sides).',
    ],
    [
      'compose',
      { team: 'full', composition: 'dayly', task: 'x' },
      'The team "full" has no composition "dayly" (did you mean "daily"?).',
    ],
    [
      'compose',
      { task: 'x', composition: { pattern: 'piepline' } },
      '"composition.pattern" has no meaning as "piepline"; did you mean "pipeline"?',
    ],
    ['supervisor', { team: 'full' }, 'The run needs a field of "input" that is not given: "input": {"date": …}.'],
    [
      'fanOut',
      { team: 'full', task: 'x' },
      'The run needs a field of "input" that is not given: "input": {"sides": …}.',
    ],
    [
      'agent',
      { task: 'x', budget: { usd: 1 } },
      '"budget.usd" cannot be kept: the price of auto is not known. Set usdPerMillionTokens of the model, or limit tokens.',
    ],
    [
      'agent',
      { team: 'full', agent: 'chief', task: 'x', privacy: 'private' },
      '"chief" would get private material (of the input), and all its models are remote: give it a model of locality local.',
    ],
    [
      'agent',
      { task: 'x', input: JSON.parse('{"a":{"__proto__":{"b":1}}}') as Json },
      '"input.a" has the key "__proto__", which is never allowed.',
    ],
  ])('%s %j', async (type, input, sentence) => {
    expect(await refusal(type, input)).toEqual(sentence instanceof RegExp ? expect.stringMatching(sentence) : sentence);
  });

  test('depth and size have their bounds', async () => {
    let node: Json = { agent: 'a' };
    for (let depth = 0; depth < 9; depth++) node = { pattern: 'pipeline', stages: [node] };
    expect(await refusal('compose', { task: 'x', composition: node })).toMatch(/nested deeper than 8 levels/);
    for (let depth = 0; depth < 100_000; depth++) node = [node];
    expect(await refusal('compose', { task: 'x', input: { node } })).toMatch(/bytes of at most|nested deeper/);
    expect(await refusal('agent', { task: 'x'.repeat(300_000) })).toMatch(/takes 300\d+ bytes of at most 262144/);
  });

  test('what follows stands beside, not inside: a long row of "then" is not deep', async () => {
    let node: Json = { agent: 'a' };
    for (let n = 0; n < 12; n++) node = { pattern: 'pipeline', stages: ['a'], then: node };
    await expect(prepare('compose', { task: 'x', composition: node })).resolves.toMatchObject({ subject: 'ad-hoc' });
  });

  test('an inline team cannot be elevated, start a program, or read the environment', async () => {
    const team = {
      agents: [{ name: 'a', trust: 'elevated', tools: ['sh.run'] }],
      tools: { sh: { mcp: { command: 'bash' } } },
      models: { m: { provider: 'openai-compatible', model: 'x', baseUrl: 'http://x/${SECRET}' } },
    };
    const error: unknown = await prepare('agent', { task: 'x', team }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'InvalidTeam' });
    expect((error as Error).message).toMatch(/3 faults/);
  });

  test('as an activity it knows the workflow it prepares', async () => {
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'agent/x/1', runId: 'r' } });
    const request: PrepareRunRequest = { type: 'agent', input: { task: 'x' } };
    const plan = await environment.run<[PrepareRunRequest], RunPlan, ReturnType<typeof makePrepareRun>>(
      makePrepareRun(deps()),
      request,
    );
    expect(plan.workflowId).toBe('agent/x/1');
  });

  test('its material can be read by its own run, also after a reset, and by no other', async () => {
    const input = { note: 'only of this run' };
    const run = { workflowId: 'agent/x', runId: 'after-a-reset' };
    const request = { type: 'agent' as const, input: { task: 'x', input } };
    await prepareRun(deps(), { ...request, firstRunId: 'first' }, () => run);
    const id = digestOf(input);
    expect(JSON.parse(await store.blobs.ofRun('agent/x#first').getText(id))).toEqual(input);
    for (const other of ['agent/x#after-a-reset', 'agent/y#first'])
      await expect(store.blobs.ofRun(other).getText(id)).rejects.toMatchObject({ kind: 'ToolFailed' });
    await prepareRun(deps(), request, () => run);
    expect(await store.blobs.ofRun('agent/x#after-a-reset').head(id)).toMatchObject({ id });
  });

  test('the activity turns it into a failure that is not retried', async () => {
    const activity = makePrepareRun(deps());
    await expect(activity({ type: 'agent', input: {} })).rejects.toMatchObject({
      name: 'ApplicationFailure',
      type: 'InvalidInput',
      nonRetryable: true,
      message: '"task" is required: say what the run shall do.',
    });
  });
});
