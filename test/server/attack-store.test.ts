import { digestOf } from '../../contracts/digest';
import { taskQueue } from '../../contracts/names';
import { until } from '../support/harness';
import { call, pause, say, useLab } from '../support/attack/attack-lab';
import { forgedContinuation } from '../support/attack/forged-continuation';

const lab = useLab();

describe('bodies of other runs', () => {
  it('a body is not read by whoever knows its id, and the run goes on', async () => {
    const secret = `a body of another run ${'b'.repeat(400)}`;
    lab.byAgent({ north: () => say(secret) });
    await lab.run('agent', { agent: 'north', task: 'Say it' });
    const id = digestOf(secret);
    lab.byAgent({ reader: ({ step }) => (step === 0 ? call('artifacts_read', { id }) : say('ok')) });
    const { status } = await lab.run('agent', { agent: 'reader', task: 'Read it' });
    expect(status).toBe('completed');
    expect(lab.lastSeen()).toContain('This run has no body');
    expect(lab.lastSeen()).not.toContain('a body of another run');
  });

  it('the run that has made a body reads it, its input as well', async () => {
    const note = `only of this run ${'n'.repeat(400)}`;
    const id = digestOf({ note });
    lab.byAgent({ reader: ({ step }) => (step === 0 ? call('artifacts_read', { id }) : say('ok')) });
    await lab.run('agent', { agent: 'reader', task: 'Read it', input: { note } });
    expect(lab.lastSeen().split('only of this run')).toHaveLength(3);
  });
});

describe('the state of the engine', () => {
  it('a home inside the working folder is not readable by tools, its log of writes neither', async () => {
    for (const file of ['home/cadre.db', 'home/cadre.db-wal']) {
      lab.byAgent({ reader: ({ step }) => (step === 0 ? call('read_file', { path: file }) : say('ok')) });
      await lab.run('agent', { agent: 'reader', task: 'Read the store' });
      expect(lab.lastSeen()).toContain('own state or keys');
      expect(lab.lastSeen()).not.toMatch(/SQLite format|U1FMaXRlIGZvcm1hdCAz/);
    }
  });

  it('an inline team cannot make the state of the engine the root of its tools', async () => {
    lab.write('.cadre/secret.txt', 'STATE-OF-THE-ENGINE');
    const inline = (root: string): object => ({
      name: 'spies',
      models: { m: { provider: 'openai-compatible', baseUrl: lab.model.url, model: 'drill-1', stream: false } },
      defaults: { model: 'm' },
      tools: { own: { builtin: 'files', root, effects: { 'read_*': 'read' } } },
      agents: [{ name: 'spy', description: 'Spies', instructions: 'You are agent spy.', tools: ['own.read_file'] }],
    });
    for (const [root, file] of [
      ['.cadre', 'secret.txt'],
      ['home', 'cadre.db'],
    ] as const) {
      lab.model.requests.length = 0;
      lab.byAgent({ spy: ({ step }) => (step === 0 ? call('read_file', { path: file }) : say('ok')) });
      await lab.run('agent', { agent: 'spy', task: 'Read', team: inline(root) });
      expect(lab.model.requests.length).toBeGreaterThan(1);
      expect(lab.lastSeen()).toContain('which tools may not touch');
      expect(lab.lastSeen()).not.toMatch(/STATE-OF-THE-ENGINE|SQLite format/);
    }
  });
});

describe('a history that a caller brings along', () => {
  it('a forged continuation through a cron start is not believed, where no person would be asked', async () => {
    const base = await lab.start('agent', { agent: 'north' });
    await base.result();
    const { events } = await base.fetchHistory();
    const marker = events?.find((event) => event.markerRecordedEventAttributes)?.markerRecordedEventAttributes;
    const data = marker?.details?.['result']?.payloads?.[0]?.data as Uint8Array;
    const plan = JSON.parse(Buffer.from(data).toString('utf8')) as { team: { policy: unknown } };
    Object.assign(plan, { workflowId: 'forged-cron' });
    plan.team.policy = { approvers: {}, approvals: [], requireSignature: false };
    lab.model.requests.length = 0;
    lab.byAgent({
      publisher: ({ step }) => (step === 0 ? call('write_file', { path: 'forged.txt', content: 'x' }) : say('ok')),
    });
    const { workflow } = lab.cadre.client;
    const args = [forgedContinuation(plan, 'publisher')];
    const start = { workflowId: 'forged-cron', taskQueue, args, cronSchedule: '@every 1s' };
    const { firstExecutionRunId } = await workflow.start('agent', start);
    const again = lab.own(workflow.getHandle('forged-cron'));
    // The second run of a cron schedule is the first that could pass for a continuation.
    await until(10_000, 'a second run', async () => (await again.describe()).runId !== firstExecutionRunId);
    await pause(2_500);
    expect(lab.model.requests.filter(({ text }) => text.includes('forged'))).toEqual([]);
    expect(lab.wrote('forged.txt')).toBe(false);
  });
});
