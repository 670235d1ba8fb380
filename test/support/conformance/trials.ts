import type { Json } from '../../../contracts/json';
import type { Trial } from './trial';

import { roomTrials } from './room-trials';

export type { CheckName, Trial } from './trial';

const north = 'north is done';
const published = 'publisher is done';

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
  ...roomTrials,
];
