import { json } from '../support/drill-model';
import { say, useLab } from '../support/attack/attack-lab';

const lab = useLab();

/** What each model call was labelled, in order, read from the history of the run. */
async function labels(workflowId: string): Promise<string[]> {
  const { events } = await lab.cadre.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) => {
    const begun = event.activityTaskScheduledEventAttributes;
    if (begun?.activityType?.name !== 'callModel') return [];
    const data = begun.input?.payloads?.[0]?.data as Uint8Array;
    const request = JSON.parse(Buffer.from(data).toString('utf8')) as { agent: string; private?: true };
    return [`${request.agent} ${request.private === true ? 'private' : 'public'}`];
  });
}
const labelsOfNorth = async (workflowId: string): Promise<string[]> =>
  (await labels(workflowId)).filter((each) => each.startsWith('north'));

describe('privacy (a flow label)', () => {
  it('P1 the problems a private critic finds reach the author as private', async () => {
    const found = { message: json({ score: 0.1, problems: ['PRIVATE-FACT is missing'] }) };
    lab.byAgent({ north: () => say('draft'), hermit: ({ role }) => (role === 'score' ? found : undefined) });
    const handle = await lab.start('reflection', { author: 'north', critic: 'hermit', maxRounds: 2 });
    await handle.result();
    const expected = ['north public', 'hermit private', 'north private', 'hermit private'];
    expect(await labels(handle.workflowId)).toEqual(expected);
  });

  it('P2 the tasks a private supervisor words are private', async () => {
    const plan = { message: json({ tasks: [{ agent: 'north', task: 'Use PRIVATE-FACT' }] }) };
    lab.byAgent({ hermit: ({ role }) => (role === 'plan' ? plan : undefined) });
    const handle = await lab.start('supervisor', { supervisor: 'hermit', specialists: ['north'] });
    await handle.result();
    expect(await labelsOfNorth(handle.workflowId)).toEqual(['north private']);
  });

  it('P3 an approval between does not make it public in silence', async () => {
    lab.byAgent({ hermit: () => say('PRIVATE-FACT'), north: () => say('ok') });
    const stages = [{ agent: 'hermit' }, { approval: { reason: 'go on?' } }, { agent: 'north' }];
    const handle = await lab.start('pipeline', { stages });
    const { id } = await lab.cadre.approval(handle);
    await lab.cadre.decide(handle, { id, decision: 'approve', by: 'dana' });
    await handle.result();
    expect(await labelsOfNorth(handle.workflowId)).toEqual(['north private']);
  });
});
