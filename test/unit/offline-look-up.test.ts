import { roleSchema } from '../../contracts/role-schemas';
import type { JsonObject } from '../../contracts/json';
import { askJson, data, object, play, requestOf, said, string, strings, type LocalTool } from './offline-support';

const choices = [
  { name: 'orchard', description: 'Reads the tree register of an orchard and reports trees' },
  { name: 'diary', description: 'Reads the diary of the gardener and reports entries' },
];
const findings = (of: string, subtask: number, value: JsonObject) => data(`findings of ${of}, subtask ${subtask}`, value, of); // prettier-ignore
const trees = findings('orchard', 1, {
  total: 31,
  items: [
    { id: 'TREE-4', title: 'Old pear', date: '2026-05-02', cites: ['TREE-4'] },
    { id: 'TREE-9', title: 'Quince', date: '2026-05-02', cites: ['TREE-9'] },
  ],
  unresolved: [],
});
const diary = findings('diary', 2, {
  total: 1,
  items: [{ id: 'D/1', title: 'Pruned', date: '2026-05-02', quote: 'Pruned TREE-4, looked for TREE-77 and TREE-12.', cites: ['D/1'] }], // prettier-ignore
  unresolved: [],
});
const lookedUp = findings('orchard', 3, {
  total: 1,
  items: [{ id: 'TREE-12', title: 'Young plum', date: '2026-01-20', cites: ['TREE-12'] }],
  unresolved: ['TREE-77 was looked up and the register does not have it'],
});
const input = data('input', { date: '2026-05-02' });
const task = 'Report what happened on 2026-05-02: trees of the register and entries of the diary.';

const judge = (parts: Parameters<typeof requestOf>[1]) =>
  askJson(
    requestOf(task, parts, {
      role: 'sufficiency',
      choices,
      output: { name: 'sufficiency', schema: roleSchema('sufficiency', choices) ?? {} },
    }),
  );

describe('ids that are named and not among the results', () => {
  it('are looked up once, by the specialist whose own ids look like them', async () => {
    const first = await judge([input, trees, diary]);
    expect(first).toMatchObject({
      sufficient: false,
      tasks: [{ agent: 'orchard', task: 'Look up TREE-12, TREE-77.' }],
    });
    expect(await judge([input, trees, diary, lookedUp])).toMatchObject({ sufficient: true, missing: [] });
  });

  it('are asked of nobody where nobody has such ids', async () => {
    expect(await judge([input, diary, findings('orchard', 1, { total: 0, items: [], unresolved: ['none'] })])).toMatchObject({ sufficient: true }); // prettier-ignore
  });

  const tools = (): LocalTool[] => {
    const register = { type: 'string', description: 'File of the register.' };
    return [
      {
        name: 'list_trees',
        description: 'Lists the trees of the register that were tended on a day.',
        input: { type: 'object', properties: { register, day: { type: 'string', description: 'A day.' } }, required: ['register'] }, // prettier-ignore
        run: () => ({ total: 1, trees: [{ id: 'TREE-4', title: 'Old pear', tended: '2026-05-02' }] }),
      },
      {
        name: 'get_tree',
        description: 'Returns one tree of the register.',
        input: {
          type: 'object',
          properties: { register, id: { type: 'string', description: 'Id of the tree.' } },
          required: ['register', 'id'],
        },
        run: ({ id }) => {
          if (id !== 'TREE-12') throw new Error(`The register holds no tree with the id "${said(id)}".`);
          return { id, title: 'Young plum', tended: '2026-01-20', remark: 'It was grafted in the winter.' };
        },
      },
    ];
  };
  const schema = object({
    summary: string(),
    total: { type: 'integer' },
    items: { type: 'array', items: object({ id: string(), title: string() }) },
    unresolved: strings(),
    method: string(),
  });
  const file = data('input', { date: '2026-05-02', register: 'garden/trees.csv' });
  const output = { name: 'agent', schema };

  it('are got one by one, without reading lists, whatever day they are of', async () => {
    const { reply, calls } = await play(requestOf('Look up TREE-12, TREE-77.', [file], { output }), tools());
    expect(calls).toEqual(
      ['TREE-12', 'TREE-77'].map((id) => ({ name: 'get_tree', args: { register: 'garden/trees.csv', id } })),
    );
    const answer = JSON.parse(reply.text) as JsonObject;
    expect(answer).toMatchObject({ total: 1, items: [{ id: 'TREE-12', title: 'Young plum' }] });
    expect(answer['unresolved']).toEqual(['TREE-77 was looked up with get_tree and does not exist']);
  });

  it('none of which exists are an answer too, and no failure', async () => {
    const { reply } = await play(requestOf('Look up TREE-77.', [file], { output }), tools());
    expect(JSON.parse(reply.text)).toMatchObject({
      total: 0,
      items: [],
      unresolved: [expect.stringContaining('TREE-77')],
    });
  });

  it('leave a task that wants more than a look-up as it is', async () => {
    const { calls } = await play(requestOf('Look up TREE-12 and list the trees of 2026-05-02.', [file]), tools());
    expect(calls.map(({ name }) => name)).toContain('list_trees');
  });

  const report = object({
    totals: object({
      orchard: { type: 'integer', description: 'Number of trees, the total of orchard' },
      diary: { type: 'integer', description: 'Number of entries' },
    }),
    items: { type: 'array', items: object({ id: string(), cites: strings() }) },
    unresolved: strings(),
    method: string(),
  });
  const write = (parts: Parameters<typeof requestOf>[1]) =>
    askJson(requestOf(task, parts, { role: 'synthesis', output: { name: 'synthesis', schema: report } }));

  it('are unresolved only when a look-up says so; of the rest it is said that they were not read', async () => {
    const before = await write([input, trees, diary]);
    expect(before['unresolved']).toEqual([]);
    expect(before['method']).not.toContain('unresolved');
    expect(before['method']).toContain('not in the data that was read: TREE-12 (in D/1), TREE-77 (in D/1)');
    const after = await write([input, trees, diary, lookedUp]);
    expect(after['unresolved']).toEqual(['TREE-77 was looked up by orchard and does not exist; it is named in D/1']);
    expect(after['method']).not.toContain('TREE-12');
  });

  it('do not change the totals that were stated, nor the records of the day', async () => {
    const parts = [input, trees, diary, lookedUp];
    for (const order of [parts, [...parts].reverse()]) {
      const answer = await write(order);
      expect(answer['totals']).toEqual({ orchard: 31, diary: 1 });
      expect((answer['items'] as JsonObject[]).map(({ id }) => id).sort()).toEqual(['D/1', 'TREE-4', 'TREE-9']);
    }
  });
});

describe('a writer that got nothing but empty findings', () => {
  it('says that there is nothing: zero, and no sections', async () => {
    const empty = (of: string, at: number) => findings(of, at, { source: of, summary: 'Nothing.', total: 0, items: [], unresolved: [] }); // prettier-ignore
    const schema = object({
      totals: object({ orchard: { type: 'integer' }, diary: { type: 'integer' } }),
      sections: { type: 'array', items: object({ title: string(), items: { type: 'array', items: object({ id: string() }) } }) }, // prettier-ignore
      method: string(),
    });
    const idleTools = [{ name: 'read_artifact', description: 'Reads a stored body.', input: { type: 'object' } }];
    const answer = await askJson(
      requestOf(task, [input, empty('orchard', 1), empty('diary', 2)], {
        role: 'synthesis',
        idleTools,
        output: { name: 'synthesis', schema },
      }),
    );
    expect(answer).toMatchObject({ totals: { orchard: 0, diary: 0 }, sections: [] });
  });
});
