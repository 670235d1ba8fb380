import type { Json, JsonObject } from '../../contracts/json';
import type { RunBlobs } from '../../activities/stores';
import { makeShowBody } from '../../activities/models/show-body';
import { ask, data, object, play, requestOf, said, string, strings, type LocalTool } from './offline-support';

interface Sensor extends JsonObject {
  sensor_id: string;
  name: string;
  bay: string;
  keeper: string;
  last_reading: string;
  state: string;
}

const keepers = ['Ada Holm', 'Bo Lindgren', 'Cleo Marsh'];
const sensors: Sensor[] = Array.from({ length: 23 }, (_, at) => ({
  sensor_id: `GH-${100 + at}`,
  name: `Humidity probe ${at}`,
  bay: `bay ${at % 5}`,
  keeper: keepers[at % 3] ?? '',
  last_reading: `2026-03-0${1 + (at % 6)}T06:00:00Z`,
  state: at % 4 === 0 ? 'faulty' : 'ok',
}));

const folder = { type: 'string', description: 'Folder of the greenhouse log.' };

function greenhouse(pageSize = 10): LocalTool[] {
  return [
    {
      name: 'list_sensors',
      description: 'Lists the sensors of a greenhouse log that reported on a day, with the total.',
      input: {
        type: 'object',
        properties: {
          folder,
          day: { type: 'string', description: 'One day, as YYYY-MM-DD.' },
          offset: { type: 'integer', minimum: 0 },
          limit: { type: 'integer', minimum: 1 },
        },
        required: ['folder'],
      },
      run: ({ folder: given, day, offset = 0, limit = pageSize }) => {
        if (given !== 'logs/greenhouse') throw new Error(`There is no folder ${said(given)}.`);
        const hits = sensors.filter((sensor) => day === undefined || sensor.last_reading.startsWith(said(day)));
        const items = hits.slice(Number(offset), Number(offset) + Number(limit));
        const next = Number(offset) + items.length;
        return { total: hits.length, offset, nextOffset: next < hits.length ? next : null, items };
      },
    },
    {
      name: 'get_sensor',
      description: 'Returns one of the sensors of a greenhouse log in full, with the remarks of its keeper.',
      input: {
        type: 'object',
        properties: { folder, id: { type: 'string', description: 'Id of the sensor.' } },
        required: ['folder', 'id'],
      },
      run: ({ id }) => {
        const sensor = sensors.find((one) => one.sensor_id === id);
        if (!sensor) throw new Error(`No sensor ${said(id)}.`);
        return {
          ...sensor,
          remarks: `The probe ${sensor.sensor_id} was cleaned by ${sensor.keeper}. It drifts when the vents open.`,
        };
      },
    },
    {
      name: 'calibrate_pump',
      description: 'Sets the dose of a pump.',
      input: {
        type: 'object',
        properties: {
          pump_serial: { type: 'string', description: 'Serial number printed on the pump.' },
          dose: { type: 'number' },
        },
        required: ['pump_serial', 'dose'],
      },
      run: () => {
        throw new Error('must not be called');
      },
    },
  ];
}

const item = object({
  id: string(),
  title: string(),
  date: { type: 'string', format: 'date' },
  people: strings(),
  status: string(),
  quote: string('A sentence, word for word'),
  cites: strings(),
});
const schema = object({ summary: string(), total: { type: 'integer' }, items: { type: 'array', items: item } });
const output = { name: 'agent', schema };
const input = data('input', { day: '2026-03-03', folder: 'logs/greenhouse' });

