import { z } from 'zod';
import type { Json, JsonObject } from '../../contracts/json';
import { roleSchema } from '../../contracts/role-schemas';
import type { Role } from '../../contracts/activities';
import type { ModelMessage } from '../../contracts/model';
import { askJson, data, object, requestOf, said, string, strings } from './offline-support';

const choices = [
  {
    name: 'shipping',
    description: 'Reads the manifests of ships and reports crates that arrived late · cargo · vessels · harbour',
  },
  { name: 'weather', description: 'Reads the weather log of the harbour and reports storms · wind · rain' },
  { name: 'billing', description: 'Reads invoices and reports what customers owe · payments · fees' },
];

type Part = ModelMessage['parts'][number];

/** The answer of a role, checked against the engine's own schema for it. */
async function answer(
  role: Role,
  task: string,
  parts: Part[] = [],
  among: typeof choices | undefined = undefined,
): Promise<JsonObject> {
  const schema = roleSchema(role, among) ?? {};
  const value = await askJson(
    requestOf(task, parts, { role, output: { name: role, schema }, ...(among ? { choices: among } : {}) }),
  );
  z.fromJSONSchema(schema).parse(value);
  expect(JSON.stringify(value)).toContain('made by the offline engine');
  return value;
}

describe('plan', () => {
  const agents = async (task: string): Promise<Json[]> =>
    ((await answer('plan', task, [], choices))['tasks'] as JsonObject[]).map((one) => one['agent'] ?? '');

  it('gives a task to each specialist whose description fits', async () => {
    expect(await agents('Which crates arrived late because of the storm and the wind?')).toEqual([
      'shipping',
      'weather',
    ]);
    expect(await agents('What do our customers owe, in invoices and fees?')).toEqual(['billing']);
  });

  it('asks everybody when nobody stands out', async () => {
    expect(await agents('Tell me something.')).toEqual(['shipping', 'weather', 'billing']);
  });

  it('words each task from the whole and the part', async () => {
    const [first] = (await answer('plan', 'Which crates of the ships arrived on 2026-03-04?', [], choices))[
      'tasks'
    ] as JsonObject[];
    expect(first?.['task']).toContain('2026-03-04');
    expect(first?.['task']).toContain('Reads the manifests of ships');
  });
});

describe('route', () => {
  const route = (task: string) => answer('route', task, [], choices);

  it('is sure when one choice leads', async () => {
    expect(await route('An invoice was sent twice, the fees are wrong and payments are late.')).toHaveProperty(
      'route',
      'billing',
    );
    expect(Number((await route('An invoice was sent twice, the fees are wrong.'))['confidence'])).toBeGreaterThan(0.7);
  });

  it('is unsure when two fit alike, and when none does', async () => {
    const even = [{ name: 'north', description: 'Answers about ferries' }, { name: 'south', description: 'Speaks about ferries' }]; // prettier-ignore
    expect(await answer('route', 'When do the ferries leave?', [], even)).toMatchObject({ confidence: 0 });
    expect(await route('Sing.')).toMatchObject({ confidence: 0 });
  });

  it('is sure between two that are described with the same words, and names the other', async () => {
    const twins = ['north', 'south'].map((name) => ({ name, description: 'Answers about ferries' }));
    const said = await answer('route', 'When do the ferries leave?', [], twins);
    expect(said).toMatchObject({ route: 'north', alternatives: [{ route: 'south' }] });
    const { confidence, alternatives } = said as { confidence: number; alternatives: { confidence: number }[] };
    expect(confidence).toBeGreaterThan(0.5);
    expect(alternatives[0]?.confidence).toBe(confidence);
  });
});

