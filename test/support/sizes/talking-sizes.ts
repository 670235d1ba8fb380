import { json, toolCall } from '../drill-model';
import { nothing, says, type Answer, type Size } from './size';

const event = { id: 'cost-1', subject: 'drill.events.cost', data: { pr: 1 } };

export const talkingSizes = {
  debate: [
    { about: 'two, one round', input: room(['north', 'lead'], 1), letters: { D: 2, R: 1, J: 0 }, calls: 3 },
    {
      about: 'three, three rounds',
      input: room(['north', 'author', 'lead'], 3),
      letters: { D: 3, R: 3, J: 0 },
      calls: 10,
    },
    {
      about: 'the judge is asked for consensus',
      input: { ...room(['north', 'author', 'lead'], 3), consensus: 'judge' },
      letters: { D: 3, R: 3, J: 2 },
      calls: 12,
    },
  ],
  meeting: [
    {
      about: 'two items, three people',
      input: { ...meeting(['Is it ready?', 'Who ships it?']), rounds: 2 },
      letters: { I: 2, R: 2, P: 3, C: 0, M: 2, T: 0, D: 0, A: 0 },
      calls: 20,
    },
    {
      about: 'a concern in each of two items',
      input: meeting(['Is it ready?', 'Who ships it?']),
      letters: { I: 2, R: 1, P: 3, C: 2, M: 2, T: 0, D: 0, A: 0 },
      calls: 16,
      answer: ({ agent, role }) =>
        role === 'contribution' && agent === 'north'
          ? json({ statement: 'I am not sure', concerns: [{ to: 'south', concern: 'Is it safe?' }] })
          : undefined,
    },
    {
      about: 'a tie, a required decision, an action item',
      input: { ...meeting(['Is it ready?']), decisionRequired: true, runActionItems: true },
      letters: { I: 1, R: 1, P: 3, C: 0, M: 2, T: 1, D: 1, A: 1 },
      calls: 13,
      answer: tiedOnce(),
    },
  ],
  peers: [
    { about: 'nobody is asked', input: { start: 'south' }, letters: { U: 0, P: 0, H: 0 }, calls: 1 },
    {
      about: 'two are asked, one after the other',
      input: { start: 'backend' },
      team: 'peers',
      letters: { U: 2, P: 2, H: 0 },
      calls: 5,
      answer: ({ agent, step }) => {
        if (agent !== 'backend') return says('yes');
        const asks = [toolCall('consult_devops', { task: 'When?' }), toolCall('consult_security', { task: 'May we?' })];
        return asks[step] ?? says('done');
      },
    },
    {
      about: 'one is told, and calls back after the answer',
      input: { start: 'backend' },
      team: 'peers',
      letters: { U: 1, P: 1, H: 1 },
      calls: 4,
      answer: ({ agent, step }) =>
        agent === 'backend' && step === 0
          ? toolCall('notify_frontend', { message: 'It changes', callback: true })
          : says(`${agent} is done`),
    },
  ],
  publish: [
    { about: 'nobody listens', input: { subject: 'drill.events.nobody', data: {} }, letters: {}, calls: 0 },
    {
      about: 'with much data',
      input: { subject: 'drill.events.nobody', data: { all: 'x'.repeat(50_000) } },
      letters: {},
      calls: 0,
    },
  ],
  consume: [
    { about: 'one attempt', input: { agent: 'north', event }, letters: { A: 1 }, calls: 1 },
    {
      about: 'two attempts, of which the first gives nothing three times',
      input: { agent: 'north', event: { ...event, id: 'cost-2' } },
      letters: { A: 4 },
      calls: 4,
      answer: givesNothing(3),
    },
  ],
} satisfies Record<string, Size[]>;

function room(debaters: string[], rounds: number): object {
  return { debaters, judge: 'critic', rounds };
}

function meeting(agenda: string[]): object {
  return { title: 'Sync', participants: ['lead', 'north', 'south'], agenda };
}

/** The first motion is a tie, which the chair decides against it. */
function tiedOnce(): Answer {
  let votes = 0;
  return ({ agent, role }) => {
    if (role !== 'ballot') return undefined;
    votes += 1;
    const choice = votes > 3 ? 'yes' : { north: 'yes', south: 'no' }[agent];
    return json({ choice: choice ?? 'abstain', reason: 'so I think' });
  };
}

function givesNothing(times: number): Answer {
  let left = times;
  return () => (left-- > 0 ? nothing : undefined);
}
