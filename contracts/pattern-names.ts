// Written by `npm run schemas` from workflows/index.ts.
export const patternNames = [
  'agent',
  'supervisor',
  'pipeline',
  'fanOut',
  'router',
  'reflection',
  'debate',
  'swarm',
  'blackboard',
  'meeting',
  'taskTree',
  'plan',
  'peers',
  'publish',
  'consume',
  'compose',
] as const;
export type PatternName = (typeof patternNames)[number];
