import type { Json } from '../../../contracts/json';
import type { Trial } from './trial';

const north = 'north is done';
const south = 'south is done';
const published = 'publisher is done';

const anyTime: unknown = expect.any(String);
/** An artifact as the board shows it at its end. */
const made = (name: string, owner: string, blockedBy: string[], value: string): Record<string, Json> => ({
  ...{ name, owner, blockedBy, value, status: 'complete', path: null, task: null, version: 2, writtenBy: owner },
  at: anyTime as Json,
});

/** The types in which several agents share a floor, a board or a plan. */
export const roomTrials: readonly Trial[] = [
  {
    // two rounds of: north, publisher (in the first with a tool call before); then the judge
    type: 'debate',
    input: { debaters: ['north', 'publisher'], judge: 'critic' },
    requests: 6,
    output: {
      verdict: 'The reasons for yes weigh more.',
      answer: 'yes',
      agreements: ['It is a question'],
      disagreements: [],
      minorityReport: [
        {
          answer: 'no',
          heldBy: ['publisher'],
          arguments: [{ from: 'publisher', argument: 'It follows from what was seen in 9 places.' }],
          judgedSo: ['weighed'],
        },
      ],
    },
    effects: ['the result'],
    cancelAt: 5,
    partial: null,
    branches: 2,
    children: 0,
  },
  {
    // north, publisher twice, south; the board is opened, written for each of them, and read at the end
    type: 'blackboard',
    input: {
      maxParallel: 1,
      board: {
        taskId: 'trial',
        artifacts: {
          look: { owner: 'north' },
          entry: { owner: 'publisher', blockedBy: 'look' },
          close: { owner: 'south', blockedBy: ['look', 'entry'] },
        },
      },
    },
    requests: 4,
    output: {
      board: { name: 'trial', status: null, version: 4 },
      artifacts: [
        made('close', 'south', ['look', 'entry'], south),
        made('entry', 'publisher', ['look'], published),
        made('look', 'north', [], north),
      ],
      decisions: [],
    },
    effects: ['the result'],
    cancelAt: 3,
    partial: { 'blackboard/look': north, 'blackboard/entry': published },
    branches: 1,
    children: 0,
    ownCalls: 5,
  },
  {
    // the floor twice, the chair's motion, two ballots, and the action item with its tool call and its answer
    type: 'meeting',
    input: { title: 'Sync', agenda: ['Is it time?'], participants: ['north', 'publisher'], runActionItems: true },
    requests: 7,
    output: {
      title: 'Sync',
      chair: 'north',
      present: ['north', 'publisher'],
      absent: [],
      agenda: [{ item: 1, text: 'Is it time?', state: 'done', concerns: 0, unanswered: 0 }],
      decisions: [
        {
          item: 1,
          id: 'm1',
          motion: 'Go on',
          rationale: 'All are ready',
          outcome: 'carried',
          decidedBy: 'vote',
          votes: { yes: 2, no: 0, abstain: 0, missing: 0 },
          ballots: [
            { agent: 'north', choice: 'yes', reason: 'all are ready' },
            { agent: 'publisher', choice: 'yes', reason: 'all are ready' },
          ],
          dissent: [],
        },
      ],
      actionItems: [
        {
          id: 'a1',
          agent: 'publisher',
          task: 'Carry it out',
          item: 1,
          decision: 'm1',
          state: 'done',
          output: published,
        },
      ],
    },
    effects: ['the result'],
    cancelAt: 6,
    partial: null,
    branches: 2,
    children: 0,
  },
  {
    // north takes the first task, publisher the second: two calls; findings add no tasks
    type: 'swarm',
    input: { agents: ['north', 'publisher'], tasks: ['Look north', 'Publish'] },
    requests: 3,
    output: {
      findings: [
        { id: '1', task: 'Look north', by: 'north', finding: 'north is done' },
        { id: '2', task: 'Publish', by: 'publisher', finding: 'publisher is done' },
      ],
    },
    effects: ['the result'],
    cancelAt: 2,
    partial: { 'swarm/1-north': { finding: 'north is done' } },
    branches: 2,
    children: 0,
  },
  {
    // asker, publisher twice for the consult, asker again
    type: 'peers',
    input: { start: 'asker', agents: ['asker', 'publisher'] },
    requests: 4,
    output: 'asker is done',
    effects: ['the result'],
    cancelAt: 2,
    partial: null,
    branches: 1,
    children: 0,
  },
  {
    // north, publisher twice; then south with the publisher's result, and the lead with both
    type: 'taskTree',
    input: {
      root: {
        agent: 'lead',
        task: 'See to it',
        children: [
          { agent: 'north', task: 'Look north' },
          { agent: 'south', task: 'Look south', children: [{ agent: 'publisher', task: 'Publish' }] },
        ],
      },
    },
    requests: 5,
    output: 'lead is done',
    effects: ['the result'],
    cancelAt: 4,
    partial: { 'taskTree/lead/north': north, 'taskTree/lead/south/publisher': published, 'taskTree/lead/south': south },
    branches: 2,
    children: 0,
  },
  {
    // the planner's plan, north, publisher twice after it, synthesis
    type: 'plan',
    input: { planner: 'lead', specialists: ['north', 'publisher'], synthesizer: 'merger' },
    requests: 5,
    output: 'merger is done',
    effects: ['the result'],
    cancelAt: 4,
    partial: { 'plan/north': north, 'plan/publisher': published },
    branches: 2,
    children: 0,
  },
];