describe('tools never seen before', () => {
  it('lists with arguments from the input, reads details that the schema asks for, and answers', async () => {
    const { reply, calls } = await play(
      requestOf('Report on the sensors of the greenhouse on 2026-03-03.', [input], { output }),
      greenhouse(),
    );
    const expected = sensors.filter((sensor) => sensor.last_reading.startsWith('2026-03-03'));
    expect(calls[0]).toEqual({ name: 'list_sensors', args: { folder: 'logs/greenhouse', day: '2026-03-03' } });
    expect(
      calls
        .filter(({ name }) => name === 'get_sensor')
        .map(({ args }) => args['id'])
        .sort(),
    ).toEqual(expected.map((sensor) => sensor.sensor_id));
    const answer = JSON.parse(reply.text) as { total: number; items: JsonObject[] };
    expect(answer.total).toBe(expected.length);
    expect(answer.items.map((one) => one['id']).sort()).toEqual(expected.map((sensor) => sensor.sensor_id));
    for (const one of answer.items) {
      const sensor = sensors.find(({ sensor_id: id }) => id === one['id']);
      expect(one).toMatchObject({
        title: sensor?.name,
        date: '2026-03-03',
        people: [sensor?.keeper],
        status: sensor?.state,
        cites: [sensor?.sensor_id],
      });
      expect(
        `The probe ${sensor?.sensor_id} was cleaned by ${sensor?.keeper}. It drifts when the vents open.`,
      ).toContain(one['quote']);
    }
  });

  it('pages until there is no more, several pages at once, and never calls twice', async () => {
    const plain = object({ total: { type: 'integer' }, ids: strings(), note: string() });
    const { reply, calls } = await play(
      requestOf('Count the sensors of the greenhouse.', [data('input', { folder: 'logs/greenhouse' })], {
        output: { name: 'agent', schema: plain },
      }),
      greenhouse(4),
    );
    const pages = calls.filter(({ name }) => name === 'list_sensors').map(({ args }) => Number(args['offset'] ?? 0));
    expect(pages.sort((a, b) => a - b)).toEqual([0, 4, 8, 12, 16, 20]);
    expect(new Set(calls.map((call) => JSON.stringify(call))).size).toBe(calls.length);
    expect(JSON.parse(reply.text)).toMatchObject({ total: 23, ids: sensors.map((sensor) => sensor.sensor_id).sort() });
  });

  it('follows a cursor', async () => {
    const tools: LocalTool[] = [
      {
        name: 'list_shipments',
        description: 'Lists shipments.',
        input: { type: 'object', properties: { cursor: { type: 'string' } } },
        run: ({ cursor }) => {
          const at = cursor === undefined ? 0 : Number(said(cursor).slice(1));
          return {
            shipments: [
              { manifest: `SH-${at}`, port: 'Oslo' },
              { manifest: `SH-${at + 1}`, port: 'Turku' },
            ],
            nextCursor: at < 6 ? `c${at + 2}` : null,
          };
        },
      },
    ];
    const { calls, reply } = await play(
      requestOf('Which shipments are there?', [], {
        output: { name: 'agent', schema: object({ total: { type: 'integer' }, note: string() }) },
      }),
      tools,
    );
    expect(calls.map(({ args }) => args['cursor'])).toEqual([undefined, 'c2', 'c4', 'c6']);
    expect(JSON.parse(reply.text)).toMatchObject({ total: 8 });
  });

  it('reads on behind results that were shown in part', async () => {
    const long = sensors.map((sensor) => ({
      ...sensor,
      remarks: `The probe ${sensor.sensor_id} drifts. ${'Its vents were opened and closed again. '.repeat(150)}`,
    }));
    const tools = greenhouse()
      .slice(0, 1)
      .map((tool): LocalTool => ({
        ...tool,
        run: ({ offset = 0, limit = 50 }) => ({
          total: long.length,
          nextOffset: null,
          items: long.slice(Number(offset), Number(offset) + Number(limit)),
        }),
      }));
    const bodies = new Map<string, string>();
    const own = {
      getText: (id: string) => Promise.resolve(bodies.get(id) ?? ''),
      head: () => Promise.resolve({}),
    } as unknown as RunBlobs;
    const showBody = makeShowBody({ ofRun: () => own })('agent/x/1#first');
    const shown = new Map<string, Json>();
    const show = (value: Json): Json => shown.get(JSON.stringify(value)) ?? value;
    const cutting = tools.map((tool): LocalTool => ({
      ...tool,
      run: async (args) => {
        const value = await tool.run(args);
        const body = JSON.stringify(value);
        const id = `sha256:${String(bodies.size).padStart(64, '0')}`;
        bodies.set(id, body);
        shown.set(body, await showBody({ blob: id, bytes: body.length, head: '' }));
        return value;
      },
    }));
    const plain = object({ total: { type: 'integer' }, ids: strings(), note: string() });
    const { reply, calls } = await play(
      requestOf('Which sensors are in the greenhouse?', [data('input', { folder: 'logs/greenhouse' })], {
        output: { name: 'agent', schema: plain },
      }),
      cutting,
      show,
    );
    expect(calls.length).toBeGreaterThan(1);
    expect(JSON.parse(reply.text)).toMatchObject({ total: 23, ids: sensors.map((sensor) => sensor.sensor_id).sort() });
  });

  it('does not choose a tool whose required arguments nothing fills', async () => {
    const { calls } = await play(
      requestOf('Set the dose of the pump in the greenhouse.', [data('input', { folder: 'logs/greenhouse' })]),
      greenhouse(),
    );
    expect(calls.filter(({ name }) => name === 'calibrate_pump')).toEqual([]);
  });

  it('goes straight to an id the task names', async () => {
    const { calls } = await play(
      requestOf('What do the remarks of sensor GH-104 say?', [data('input', { folder: 'logs/greenhouse' })]),
      greenhouse(),
    );
    expect(calls).toContainEqual({ name: 'get_sensor', args: { folder: 'logs/greenhouse', id: 'GH-104' } });
  });

  it('chooses the tool that fits among others', async () => {
    const names = ['list_members', 'list_books', 'list_rooms', 'list_fines', 'list_events', 'list_staff'];
    const tools = names.map((name): LocalTool => ({
      name,
      description: `Lists the ${name.slice(5)} of the library.`,
      input: { type: 'object', properties: {} },
      run: () => [{ id: `${name}-1`, title: 'One' }],
    }));
    const { calls } = await play(requestOf('Which fines are open?'), tools);
    expect(calls.map(({ name }) => name)).toEqual(['list_fines']);
  });

  it('fills enums and searches by what the task quotes', async () => {
    const tools: LocalTool[] = [
      {
        name: 'search_catalogue',
        description: 'Searches the catalogue of the library.',
        input: {
          type: 'object',
          properties: { query: { type: 'string' }, shelf: { type: 'string', enum: ['adult', 'children', 'archive'] } },
          required: ['query', 'shelf'],
        },
        run: () => ({ hits: [{ id: 'BK-7', title: 'Moss and stone' }] }),
      },
    ];
    const { calls, reply } = await play(
      requestOf('Search the children shelf of the catalogue for "moss and stone".'),
      tools,
    );
    expect(calls).toEqual([{ name: 'search_catalogue', args: { query: 'moss and stone', shelf: 'children' } }]);
    expect(reply.text).toContain('BK-7');
  });

  it('takes a path with spaces from the input, and counts nothing where nothing could be read', async () => {
    const output = { name: 'agent', schema: object({ total: { type: 'integer' }, note: string() }) };
    const list = greenhouse().slice(0, 1);
    const spaced = await play(requestOf('Count the sensors of the greenhouse.', [data('input', { folder: 'logs/old green house' })], { output }), list); // prettier-ignore
    expect(spaced.calls).toHaveLength(1);
    expect(spaced.reply.text).toContain('could not be filled');
    expect(spaced.reply.text).toContain('There is no folder logs/old green house.');
    const without = await play(requestOf('Count the sensors of the greenhouse.', [], { output }), list);
    expect(without.calls).toEqual([]);
    expect(without.reply.text).toContain('None of the tools list_sensors could be called');
  });

  it('says what failed and does not repeat it', async () => {
    const { calls, reply } = await play(
      requestOf('Report on the sensors of the greenhouse.', [data('input', { folder: 'logs/elsewhere' })]),
      greenhouse(),
    );
    expect(calls).toHaveLength(1);
    expect(reply.text).toContain('There is no folder logs/elsewhere.');
  });

  it('answers at once without tools', async () => {
    const reply = await ask(requestOf('Report on the sensors.', [data('sensors', sensors.slice(0, 3))]));
    expect(reply.toolCalls).toEqual([]);
    expect(reply.text).toContain('GH-101');
  });
});
