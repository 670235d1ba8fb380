import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSingleTeam } from '../../cli/compare-single';
import type { JsonObject } from '../../contracts/json';

type Args = Parameters<typeof writeSingleTeam>;

let home: string;
beforeAll(() => void (home = mkdtempSync(path.join(tmpdir(), 'cadre-single-'))));
afterAll(() => rmSync(home, { recursive: true }));

const agent = (name: string, output?: JsonObject): JsonObject => ({
  name,
  trust: 'read-only',
  instructions: `You are ${name}.`,
  models: ['auto'],
  tools: [],
  maxSteps: 3,
  ...(output ? { output } : {}),
});
const baker = { type: 'object', description: 'of the baker' };
const miller = { type: 'object', description: 'of the miller' };

/** Output schema of the team of one that a team with this composition is compared with. */
async function outputOf(composition: JsonObject): Promise<unknown> {
  const team = {
    name: 'bakery',
    agents: { head: agent('head'), baker: agent('baker', baker), miller: agent('miller', miller) },
    compositions: { day: composition },
    tools: {},
    models: {},
    toolAliases: {},
  };
  await writeSingleTeam({ home } as Args[0], { team, composition: 'day' } as unknown as Args[1]);
  const written = JSON.parse(readFileSync(path.join(home, 'teams', 'bakery-single', 'team.yaml'), 'utf8')) as {
    spec: { agents: { output?: JsonObject }[] };
  };
  return written.spec.agents[0]?.output;
}

describe('the output of the team of one', () => {
  const supervisor = { pattern: 'supervisor', supervisor: 'head', specialists: ['miller'] };

  it('is that of the synthesizer, wherever it stands beside the supervisor', async () => {
    expect(await outputOf({ ...supervisor, synthesizer: 'baker' })).toEqual(baker);
    expect(await outputOf({ synthesizer: 'baker', ...supervisor })).toEqual(baker);
    const pipeline = { pattern: 'pipeline', stages: [{ node: { ...supervisor, synthesizer: 'baker' } }, { node: { agent: 'miller' } }] }; // prettier-ignore
    expect(await outputOf(pipeline)).toEqual(baker);
  });

  it('is that of the supervisor where that one writes', async () => {
    expect(await outputOf({ ...supervisor, supervisor: 'miller' })).toEqual(miller);
    expect(await outputOf(supervisor)).toBeUndefined();
  });
});
