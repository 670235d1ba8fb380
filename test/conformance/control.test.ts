import { type WorkflowFailedError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import path from 'node:path';
import { pino } from 'pino';
import { openStore, type Store } from '../../activities/stores';
import type { Json } from '../../contracts/json';
import type { RunResult } from '../../contracts/run';
import { approveOpen, finish, Gate, openApprovals, person } from '../support/conformance/drive';
import { begin, openLab, type Lab, type TrialRun } from '../support/conformance/lab';
import { temporal } from '../support/conformance/replays';
import { trials, type Trial } from '../support/conformance/trials';
import { toolCall } from '../support/drill-model';
import { until } from '../support/harness';

jest.setTimeout(120_000);

let lab: Lab;
let store: Store;

beforeAll(async () => {
  lab = await openLab();
  store = await openStore({
    file: path.join(lab.cadre.config.home, 'cadre.db'),
    databaseUrl: undefined,
    log: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await store.close();
  await lab.close();
});

const trialOf = (type: string, input?: Record<string, Json>): Trial => {
  const found = trials.find((trial) => trial.type === type);
  if (!found) throw new Error(`there is no trial for ${type}`);
  return { ...found, ...(input && { input }) };
};
const approval = async (run: TrialRun) =>
  until(lab.patienceMs, 'an approval', async () => (await openApprovals(run.handle))[0]);
const rejected = async ({ handle }: TrialRun): Promise<{ name: string; reason: string }[]> =>
  (await handle.query<{ rejectedMessages: { name: string; reason: string }[] }>('status')).rejectedMessages;
const failureOf = async (run: TrialRun): Promise<WorkflowFailedError> =>
  run.result().then(
    () => Promise.reject(new Error('the run did not fail')),
    (error: WorkflowFailedError) => error,
  );

describe('decisions at the wrong time', () => {
  it('F14: late, the deadline stands, the person hears why, and the tool never runs', async () => {
    const gate = Gate.at(lab, (_request, index) => index === 1);
    const run = await begin(lab, trialOf('agent'), { team: 'hasty' });
    const { id, digest } = await approval(run);
    await gate.first('the call after the deadline');
    const late = run.handle.executeUpdate('decide', { args: [{ id, decision: 'approve', by: person, digest }] });
    await expect(late).rejects.toMatchObject({
      cause: { message: expect.stringContaining(`"${id}" is already expired by deadline`) as unknown },
    });
    await run.handle.signal('decide', { id, decision: 'approve', by: person, digest });
    gate.release();
    const result = await run.result();
    expect(result).toMatchObject({
      status: 'completed',
      approvals: [{ id, state: 'expired' }],
      failures: [{ kind: 'ApprovalExpired' }],
    });
    expect(await rejected(run)).toEqual([
      expect.objectContaining({ name: 'decide', reason: expect.stringContaining('already expired') as unknown }),
    ]);
    expect(run.entries).toEqual([]);
  });

  it('F15: after the run has closed, by a typed error', async () => {
    const run = await begin(lab, trialOf('agent'));
    const { id, digest } = await approval(run);
    await finish(run);
    const decision = { id, decision: 'reject', by: person, digest };
    await expect(run.handle.executeUpdate('decide', { args: [decision] })).rejects.toBeInstanceOf(
      WorkflowNotFoundError,
    );
    await expect(run.handle.signal('decide', decision)).rejects.toBeInstanceOf(WorkflowNotFoundError);
    expect(run.entries).toEqual(['the result']);
  });

  it('F17: before it is asked for; a reset sends the decision again, too early, and it approves nothing', async () => {
    const gate = Gate.at(lab, (_request, index) => index === 0);
    const run = await begin(lab, trialOf('agent'));
    await gate.first('the first call');
    const early = run.handle.executeUpdate('decide', {
      args: [{ id: '0-0-00000000', decision: 'approve', by: person }],
    });
    await expect(early).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    gate.release();
    const { id, digest } = await approval(run);
    await run.handle.signal('decide', { id, decision: 'approve', by: person, digest });
    await until(lab.patienceMs, 'the decision to count', async () => (await openApprovals(run.handle)).length === 0);
    await temporal(lab, [
      'workflow',
      'reset',
      '--workflow-id',
      run.handle.workflowId,
      '--type',
      'FirstWorkflowTask',
      '--reason',
      'again',
    ]);
    const again = { ...run, handle: lab.cadre.client.workflow.getHandle(run.handle.workflowId) } as TrialRun;
    // The same action has the same id; its decision came again before it was asked, and is listed as refused.
    expect(await approval(again)).toMatchObject({ id, digest, state: 'open' });
    expect(await rejected(again)).toEqual([
      {
        name: 'decide',
        reason: `There is no approval "${id}". No approval is open.`,
        at: expect.any(String) as unknown,
      },
    ]);
    await again.handle.terminate('the test is over');
  });

  it('F19: a flood of signals is bounded and harms nothing', async () => {
    const run = await begin(lab, trialOf('agent'));
    await approval(run);
    const flood = Array.from({ length: 300 }, (_each, n) => n);
    for (const part of [0, 100, 200]) {
      await Promise.all(
        flood.slice(part, part + 100).map((n) => run.handle.signal('steer', { text: `No. ${n}`, from: person })),
      );
      await Promise.all(flood.slice(part, part + 50).map((n) => run.handle.signal(`noise-${n}`, n)));
    }
    const status = await until(lab.patienceMs, 'the flood to have passed', async () => {
      const now = await run.handle.query<{ events: number; status: string }>('status');
      return now.events >= 450 && now;
    });
    expect(status).toMatchObject({ status: 'waiting-approval' });
    expect(await rejected(run)).toHaveLength(50);
    expect(await finish(run)).toMatchObject({ status: 'completed', output: 'publisher is done' });
    // A hundred of them reach the agent, the rest were refused: the limit of the run.
    expect(run.requests[1]?.text.match(/No\. \d+/g)).toHaveLength(100);
  });
});

describe('the kill switch', () => {
  const now = (): string => new Date().toISOString();
  const branches = [{ agent: 'north' }, { agent: 'south' }];
  const both = trialOf('fanOut', { branches, onPartial: 'continue' });

  afterEach(async () => {
    await store.killSwitch.revive('agent:north', 'dana', now());
    await store.killSwitch.revive('all', 'dana', now());
    // The worker looks again within a quarter of a second.
    await until(lab.patienceMs, 'the agents to work again', async () => {
      const run = await begin(lab, trialOf('fanOut', { branches }));
      return run.result().catch(() => null);
    });
  });

  async function abortedWithin(gate: Gate, agents: string[], limitMs: number): Promise<void> {
    const startedAt = performance.now();
    const wanted = gate.held.filter(({ agent }) => agents.includes(agent));
    expect(wanted).toHaveLength(agents.length);
    await until(lab.patienceMs, 'the calls to be aborted', () =>
      Promise.resolve(wanted.every(({ aborted }) => aborted)),
    );
    expect(performance.now() - startedAt).toBeLessThan(limitMs);
  }

  it('F41: one agent: its call is aborted within 2 s, the other goes on, a worker started later obeys', async () => {
    const gate = Gate.at(lab, () => true);
    const run = await begin(lab, both);
    await until(lab.patienceMs, 'both calls at the model', () => Promise.resolve(gate.held.length === 2));
    await store.killSwitch.kill('agent:north', 'dana', 'it raves', now());
    await abortedWithin(gate, ['north'], 2_000);
    expect(gate.held.filter(({ aborted }) => aborted)).toHaveLength(1);
    gate.release();
    const result = await run.result();
    expect(result).toMatchObject({ status: 'partial', output: [{ from: '2-south', value: 'south is done' }] });
    expect(result.failures.map(({ kind }) => kind)).toContain('AgentDisabled');

    await lab.cadre.stopWorker();
    await lab.cadre.startWorker();
    const later = await begin(lab, both);
    expect(await later.result()).toMatchObject({ status: 'partial' });
    expect(later.requests.map(({ agent }) => agent)).toEqual(['south']);

    await store.killSwitch.revive('agent:north', 'lee', now());
    expect(await store.killSwitch.list()).toContainEqual(
      expect.objectContaining({ scope: 'agent:north', by: 'dana', revivedBy: 'lee' }),
    );
    const revived = await until(lab.patienceMs, 'the revived agent to work', async () => {
      const result: RunResult = await (await begin(lab, both)).result();
      return result.status === 'completed' && result;
    });
    expect(revived.output).toHaveLength(2);
  });

  it('F42: all: every call is aborted within 2 s, no new one starts, and the run says who it was', async () => {
    const gate = Gate.at(lab, () => true);
    const run = await begin(lab, both);
    await until(lab.patienceMs, 'both calls at the model', () => Promise.resolve(gate.held.length === 2));
    await store.killSwitch.kill('all', 'dana', 'fire drill', now());
    await abortedWithin(gate, ['north', 'south'], 2_000);
    gate.release();
    expect((await failureOf(run)).cause?.message).toMatch(/SystemDisabled.*dana stopped all agents: fire drill/s);
    const later = await begin(lab, trialOf('agent', { agent: 'south' }));
    expect((await failureOf(later)).cause).toMatchObject({ type: 'SystemDisabled' });
    expect(later.requests).toEqual([]);
  });
});

describe('bounds', () => {
  const six = ['north', 'south', 'lead', 'critic', 'merger', 'chooser'];

  it.each([
    ['inline', six.map((agent) => ({ agent }))],
    ['isolated', six.map((agent) => ({ agent, isolate: true }))],
  ])(
    'F44: a budget that runs out in the middle of a fan-out, %s branches: no call too many, and the run says so',
    async (_how, branches) => {
      const run = await begin(lab, trialOf('fanOut', { branches }), { budget: { steps: 3 } });
      const result = await run.result();
      expect(result).toMatchObject({ status: 'budget-exhausted', steps: 3, usage: { modelCalls: 3 } });
      expect(run.requests).toHaveLength(3);
      expect(Object.keys((result.output as { partial: object }).partial)).toHaveLength(3);
    },
  );

  it('F45: agents that hand each other the same task are stopped, with the way it went', async () => {
    const rules = lab.model.answer;
    lab.model.answer = (request) => {
      const { agent, step, tools } = request;
      const other = agent === 'ping' ? 'pong' : 'ping';
      if (!['ping', 'pong'].includes(agent) || step > 0 || !tools.includes(`ask_${other}`)) return rules(request);
      const mark = /\(run ([\w-]+)\)/.exec(request.text)?.[0] ?? '';
      return { message: toolCall(`ask_${other}`, { task: `You do it ${mark}` }) };
    };
    try {
      const run = await begin(lab, trialOf('agent', { agent: 'ping' }), { team: 'hasty' });
      const result = await run.result();
      const cycle = result.failures.find(({ kind }) => kind === 'CycleDetected');
      expect(cycle?.message).toMatch(/^pong got the same task again: ping#\w+ → pong#(\w+) → ping#\w+ → pong#\1\.$/);
      // Three were asked before it was seen, and each of them answers once more.
      expect(run.requests).toHaveLength(6);
      expect(result.status).toBe('completed');
    } finally {
      lab.model.answer = rules;
    }
  });

  it('F16: approve and reject race, ten times, and one of them counts each time', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, () => begin(lab, trialOf('agent'))));
    for (const run of runs) {
      const { id, digest } = await approval(run);
      const decide = (decision: string, by: string) =>
        run.handle.executeUpdate('decide', { args: [{ id, decision, by, digest }] }).then(
          () => decision,
          () => null,
        );
      const taken = (await Promise.all([decide('approve', 'dana'), decide('reject', 'lee')])).filter(Boolean);
      expect(taken).toHaveLength(1);
      const result = await run.result();
      expect(result.approvals).toMatchObject([{ state: taken[0] === 'approve' ? 'approved' : 'rejected' }]);
      expect(run.entries).toHaveLength(taken[0] === 'approve' ? 1 : 0);
    }
    await Promise.all(runs.map(approveOpen).map((each) => each.catch(() => undefined)));
  });
});