describe('review and sufficiency', () => {
  const delivered = (id: string, agent: string, value: JsonObject) =>
    data(`result of subtask ${id}`, { subtask: id, agent, task: 't', attempt: 1, ...value }, agent);

  it('accepts what delivers, sends back what is empty or failed, and drops it the second time', async () => {
    const { verdicts } = await answer('review', 'x', [
      delivered('1', 'shipping', { status: 'completed', bytes: 80, summary: '{"total":1,"items":[{"id":"SH-1"}]}' }),
      delivered('2', 'weather', { status: 'failed', error: 'ToolFailed: no log' }),
      delivered('3', 'billing', { status: 'completed', bytes: 2, summary: '{}' }),
      delivered('4', 'billing', { status: 'failed', error: 'ToolFailed: no log', attempt: 2 }),
    ]);
    expect((verdicts as JsonObject[]).map((one) => [one['subtask'], one['verdict']])).toEqual([['1', 'accept'], ['2', 'retry'], ['3', 'retry'], ['4', 'drop']]); // prettier-ignore
    expect((verdicts as JsonObject[])[1]?.['feedback']).toContain('no log');
  });

  it('finds enough when all that the task is for have delivered', async () => {
    const results = choices.map(({ name }, at) =>
      data(`result of subtask ${at + 1}`, { total: 1, items: [{ id: `${name}-1`, title: 'One' }] }, name),
    );
    expect(await answer('sufficiency', 'Tell me everything.', results, choices)).toMatchObject({
      sufficient: true,
      missing: [],
    });
  });

  it('names who is missing, and ids that the task names and nobody found', async () => {
    const results = [data('result of subtask 1', { total: 1, items: [{ id: 'SH-1', title: 'One' }] }, 'shipping')];
    const judged = await answer(
      'sufficiency',
      'Which crates of the ships arrived late in the storm and rain of SH-77?',
      results,
      choices,
    );
    expect(judged['sufficient']).toBe(false);
    expect(said(judged['missing'])).toContain('weather');
    expect(said(judged['missing'])).toContain('SH-77');
    expect((judged['tasks'] as JsonObject[]).map((one) => one['agent'])).toEqual(['weather']);
  });
});

describe('score', () => {
  const source = data(
    'manifests',
    [
      { id: 'SH-1', body: 'Forty crates of tea arrived on 2026-03-04.' },
      { id: 'SH-2', body: 'The rope broke in the storm.' },
    ],
    'log',
  );
  const draft = (items: JsonObject[]) => data('draft', { title: 'Crates of tea on 2026-03-04', items }, 'author');
  const goal = 'Report the crates of tea that arrived on 2026-03-04.';
  const judge = async (items: JsonObject[]) =>
    (await answer('score', goal, [source, draft(items)])) as { score: number; problems: string[] };
  const good = {
    statement: 'Forty crates of tea arrived on 2026-03-04.',
    quote: 'Forty crates of tea arrived',
    cites: ['SH-1'],
  };

  it('passes a draft whose citations and quotes stand in the sources', async () => {
    expect((await judge([good])).score).toBeGreaterThan(0.9);
  });

  it('names a citation that does not resolve, and a quote that was never said', async () => {
    const { score, problems } = await judge([good, { ...good, cites: ['SH-9'], quote: 'Fifty crates sank' }]);
    expect(score).toBeLessThan(0.8);
    expect(problems.join(' ')).toContain('SH-9');
    expect(problems.join(' ')).toContain('Fifty crates sank');
  });

  it('names items that cite nothing, what is missing of the goal, and an empty draft', async () => {
    expect((await judge([{ ...good, cites: [] }])).problems.join(' ')).toContain('cites nothing');
    const off = (await answer('score', goal, [source, data('draft', 'The rope broke. [SH-2]', 'author')])) as {
      score: number;
      problems: string[];
    };
    expect(off.problems.join(' ')).toContain('2026-03-04');
    expect(await answer('score', goal, [source, data('draft', '', 'author')])).toMatchObject({ score: 0 });
  });

  it('checks the newest draft, and takes no older draft for a source', async () => {
    const older = data('your last draft', { items: [{ ...good, cites: ['SH-9'] }] }, 'author');
    const judged = (await answer('score', goal, [source, older, draft([{ ...good, cites: ['SH-9'] }])])) as {
      problems: string[];
    };
    expect(judged.problems.join(' ')).toContain('SH-9');
  });

  it('minds repetition', async () => {
    const many = Array.from({ length: 6 }, () => good);
    expect((await judge(many)).score).toBeLessThan((await judge([good])).score);
  });
});

