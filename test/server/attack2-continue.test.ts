import type { RunResult } from '../../contracts/run';
import { call, pause, say, useLab } from '../support/attack/attack-lab';
import { attackTeam } from '../support/attack/attack-team';
import { json, type DrillAnswer, type DrillRequest } from '../support/drill-model';
import { until } from '../support/harness';
import { startShortServer, type ShortServer } from '../support/short-server';

jest.setTimeout(90_000);
let short: ShortServer;
beforeAll(async () => {
  short = await startShortServer(16);
});
const lab = useLab({ teams: ['desk'], server: () => short.server });
afterAll(async () => {
  await short.close();
});

const answer = (value: unknown): DrillAnswer => ({ message: json(value) });
/** A step that leads nowhere and costs nothing. */
const step = ({ step: n }: DrillRequest): DrillAnswer => call(`no_tool_${n}`, {});

async function end(id: string): Promise<RunResult> {
  return (await lab.cadre.client.workflow.getHandle(id).result()) as RunResult;
}
async function runsOf(id: string): Promise<number> {
  const { client } = lab.cadre;
  let runs = 0;
  for (let runId = (await client.workflow.getHandle(id).describe()).runId; runId !== ''; runs += 1) {
    const { events } = await client.workflow.getHandle(id, runId).fetchHistory();
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  }
  return runs;
}

it('a debater with a long turn does not take the run into a new one while another is at work', async () => {
  const release = lab.hold('north');
  lab.byAgent({
    reader: (seen) =>
      seen.role === 'position' && seen.step < 6 ? call('read_file', { path: `in-${seen.step}.txt` }) : undefined,
  });
  await lab.start('debate', { debaters: ['reader', 'north'], judge: 'south', rounds: 1 }, 'lanes');
  await until(30_000, 'the long turn', () => Promise.resolve(lab.asked('reader').length > 6));
  await pause(1_000);
  release();
  expect((await end('lanes')).status).toBe('completed');
  expect(lab.asked('north')).toHaveLength(1);
  expect(lab.asked('reader')).toHaveLength(7);
});

it('labels of a debate mean the same after the run has gone on in a new one', async () => {
  const debaters = ['north', 'reader', 'chief', 'keeper', 'publisher'];
  lab.model.answer = ({ agent, role, said, text }) => {
    if (role === 'position') return answer({ answer: `view ${debaters.indexOf(agent)}`, argument: 'so it is' });
    if (role !== 'verdict') return undefined;
    const blocks = (said + text).split('answer 1').slice(1);
    const upheld = blocks.find((block) => block.includes('view 0'))?.slice(0, 1) ?? '?';
    const positions = ['A', 'B', 'C', 'D', 'E'].map((label) => ({
      label: `1${label}`,
      upheld: label === upheld,
      reason: 'weighed',
    }));
    return answer({ answer: 'other words', verdict: 'so', positions, agreements: [], disagreements: [] });
  };
  // Drawn by lot, one in five times it would be right by chance.
  for (const id of ['lot-1', 'lot-2', 'lot-3']) {
    await lab.start('debate', { debaters, judge: 'south', rounds: 1, consensus: 'none' }, id);
    const { output } = await end(id);
    const { minorityReport } = output as { minorityReport: { heldBy: string[] }[] };
    const minority = minorityReport.flatMap(({ heldBy }) => heldBy).sort();
    expect(minority).toEqual(['chief', 'keeper', 'publisher', 'reader']);
    expect(await runsOf(id)).toBeGreaterThan(1);
  }
});

it('a task that went to the least busy of equals stays with it when the run goes on in a new one', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  lab.model.beforeAnswer = ({ agent, said }) => (agent === 'anna' && said.includes('hold') ? held : undefined);
  lab.model.answer = (seen) => {
    if (seen.role === 'route') return answer({ route: 'anna', confidence: 0.9, reason: 'money' });
    return seen.agent === 'bert' && seen.step < 5 ? step(seen) : undefined;
  };
  await lab.start('agent', { team: 'desk', agent: 'anna', task: 'hold on' });
  await until(20_000, 'anna at work', () => Promise.resolve(lab.asked('anna').length === 1));
  const input = { team: 'desk', router: 'chooser', routes: ['anna', 'bert'], task: 'Refund it' };
  await lab.start('router', input, 'routed');
  const result = await end('routed');
  release();
  expect(await runsOf('routed')).toBeGreaterThan(1);
  expect(result).toMatchObject({ from: 'bert', parts: { taken: 'bert', load: { anna: 1, bert: 0 } } });
  expect(lab.asked('anna')).toHaveLength(1);
});

