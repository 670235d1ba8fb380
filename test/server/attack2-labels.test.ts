import type { RunResult } from '../../contracts/run';
import { attackTeam } from '../support/attack/attack-team';
import { call, endedOrAsked, openApprovals, pause, say, useLab } from '../support/attack/attack-lab';
import { until } from '../support/harness';

jest.setTimeout(60_000);
const lab = useLab();

beforeAll(() => {
  const peers = `
    - name: boss
      description: Asks, tells and writes
      instructions: You are agent boss.
      tools: [files.write_file]
      trust: elevated
      consults: [{ agent: hermit, for: secrets }, { agent: north, for: the north }]
      notifies: [{ agent: hermit, when: always }, { agent: north, when: always }, { agent: relay, when: always }]
    - name: relay
      description: Hands on
      instructions: You are agent relay.
      notifies: [{ agent: north, when: always }]
`;
  lab.write(
    'agents/told/team.yaml',
    attackTeam.replace('name: attack', 'name: told').replace('  toolAliases:', `${peers.slice(1)}  toolAliases:`),
  );
});

/** Words that a peer's failure carries into the thread of who asked it. */
const nonsense = say('');

const write = (): ReturnType<typeof call> => call('write_file', { path: 'out.txt', content: 'x' });

it.each([
  ['consult_north', { task: 'Look' }],
  ['notify_north', { message: 'Look', callback: true }],
])('what a failed peer says is untrusted: after %s a person is asked before a write', async (tool, args) => {
  lab.byAgent({
    north: () => nonsense,
    boss: ({ step, said }) => {
      if (step === 0) return call(tool, args);
      if (said.includes('MalformedOutput')) return write();
      return say('done');
    },
  });
  const handle = await lab.start('agent', { team: 'told', agent: 'boss' });
  expect(await endedOrAsked(handle, 20_000)).toBe('RUNNING');
  const [approval] = await openApprovals(handle);
  expect(approval).toMatchObject({ tool: 'files.write_file', untrustedSources: ['failure:north'] });
});

it.each([
  ['consult_hermit', { task: 'Look' }],
  ['notify_hermit', { message: 'Look', callback: true }],
])('what a private peer fails with is private: after %s nothing leaves the local zone', async (tool, args) => {
  lab.byAgent({
    hermit: () => nonsense,
    boss: ({ step, said }) => {
      if (step === 0) return call(tool, args);
      if (said.includes('MalformedOutput')) return write();
      return say('done');
    },
  });
  const handle = await lab.start('agent', { team: 'told', agent: 'boss' });
  const result = (await handle.result()) as RunResult;
  expect(result.failures.map(({ message }) => message).join()).toContain('holds something private');
  expect(result.private).toBe(true);
});

it('what a private agent merges of public branches is private', async () => {
  const result = await lab.run('fanOut', { branches: ['north', 'reader'], merge: { agent: 'hermit' } });
  expect(result).toMatchObject({ status: 'completed', private: true });
});

it('who was notified stops with the run that fails, and what that cost is in its result', async () => {
  const release = lab.hold('hermit');
  lab.byAgent({ boss: ({ step }) => (step === 0 ? call('notify_hermit', { message: 'Look' }) : nonsense) });
  const handle = await lab.start('agent', { team: 'told', agent: 'boss' });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'MalformedOutput' } });
  release();
  const { events = [] } = await handle.fetchHistory();
  const begun = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length;
  const ended = (events ?? []).filter(
    (event) =>
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes,
  ).length;
  expect(ended).toBe(begun);
  await until(5_000, 'the call to be aborted', () =>
    Promise.resolve(lab.asked('hermit').every(({ aborted }) => aborted)),
  );
});

it('whom somebody that was notified has notified is heard out before the run ends', async () => {
  lab.model.beforeAnswer = ({ agent, step }) =>
    agent === 'north' ? pause(1_500) : agent === 'relay' && step === 0 ? pause(800) : undefined;
  lab.byAgent({
    boss: ({ step }) => (step === 0 ? call('notify_relay', { message: 'Look' }) : say('done')),
    relay: ({ step }) => (step === 0 ? call('notify_north', { message: 'Look' }) : say('handed on')),
  });
  const handle = await lab.start('agent', { team: 'told', agent: 'boss' });
  const result = (await handle.result()) as RunResult;
  expect(result.agents['north']).toMatchObject({ steps: 1 });
});
