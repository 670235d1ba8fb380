import type { PatternName } from '../../contracts/names';

export interface PatternCase {
  /** Runs through without a person. */
  plain: object;
  /** The publisher wants to write a file; what never asks a person says why. */
  writing: object | { never: string };
}

export const neverAsks = ({ writing }: PatternCase): string | undefined =>
  'never' in writing ? writing.never : undefined;

/** Inputs that bring each type to its endings. */
export const patternCases: Record<PatternName, PatternCase> = {
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
  debate: {
    plain: { debaters: ['north', 'south'], judge: 'critic' },
    writing: { debaters: ['north', 'publisher'], judge: 'critic', rounds: 1 },
  },
  blackboard: {
    plain: { board: { taskId: 'drill', artifacts: { a: { owner: 'north' }, b: { owner: 'south', blockedBy: 'a' } } } },
    writing: {
      board: { taskId: 'drill', artifacts: { a: { owner: 'north' }, b: { owner: 'publisher', blockedBy: 'a' } } },
    },
  },
  meeting: {
    plain: { title: 'Sync', participants: ['lead', 'north', 'south'] },
    writing: { title: 'Sync', participants: ['lead', 'publisher'], runActionItems: true },
  },
  peers: { plain: { start: 'asker', agents: ['asker', 'north'] }, writing: { start: 'asker' } },
  taskTree: {
    plain: { root: { agent: 'lead', task: 'Look around', children: [{ agent: 'north', task: 'Look north' }] } },
    writing: { root: { agent: 'lead', task: 'See to it', children: [{ agent: 'publisher', task: 'Write it' }] } },
  },
  plan: {
    plain: { planner: 'lead', specialists: ['north', 'south'] },
    writing: {
      tasks: [
        { id: 'look', agent: 'north' },
        { id: 'write', agent: 'publisher', dependsOn: 'look' },
      ],
    },
  },
  swarm: {
    plain: { agents: ['north', 'south'], tasks: ['Look north', 'Look south', 'Look up'] },
    writing: { agents: ['publisher'], tasks: ['Write it'] },
  },
  publish: {
    plain: { subject: 'drill.events.nobody', data: { pr: 1 }, id: 'drill-1' },
    writing: { never: 'It starts runs of its own for its consumers and ends: only those ask a person.' },
  },
  consume: {
    plain: { agent: 'north', event: { id: 'e1', subject: 'drill.events.seen', data: { pr: 1 } } },
    writing: { agent: 'publisher', event: { id: 'e2', subject: 'drill.events.seen', data: { pr: 1 } } },
  },
  compose: { plain: { composition: 'nested' }, writing: { composition: 'publish-after-review' } },
};
