import { nothing, inOrder, silent, type Size } from './size';

const nested = [{ pattern: 'fanOut', branches: ['north', 'south'] }, { agent: 'critic' }];

export const orderedSizes = {
  agent: [
    { about: 'no tools', input: { agent: 'north' }, letters: { U: 0, B: 0 }, calls: 1 },
    { about: 'two reads', input: { agent: 'reader' }, letters: { U: 2, B: 0 }, calls: 3 },
    {
      about: 'one repair',
      input: { agent: 'north' },
      letters: { U: 0, B: 1 },
      calls: 2,
      answer: ({ step }) => (step === 0 ? nothing : undefined),
    },
  ],
  supervisor: [
    { about: 'two specialists', input: chief('north', 'south'), letters: { S: 2, R: 1, G: 1 }, calls: 6 },
    {
      about: 'three, no gate',
      input: { ...chief('north', 'south', 'critic'), sufficiency: false },
      letters: { S: 3, R: 1, G: 0 },
      calls: 6,
    },
    {
      about: 'a further task',
      input: chief('north', 'south'),
      letters: { S: 3, R: 2, G: 2 },
      calls: 9,
      answer: inOrder('sufficiency', {
        sufficient: false,
        reason: 'one thing is missing',
        tasks: [{ agent: 'north', task: 'Look further' }],
      }),
    },
  ],
  pipeline: [
    { about: 'two stages', input: { stages: ['north', 'south'] }, letters: { S: 2, C: 0, K: 0 }, calls: 2 },
    {
      about: 'three stages, one checked twice',
      input: {
        stages: ['north', { agent: 'south', check: { agent: 'critic', passScore: 0.7, retries: 1 } }, 'author'],
      },
      letters: { S: 4, C: 2, K: 0 },
      calls: 6,
      answer: inOrder('score', { score: 0.1, problems: ['thin'] }, { score: 0.9, problems: [] }),
    },
    {
      about: 'the last stage fails after its repairs, and the first is undone',
      input: { stages: [{ agent: 'north', compensate: { agent: 'author' } }, 'south'] },
      letters: { S: 4, C: 0, K: 1 },
      calls: 5,
      answer: silent('south'),
      fails: true,
    },
  ],
  fanOut: [
    { about: 'two branches', input: { branches: ['north', 'south'] }, letters: { B: 2, M: 0 }, calls: 2 },
    {
      about: 'a list of four, merged by an agent',
      input: { over: [1, 2, 3, 4], each: { agent: 'north' }, merge: { agent: 'merger' } },
      letters: { B: 4, M: 1 },
      calls: 5,
    },
  ],
  router: [
    { about: 'an agent', input: { router: 'chooser', routes: ['north', 'south'] }, letters: { N: 1, W: 0 }, calls: 2 },
    {
      about: 'a pattern, and back',
      input: {
        router: 'chooser',
        routes: [{ name: 'north', node: { pattern: 'pipeline', stages: ['north', 'south', 'author'] } }],
        returnToRouter: true,
      },
      letters: { N: 3, W: 1 },
      calls: 5,
    },
  ],
  reflection: [
    {
      about: 'one round',
      input: { author: 'author', critic: 'critic', maxRounds: 1 },
      letters: { R: 1, A: 1 },
      calls: 2,
    },
    { about: 'two rounds', input: { author: 'author', critic: 'critic' }, letters: { R: 2, A: 1 }, calls: 4 },
    {
      about: 'two rounds of a pipeline',
      input: { author: { pattern: 'pipeline', stages: ['north', 'author'] }, critic: 'critic' },
      letters: { R: 2, A: 2 },
      calls: 6,
    },
  ],
  compose: [
    {
      about: 'patterns in a pattern',
      input: { composition: { pattern: 'pipeline', stages: nested } },
      letters: { N: 3, T: 0 },
      calls: 3,
    },
    {
      about: 'isolated, and then',
      input: {
        composition: {
          pattern: 'fanOut',
          branches: ['north', { agent: 'south', isolate: true }],
          then: { agent: 'critic' },
        },
      },
      letters: { N: 2, T: 1 },
      calls: 3,
    },
    {
      about: 'a fallback in place of an agent that gives nothing three times',
      input: { composition: { agent: 'south', fallback: { agent: 'north' } } },
      letters: { N: 3, T: 1 },
      calls: 4,
      answer: silent('south'),
    },
  ],
} satisfies Record<string, Size[]>;

function chief(...specialists: string[]): object {
  return { supervisor: 'lead', specialists };
}