describe('merge', () => {
  const east = data(
    'branch east',
    {
      total: 2,
      items: [
        { id: 'SH-1', port: 'Oslo', crates: 40 },
        { id: 'SH-2', port: 'Turku' },
      ],
    },
    'east',
  );
  const west = data(
    'branch west',
    {
      total: 2,
      items: [
        { id: 'SH-1', port: 'Bergen', crates: 40 },
        { id: 'SH-3', port: 'Vaasa', note: 'see SH-99' },
      ],
    },
    'west',
  );

  it('joins by id, counts again, and names what contradicts with both sides', async () => {
    const value = await answer('merge', 'Merge the branches.', [east, west]);
    const merged = value['merged'] as { total: number; items: JsonObject[] };
    expect(merged.items.map((one) => one['id'])).toEqual(['SH-1', 'SH-2', 'SH-3']);
    expect(merged.total).toBe(3);
    expect(value['conflicts']).toEqual([{ about: 'port of SH-1', sides: [{ from: 'east', claim: 'Oslo' }, { from: 'west', claim: 'Bergen' }] }]); // prettier-ignore
    expect(said(value['unresolved'])).toContain('SH-99');
  });

  it('does not depend on the order of the branches', async () => {
    expect(await answer('merge', 'm', [west, east])).toEqual(await answer('merge', 'm', [east, west]));
  });
});

describe('synthesis', () => {
  const item = object({ id: string(), title: string(), statement: string(), quote: string(), cites: strings() }, [
    'id',
    'title',
    'cites',
  ]);
  const schema = object({
    title: string(),
    sections: { type: 'array', items: object({ title: string(), items: { type: 'array', items: item } }) },
    conflicts: {
      type: 'array',
      items: object({ about: string(), sides: { type: 'array', items: object({ from: string(), claim: string() }) } }),
    },
    method: string(),
  });
  const results = [
    data(
      'result of subtask 1',
      {
        total: 2,
        items: [
          { id: 'SH-1', title: 'The Alma', status: 'late', quote: 'The Alma was late by nine hours.', cites: ['SH-1'] },
          { id: 'SH-2', title: 'The Berta', status: 'on time', quote: 'The Berta was on time.', cites: ['SH-2'] },
        ],
      },
      'shipping',
    ),
    data(
      'result of subtask 2',
      {
        total: 1,
        items: [
          {
            id: 'W-7',
            title: 'Storm',
            status: 'over',
            quote: 'The storm held SH-1 outside the harbour.',
            cites: ['W-7', 'SH-1', 'SH-404'],
          },
          { id: 'SH-2', title: 'The Berta', status: 'late', cites: ['SH-2'] },
        ],
      },
      'weather',
    ),
  ];
  const write = async (parts: Part[]) =>
    (await askJson(
      requestOf('Report what happened to the ships.', parts, {
        agent: 'chief',
        role: 'synthesis',
        output: { name: 'synthesis', schema },
      }),
    )) as unknown as {
      sections: { title: string; items: (JsonObject & { cites: string[] })[] }[];
      conflicts: JsonObject[];
      method: string;
    };

  it('joins what speaks of the same thing, citing both', async () => {
    const { sections } = await write(results);
    expect(sections[0]?.title).toBe('Across sources');
    expect([...(sections[0]?.items[0]?.cites ?? [])].sort()).toEqual(['SH-1', 'W-7']);
    expect(said(sections[0]?.items[0]?.['statement'])).toContain('The storm held SH-1 outside the harbour.');
    expect(sections.flatMap(({ items }) => items).map((one) => one['id'])).toContain('SH-2');
  });

  it('cites only what is there, and names what is not', async () => {
    const { sections, method } = await write(results);
    expect(sections.flatMap(({ items }) => items.flatMap((one) => one.cites))).not.toContain('SH-404');
    expect(method).toContain('SH-404');
  });

  it('shows contradictions with both sides', async () => {
    expect((await write(results)).conflicts).toEqual([{ about: 'status of SH-2', sides: [{ from: 'shipping', claim: 'on time' }, { from: 'weather', claim: 'late' }] }]); // prettier-ignore
  });

  it('does not depend on the order of the results', async () => {
    expect(await write([...results].reverse())).toEqual(await write(results));
  });
});
