import type { PatternName } from '../../contracts/names';

/** For each type: an input that runs through without a person, and one in which the publisher wants to write a file. */
export const patternCases: Record<PatternName, { plain: object; writing: object }> = {
  agent: { plain: { agent: 'north' }, writing: { agent: 'publisher' } },
  supervisor: {
    plain: { supervisor: 'lead', specialists: ['north', 'south'] },
    writing: { supervisor: 'lead', specialists: ['north', 'publisher'] },
  },
  pipeline: {
    plain: { stages: [{ agent: 'north' }, { agent: 'south' }] },
    writing: { stages: [{ agent: 'north' }, { agent: 'publisher' }] },
  },
  fanOut: {
    plain: { branches: [{ agent: 'north' }, { agent: 'south' }] },
    writing: { branches: [{ agent: 'north' }, { agent: 'publisher' }] },
  },
  router: {
    plain: { router: 'chooser', routes: [{ agent: 'north' }, { agent: 'south' }] },
    writing: { router: 'chooser', routes: [{ name: 'north', node: { agent: 'publisher' } }] },
  },
  reflection: {
    plain: { author: 'author', critic: 'critic' },
    writing: { author: 'publisher', critic: 'critic', maxRounds: 1 },
  },
  compose: { plain: { composition: 'nested' }, writing: { composition: 'publish-after-review' } },
};
