import type { Json } from '../../../contracts/json';

/** The checks of the suite, by the names under which a trial may be spared one. */
export type CheckName =
  | 'finishes'
  | 'answers'
  | 'budget'
  | 'cancels'
  | 'decisions'
  | 'cacheless'
  | 'kills'
  | 'reset'
  | 'replays'
  | 'attributes'
  | 'shows';

/** What the conformance suite knows of one workflow type. Numbers are literals, counted by hand from the pattern. */
export interface Trial {
  /** The workflow type that is started. */
  type: string;
  /** Its own fields of the input. */
  input: Record<string, Json>;
  /** Requests that reach the model when nothing goes wrong. */
  requests: number;
  output: Json;
  /** Entries it makes in the world outside; each needs a person. */
  effects: string[];
  /** The request, counted from 0, that is in flight when the run is cancelled. */
  cancelAt: number;
  /** What is done by then, by path. */
  partial: Json;
  /** Calls open at once at most: the bound of what a budget can be overshot by. */
  branches: number;
  /** Child workflows it starts. */
  children: number;
  /** Tool calls that the pattern makes itself; none when absent. */
  ownCalls?: number;
  /** Checks that cannot be made of it, each with the reason; only a type that asks no model and no person has any. */
  spared?: Partial<Record<CheckName, string>>;
}

const north = 'north is done';
const south = 'south is done';
const published = 'publisher is done';

const anyTime: unknown = expect.any(String);
/** An artifact as the board shows it at its end. */
const made = (name: string, owner: string, blockedBy: string[], value: string): Record<string, Json> => ({
  ...{ name, owner, blockedBy, value, status: 'complete', path: null, task: null, version: 2, writtenBy: owner },
  at: anyTime as Json,
});

/** One entry for every type that workflows/index.ts exports. */
export const trials: readonly Trial[] = [
  {
    type: 'agent',
    input: { agent: 'publisher' },
    requests: 2,
    output: published,
    effects: ['the result'],
    cancelAt: 1,
    partial: null,
    branches: 1,
    children: 0,
  },
  {
    // plan, north, publisher twice, review, sufficiency, synthesis
    type: 'supervisor',
    input: { supervisor: 'lead', specialists: ['north', 'publisher'] },
    requests: 7,
    output: 'lead is done',
    effects: ['the result'],
    cancelAt: 6,
    partial: { 'supervisor/north': north, 'supervisor/publisher': published },
    branches: 2,
    children: 0,
  },
  {
    type: 'pipeline',
    input: { stages: [{ agent: 'north' }, { agent: 'publisher' }] },
    requests: 3,
    output: published,
    effects: ['the result'],
    cancelAt: 2,
    partial: { 'pipeline/north': north },
    branches: 1,
    children: 0,
  },
  {
    type: 'fanOut',
    input: { branches: [{ agent: 'north' }, { agent: 'publisher' }], merge: { agent: 'merger' } },
    requests: 4,
    output: { merged: 'both', conflicts: [] },
    effects: ['the result'],
    cancelAt: 3,
    partial: { 'fanOut/1-north': north, 'fanOut/2-publisher': published },
    branches: 2,
    children: 0,
  },
  {
    type: 'router',
    input: { router: 'chooser', routes: [{ agent: 'north' }, { agent: 'publisher' }], fallback: { agent: 'south' } },
    requests: 3,
    output: published,
    effects: ['the result'],
    cancelAt: 2,
    partial: null,
    branches: 1,
    children: 0,
  },
  {
    // two rounds of: draft, its answer, critique
    type: 'reflection',
    input: { author: 'author', critic: 'critic', maxRounds: 3 },
    requests: 6,
    output: 'draft 2',
    effects: ['draft 1', 'draft 2'],
    cancelAt: 3,
    partial: { 'reflection/author': 'draft 1' },
    branches: 1,
    children: 0,
  },
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
  {
    // one activity: the event is kept, and the runs of its consumers are started; here nobody has subscribed
    type: 'publish',
    input: { subject: 'trial.events.nobody', data: { pr: 1 } },
    requests: 0,
    output: { eventId: expect.stringMatching(/^ev-[0-9a-f]{24}$/) as unknown as Json, fresh: true, consumers: [] },
    effects: [],
    cancelAt: 0,
    partial: null,
    branches: 1,
    children: 0,
    spared: {
      answers: 'It never waits for a person, during which its answers are looked at.',
      budget: 'It spends nothing: there is no call that a budget could refuse.',
      cancels: 'It makes no call that could be aborted in the middle.',
      decisions: 'It asks nobody for a decision.',
      kills:
        'It makes no model call during which its worker could be killed; test/server/events-storm.test.ts kills it.',
      reset:
        'It has no approval to ask again and no effect to repeat; an event stands once, whoever publishes it again.',
      shows: 'What is looked at there is an open approval, and it has none.',
    },
  },
  {
    // publisher twice; the delivery is settled without a call
    type: 'consume',
    input: { agent: 'publisher', event: { id: 'trial-1', subject: 'trial.events.seen', data: { pr: 1 } } },
    requests: 2,
    output: published,
    effects: ['the result'],
    cancelAt: 1,
    partial: null,
    branches: 1,
    children: 0,
  },
  {
    // pipeline of a fan-out (north, and publisher as a child workflow) and south; stopped in the child
    type: 'compose',
    input: { composition: 'family' },
    requests: 4,
    output: 'south is done',
    effects: ['the result'],
    cancelAt: 2,
    partial: { 'compose/family/fanOut/1-north': north },
    branches: 2,
    children: 1,
  },
];
