import type { JsonObject, JsonSchema } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';
import { amountMax, doRows } from './cases';

/** `bare`: nobody checks. `schema`: only shapes and ranges are checked. A number: checking agents of that many percent. */
export type Checks = 'bare' | 'schema' | 85 | 95;

/** How one topology is started, and where its one false claim is seeded: at a first step, on which most others build. */
export interface Topology {
  name: string;
  rows: number;
  seeded: string;
  /** Where its checkpoints are, for the reader of the table. */
  where: string;
  /** Items whose answers, as they stand, are held to the schema of a check. */
  bySchema: RegExp;
  start(checks: Checks): { type: PatternName; fields: JsonObject };
}

/** How often a stage is done again when its check fails. */
const retries = 2;

/** What is known of an answer beforehand: no row comes to more than `amountMax`. */
export const plausible: JsonSchema = {
  type: 'object',
  properties: {
    claims: {
      type: 'array',
      items: { type: 'object', properties: { value: { type: 'integer', maximum: amountMax } } },
    },
    total: { type: 'integer', maximum: 8 * amountMax },
  },
};

const checkBy = (agent: string, checks: Checks): JsonObject => ({
  retries,
  schema: plausible,
  ...(typeof checks === 'number' && { agent: `${agent}-${checks}` }),
});

/** A stage with its check, or the stage alone. */
const stage = (node: JsonObject, checks: Checks, checker = 'checker'): JsonObject =>
  checks === 'bare' ? node : { node, check: checkBy(checker, checks) };

type Started = { type: PatternName; fields: JsonObject };

/** The pattern as a whole before one check of its result, as the product's pipeline makes it. */
function checkedWhole(type: PatternName, fields: JsonObject, checks: Checks): Started {
  if (checks === 'bare') return { type, fields };
  return { type: 'pipeline', fields: { stages: [stage({ pattern: type, ...fields }, checks, 'final')] } };
}

const pipeline = (rows: number): Topology => ({
  name: `pipeline-${rows}`,
  rows,
  seeded: 'w1:r1',
  where: 'after every stage',
  bySchema: /./,
  start: (checks) => {
    const stages = Array.from({ length: rows }, (_stage, at) =>
      stage({ agent: `w${at + 1}`, task: doRows([`r${at + 1}`]) }, checks),
    );
    return { type: 'pipeline', fields: { stages } };
  },
});

const four = ['w1', 'w2', 'w3', 'w4'];
const threeOfAll = 'w1:r1, r2, r3, r4';

export const pipelines: readonly Topology[] = [2, 4, 8].map(pipeline);

export const topologies: readonly Topology[] = [
  ...pipelines,
  {
    name: 'supervisor',
    rows: 4,
    seeded: 'w1:r1',
    where: 'its review of every subtask, and the synthesis',
    bySchema: /^chief:/,
    start: (checks) => {
      const supervisor = typeof checks === 'number' ? `chief-${checks}` : 'chief';
      const fields = { supervisor, specialists: four, maxRounds: 3, sufficiency: false };
      return checkedWhole('supervisor', fields, checks);
    },
  },
  {
    name: 'fanOut',
    rows: 4,
    seeded: threeOfAll,
    where: 'in every branch, before the merge by claims',
    bySchema: /./,
    start: (checks) => {
      const branches = ['w1', 'w2', 'w3'].map((agent) =>
        checks === 'bare'
          ? { agent }
          : { pattern: 'pipeline', name: agent, stages: [stage({ agent }, checks, 'final')] },
      );
      return { type: 'fanOut', fields: { branches, merge: 'claims' } };
    },
  },
  {
    name: 'reflection',
    rows: 4,
    seeded: threeOfAll,
    where: 'its critic',
    bySchema: /^$/,
    start: (checks) => {
      const critic = typeof checks === 'number' ? `critic-${checks}` : 'critic';
      return { type: 'reflection', fields: { author: 'w1', critic, maxRounds: 5 } };
    },
  },
  {
    name: 'debate',
    rows: 4,
    seeded: threeOfAll,
    where: 'the verdict',
    bySchema: /^$/,
    start: (checks) => checkedWhole('debate', { debaters: ['w1', 'w2', 'w3'], judge: 'judge', rounds: 2 }, checks),
  },
  {
    name: 'swarm',
    rows: 4,
    seeded: 'r1',
    where: 'all findings together',
    bySchema: /^$/,
    start: (checks) => checkedWhole('swarm', { agents: four, tasks: [doRows(['r1']), doRows(['r2'])] }, checks),
  },
  {
    name: 'peers',
    rows: 4,
    seeded: 'p4:r4',
    where: 'the answer of the first one',
    bySchema: /^p1:/,
    start: (checks) => checkedWhole('peers', { start: 'p1', agents: ['p1', 'p2', 'p3', 'p4'] }, checks),
  },
  {
    name: 'plan',
    rows: 4,
    seeded: 'w1:r1',
    where: 'all results together',
    bySchema: /^$/,
    start: (checks) => {
      const after: Record<string, string[]> = { r2: ['r1'], r3: ['r1'], r4: ['r2', 'r3'] };
      const tasks = four.map((agent, at) => {
        const id = `r${at + 1}`;
        return { id, agent, task: doRows([id]), dependsOn: after[id] ?? [] };
      });
      return checkedWhole('plan', { tasks }, checks);
    },
  },
];