it("a meeting's time, and that of those who speak, goes on where it was", async () => {
  lab.model.beforeAnswer = () => pause(700);
  lab.byAgent({});
  const agenda = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
  const input = { title: 'Sync', participants: ['north', 'reader'], agenda, maxDurationMinutes: 0.1 };
  const begun = Date.now();
  await lab.start('meeting', input, 'timed');
  const { output, stoppedBecause } = await end('timed');
  expect(await runsOf('timed')).toBeGreaterThan(1);
  expect(stoppedBecause).toContain('the time of 0.1 minutes is over');
  expect(Date.now() - begun).toBeLessThan(11_000);
  // What was said before the run went on is in the minutes.
  expect(output).toMatchObject({ agenda: [{ state: 'done' }, {}, {}, {}, {}, {}] });
});

it('a speaker is not charged the time of others when the run goes on in a new one', async () => {
  lab.write(
    'agents/hasty/team.yaml',
    attackTeam.replace('name: attack', 'name: hasty').replace('timeout: 5m', 'timeout: 8s'),
  );
  lab.model.beforeAnswer = () => pause(1_000);
  const input = {
    team: 'hasty',
    title: 'Sync',
    participants: ['north', 'reader', 'chief'],
    agenda: ['One'],
    rounds: 3,
  };
  await lab.start('meeting', input, 'spoken');
  const result = await end('spoken');
  expect(await runsOf('spoken')).toBeGreaterThan(1);
  expect((result.parts as { missed: unknown[] }).missed).toEqual([]);
});

it('the time of a node is not given anew when the run goes on in a new one', async () => {
  lab.model.beforeAnswer = () => pause(600);
  lab.byAgent({ north: (seen) => (seen.step < 7 ? step(seen) : say('done')) });
  const composition = { pattern: 'pipeline', stages: [{ agent: 'north', timeout: '3s' }] };
  const handle = await lab.start('compose', { composition }, 'late');
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'DeadlineExceeded' } });
  expect(await runsOf('late')).toBeGreaterThan(1);
});

it('who asked whom is in the result also when it was in a run before', async () => {
  lab.byAgent({
    chief: (seen) =>
      seen.step === 0 ? call('ask_publisher', { task: 'Say it' }) : seen.step < 6 ? step(seen) : say('done'),
    publisher: () => say('said'),
  });
  await lab.start('peers', { start: 'chief' }, 'asked');
  const { parts } = await end('asked');
  expect(await runsOf('asked')).toBeGreaterThan(1);
  expect(parts).toMatchObject({ calls: [{ kind: 'consult', from: 'chief', to: 'publisher', state: 'completed' }] });
});

it('a peer whose turn gets long does not take the place of the agent that asked it', async () => {
  lab.byAgent({
    chief: (seen) => (seen.step === 0 ? call('ask_publisher', { task: 'Say it' }) : say('done')),
    publisher: (seen) => (seen.step < 7 ? step(seen) : say('said')),
  });
  await lab.start('agent', { agent: 'chief' }, 'nested');
  const result = await end('nested');
  expect(result).toMatchObject({ status: 'completed', from: 'chief', output: 'done' });
  expect(lab.asked('chief')).toHaveLength(2);
  expect(lab.asked('publisher')).toHaveLength(8);
});

it('an agent that has told somebody something does not go on in a new run before that one is done', async () => {
  const told = attackTeam
    .replace('name: attack', 'name: telling')
    .replace(
      'instructions: You are agent north.',
      'instructions: You are agent north., notifies: [{ agent: south, when: always }]',
    );
  lab.write('agents/telling/team.yaml', told);
  const release = lab.hold('south');
  lab.byAgent({
    north: (seen) =>
      seen.step === 0 ? call('notify_south', { message: 'Look' }) : seen.step < 7 ? step(seen) : say('done'),
  });
  const handle = await lab.start('agent', { team: 'telling', agent: 'north' }, 'telling');
  await until(20_000, 'the last step', () => Promise.resolve(lab.asked('north').length >= 8));
  release();
  await handle.result();
  const result = await end('telling');
  expect(result.agents['south']).toMatchObject({ steps: 1 });
  expect(lab.asked('south')).toHaveLength(1);
});
