import type { RunResult } from '../../contracts/run';
import type { JsonObject } from '../../contracts/json';
import { eventsOf } from '../support/conformance/event-counts';
import { json, startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

jest.setTimeout(60_000);

let model: DrillModel;
let cadre: Harness;
let asides: Record<string, unknown>[];

/** About 30 KB of claims of each agent, one of which contradicts the other's. */
const claimsOf = (agent: string): JsonObject => ({
  claims: [
    { about: 'API-7.status', claim: `It is ${agent}`, value: agent, sources: [`${agent}:0`] },
    ...Array.from({ length: 150 }, (_, n) => ({
      claim: `Claim ${n} that both of them make, ${'at some length, '.repeat(8)}`,
      sources: [`${agent}:${n}`],
    })),
  ],
  ...asides.shift(),
});

beforeAll(async () => {
  model = await startDrillModel();
  model.answer = ({ agent, role }) =>
    role !== 'merge' && ['north', 'south'].includes(agent) ? { message: json(claimsOf(agent)) } : undefined;
  cadre = await Harness.start({ teams: ['desk'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  asides = [];
  model.requests.length = 0;
});

const branches = ['north', 'south'];
const run = (input: object): Promise<RunResult> =>
  cadre.run('fanOut', { team: 'desk', task: 'Look', branches, ...input });

interface Claims {
  agreed: { supportedBy: string[]; sources: string[] }[];
  conflicts: { about: string; sides: { from: string; value: string; sources: string[] }[] }[];
}

describe('merges read what branches say, also above 10 KB', () => {
  it.each([[false], [true]])(
    'claims: agreed with all supporters, contradictions with both sides (isolated: %s)',
    async (isolate) => {
      const handle = await cadre.start('fanOut', {
        team: 'desk',
        task: 'Look',
        branches: [{ agent: 'north' }, { agent: 'south', isolate }],
        merge: 'claims',
      });
      const { status, output, parts } = (await handle.result()) as RunResult;
      expect(status).toBe('completed');
      const { agreed, conflicts } = output as unknown as Claims;
      expect(agreed).toHaveLength(150);
      for (const { supportedBy, sources } of agreed) {
        expect(supportedBy).toEqual(['1-north', '2-south']);
        expect(sources).toHaveLength(2);
      }
      expect(conflicts).toMatchObject([
        {
          about: 'API-7.status',
          sides: [
            { from: '1-north', value: 'north', sources: ['north:0'] },
            { from: '2-south', value: 'south', sources: ['south:0'] },
          ],
        },
      ]);
      expect(parts).toMatchObject({ conflicts: [{ about: 'API-7.status' }] });
      // The merge itself costs no event (I1).
      const types = (await eventsOf(cadre, handle.workflowId)).map(({ eventType }) => eventType);
      expect(types.filter((type) => /ACTIVITY_TASK_SCHEDULED/i.test(String(type)))).toHaveLength(isolate ? 1 : 2);
    },
  );

  it('schema: the one that all branches declare, which the result fits', async () => {
    const { output, parts } = await run({ merge: 'schema' });
    expect((output as { claims: unknown[] }).claims.length).toBeGreaterThan(150);
    expect(parts).toMatchObject({ branches: [{ state: 'completed' }, { state: 'completed' }] });
    const composed = await cadre.run('compose', { team: 'desk', task: 'Look', composition: 'both' });
    expect(composed).toMatchObject({ status: 'completed' });
  });

  it('schema: one of the node, and a result that does not fit ends as what it is', async () => {
    const schema = { type: 'object', properties: { claims: { type: 'array', maxItems: 3 } }, required: ['owner'] };
    const failed = await cadre.start('fanOut', { team: 'desk', task: 'Look', branches, merge: { schema } });
    await expect(failed.result()).rejects.toMatchObject({
      cause: { type: 'MalformedOutput', message: expect.stringContaining('"owner" is missing') as string },
    });
  });

  it('schema: none to be had is refused before anything is spent', async () => {
    const failed = await cadre.start('fanOut', {
      team: 'desk',
      task: 'Look',
      branches: ['north', 'anna'],
      merge: 'schema',
    });
    await expect(failed.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('"merge": {"schema": …}') as string },
    });
    expect(model.requests).toEqual([]);
  });

  it('an agent that merges is shown the contradictions that comparing finds', async () => {
    model.answer = ({ agent, role }) =>
      role !== 'merge' && branches.includes(agent)
        ? { message: json({ claims: [{ about: 'API-7', claim: `It is ${agent}`, value: agent, sources: ['s'] }] }) }
        : undefined;
    const handle = await cadre.start('fanOut', { team: 'desk', task: 'Look', branches, merge: 'merger' });
    expect(await handle.result()).toMatchObject({ output: { merged: 'both' } });
    const asked = model.requests.find(({ role }) => role === 'merge');
    expect(asked?.said).toContain('contradictions found by comparing the branches');
    expect(asked?.said).toContain('It is north');
  });
});
