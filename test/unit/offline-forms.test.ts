import type { Json, JsonObject, JsonSchema } from '../../contracts/json';
import { askJson, ask, data, object, play, requestOf, string, strings, type LocalTool } from './offline-support';

const counted = object({ total: { type: 'integer' }, ids: strings(), note: string() });
const tell = (value: Json, schema: JsonSchema = counted) =>
  askJson(requestOf('Tell what the log of the harbour says.', [data('log', value)], { output: { name: 'agent', schema } })); // prettier-ignore

describe('arguments of tools', () => {
  const berths = (properties: JsonObject, required: string[], name = 'list_berths'): LocalTool => ({
    name,
    description: 'Lists the berths of a harbour and the boats in them.',
    input: { type: 'object', properties, required },
    run: () => ({ berths: [{ id: 'B-1', title: 'North' }] }),
  });
  const folder = { type: 'string', description: 'Folder of the harbour.' };

  it('takes the input of its own name, whatever it looks like', async () => {
    const { calls } = await play(
      requestOf('List the berths of the harbour.', [data('input', { harbour_dir: 'harbour', pier: 'all of them' })]),
      [berths({ harbour_dir: folder, pier: { type: 'string', description: 'Id of the pier.' } }, ['harbour_dir'])],
    );
    expect(calls[0]?.args).toEqual({ harbour_dir: 'harbour', pier: 'all of them' });
  });

  it('does not take it in another type', async () => {
    const { calls } = await play(
      requestOf('List the berths of the harbour.', [data('input', { harbour_dir: 'harbour', depth: 'deep' })]),
      [berths({ harbour_dir: folder, depth: { type: 'integer' } }, ['harbour_dir'])],
    );
    expect(calls[0]?.args).toEqual({ harbour_dir: 'harbour' });
  });

  it.each(['', ' in some/harbour'])('fills no second path with what the first is filled with%s', async (words) => {
    const parts = [data('input', { folder: 'some/harbour' })];
    const path = { type: 'string', description: 'File below the folder.' };
    const optional = await play(requestOf(`List the berths${words}.`, parts), [berths({ path, folder }, ['folder'])]);
    expect(optional.calls[0]?.args).toEqual({ folder: 'some/harbour' });
    const needed = await play(requestOf(`List the berths${words}.`, parts), [
      berths({ path, folder }, ['folder', 'path']),
    ]);
    expect(needed.calls).toEqual([]);
  });
});

describe('counting', () => {
  it('takes one record with its people and parts for one', async () => {
    const people = [{ id: 'p-1', name: 'Ada Holm' }, { id: 'p-2', name: 'Bo Lind' }, { id: 'p-3', name: 'Cleo Marsh' }]; // prettier-ignore
    expect(await tell({ id: 'SH-1', port: 'Oslo', people })).toMatchObject({ total: 1, ids: ['SH-1'] });
    const parts = [{ text: 'Anchor', weight: 3 }, { text: 'Chain', weight: 9 }]; // prettier-ignore
    expect(await tell({ title: 'The Alma', port: 'Oslo', people, gear: parts })).toMatchObject({ total: 1 });
    expect(await tell({ port: 'Oslo', ships: [{ id: 'SH-1', port: 'A' }, { id: 'SH-2', port: 'B' }] })).toMatchObject({ total: 2 }); // prettier-ignore
  });

  it('takes a problem of reading for none, and listed problems for what they are', async () => {
    const problems = [{ file: 'log-3', line: 7, message: 'not read' }];
    expect(await tell({ total: 0, ships: [], problems })).toMatchObject({ total: 0, ids: [] });
    expect(await tell({ ships: [], problems })).toMatchObject({ total: 0 });
    expect(await tell({ problems })).toMatchObject({ total: 1 });
  });
});

describe('names of records', () => {
  const boats = (from: number) => [
    { id: '20149', key: 'BOAT-308', title: 'Alma', moored: from },
    { id: '20150', key: 'BOAT-309', title: 'Berta', moored: from },
  ];

  it('are those that other records use', async () => {
    const talk = [{ id: 'm-77123', title: 'Rope', text: 'The rope of BOAT-308 is worn and has to be replaced.' }];
    expect((await tell({ boats: boats(1), talk }))['ids']).toEqual(['m-77123', 'BOAT-308', 'BOAT-309']);
  });

  it('stay as they are where nobody uses others', async () => {
    const talk = [{ id: 'm-77123', title: 'Rope', text: 'The rope of the Alma is worn and has to be replaced.' }];
    expect((await tell({ boats: boats(1), talk }))['ids']).toEqual(['m-77123', '20149', '20150']);
  });
});

describe('results of tool servers', () => {
  const inner = JSON.stringify({ total: 2, ships: [{ id: 'SH-1', port: 'A' }, { id: 'SH-2', port: 'B' }] }); // prettier-ignore
  it.each<[string, Json]>([
    ['a member', { result: inner }],
    ['text', JSON.stringify({ result: inner })],
    ['structured content', { structuredContent: { result: inner }, content: [{ type: 'text', text: 'see there' }] }],
    ['content', { content: [{ type: 'text', text: JSON.stringify({ result: inner }) }] }],
  ])('with JSON as text inside %s are read', async (_where, value) => {
    expect(await tell(value)).toMatchObject({ total: 2, ids: ['SH-1', 'SH-2'] });
  });
});

describe('quotes', () => {
  const schema = object({ items: { type: 'array', items: object({ id: string(), quote: string() }) }, note: string() });
  const patch = ['diff --git a/mast.txt b/mast.txt', 'index 8cb9784..d0dbe56 100644', '--- a/mast.txt', '+++ b/mast.txt', '@@ -1 +1 @@ mast', '-The mast is of wood and old.', '+The mast is of steel and new.'].join('\n'); // prettier-ignore
  const quoteOf = async (body: string) =>
    ((await tell([{ id: 'CH-1', title: 'Mast', body }, { id: 'CH-2', title: 'Sail', body: 'The sail was mended twice this week.' }], schema))['items'] as JsonObject[]).find(({ id }) => id === 'CH-1')?.['quote']; // prettier-ignore

  it('are never taken from a change', async () => {
    expect(await quoteOf(patch)).toBe('');
    expect(await quoteOf('index 8cb9784..d0dbe56 100644')).toBe('');
  });

  it('are the prose before it', async () => {
    expect(await quoteOf(`The old mast broke in the storm.\n\n${patch}`)).toBe('The old mast broke in the storm.');
  });
});

describe('an item that cannot have enough', () => {
  const item = object({ id: string(), crew: { ...strings('Names of the crew'), minItems: 1 } });
  const ships = [{ id: 'SH-1', port: 'A', crew: ['Ada Holm'] }, { id: 'SH-2', port: 'B' }]; // prettier-ignore

  it('is left out, and said to be', async () => {
    const answer = await tell(ships, object({ items: { type: 'array', items: item }, note: string() }));
    expect(answer['items']).toEqual([{ id: 'SH-1', crew: ['Ada Holm'] }]);
    expect(answer['note']).toContain('1 further item is left out');
  });

  it('does not save an answer that needs more items than there are', async () => {
    const schema = object({ items: { type: 'array', minItems: 3, items: item }, note: string() });
    const output = { name: 'agent', schema };
    const { text } = await ask(requestOf('Tell what the log says.', [data('log', ships)], { output }));
    expect(text).toContain('could not be filled');
  });
});
