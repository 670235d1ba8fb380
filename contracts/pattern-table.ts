// Written by `npm run schemas` from workflows/index.ts.
import type { PatternDeclaration } from './pattern-declaration';
import type { PatternName } from './pattern-names';

export const patternTable: Readonly<Record<PatternName, PatternDeclaration>> = {
  agent: {
    name: 'agent',
    about: 'One agent does the task.',
    fields: { agent: { kind: 'agent', about: 'The agent that does the task.', needed: true, examples: ['jira'] } },
    example: { task: 'Summarise what changed last week' },
  },
  supervisor: {
    name: 'supervisor',
    about: 'One agent plans, delegates to specialists, judges what they bring and puts it together.',
    fields: {
      supervisor: { kind: 'agent', about: 'The agent that plans, delegates and judges.', needed: true },
      specialists: { kind: 'agents', about: 'Agents it may delegate to.', examples: [['jira', 'mail']] },
      maxParallel: { kind: 'count', max: 64, about: 'Delegations at the same time.' },
      maxRounds: { kind: 'count', max: 5, about: 'Rounds of delegation.' },
      sufficiency: {
        kind: 'shape',
        shape: 'sufficiency',
        about: 'Judge whether the results suffice before the synthesis: on by default; a name is the judge.',
      },
      synthesizer: { kind: 'agent', about: 'Agent that writes the synthesis; the supervisor by default.' },
    },
    example: { team: 'daily-report', supervisor: 'chief', specialists: ['jira', 'mail'], task: 'Report on yesterday' },
  },
  pipeline: {
    name: 'pipeline',
    about: 'Stages one after another, each with its check.',
    fields: { stages: { kind: 'shape', shape: 'stages', about: 'The nodes to run one after another.', needed: true } },
    example: { team: 'daily-report', input: { date: '2026-03-20' } },
  },
  fanOut: {
    name: 'fanOut',
    about: 'Branches side by side, merged at the end.',
    fields: {
      branches: { kind: 'nodes', about: 'Side by side.' },
      over: {
        kind: 'shape',
        shape: 'over',
        about: 'List to go over: the values, or where they are: `input.<field>` or `output`.',
      },
      each: { kind: 'node', about: 'What is run for each value of `over`.' },
      maxParallel: { kind: 'count', max: 64, about: 'Branches at the same time; 1 = in turn.' },
      merge: { kind: 'shape', shape: 'merge', about: 'How results are merged; a name is the agent that does it.' },
      quorum: { kind: 'number', max: 64, about: 'Branches that must succeed: a count, or a share below 1.' },
      onPartial: { kind: 'oneOf', values: ['fail', 'continue'], about: 'What a missing branch means.' },
    },
    needs: [['branches'], ['over', 'each']],
    example: {
      over: ['north', 'south'],
      each: { agent: 'reporter', task: 'Report on {{item}}' },
      merge: 'concat',
      task: 'Report on the regions',
    },
  },
  router: {
    name: 'router',
    about: 'One agent chooses who gets the task.',
    fields: {
      router: { kind: 'agent', about: 'The agent that chooses.', needed: true },
      routes: { kind: 'shape', shape: 'routes', about: 'Where the task may go.', needed: true },
      minConfidence: { kind: 'share', about: 'Below this the fallback takes it.' },
      fallback: { kind: 'node', about: 'Takes what no route takes with enough confidence.' },
      returnToRouter: { kind: 'flag', about: 'The router sees the answer; otherwise the specialist owns it.' },
    },
    example: {
      router: 'desk',
      routes: [{ when: 'money', node: { agent: 'billing' } }, { agent: 'tech' }],
      task: 'My invoice is wrong',
    },
  },
  reflection: {
    name: 'reflection',
    about: 'An author and a critic, until the draft is good enough.',
    fields: {
      author: { kind: 'node', about: 'The agent or node that writes.', needed: true },
      critic: { kind: 'agent', about: 'The agent that scores.', needed: true },
      maxRounds: { kind: 'count', max: 5, about: 'Drafts at most.' },
      passScore: { kind: 'share', about: 'Score from which a draft is good enough.' },
      goal: { kind: 'text', about: 'What the critic measures by.' },
    },
    example: { author: 'writer', critic: 'editor', task: 'Write the release note' },
  },
  compose: {
    name: 'compose',
    about: 'A composition of the team, or any node.',
    fields: {
      composition: {
        kind: 'shape',
        shape: 'composition',
        about: 'The name of a composition of the team, or a node.',
        needed: true,
      },
    },
    example: { team: 'daily-report', composition: 'daily', input: { date: '2026-03-20' } },
  },
};
