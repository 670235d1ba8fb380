import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../contracts/json';
import { offlineProvider } from '../../activities/models/offline';
import { ask, data, object, requestOf, string, strings } from './offline-support';

const folder = path.join(__dirname, '../../activities/models/offline');
const sample = path.join(__dirname, '../../agents');

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));

/** Names of people, projects and places of the shipped sample: none of them may be known to the engine. */
function sampleNames(): string[] {
  const text = readdirSync(sample, { recursive: true, encoding: 'utf8' })
    .filter((name) => /sample.*\.json$/.test(name))
    .map((name) => readFileSync(path.join(sample, name), 'utf8'))
    .join('\n');
  const people = [...text.matchAll(/"(?:displayName|name)":\s*"(\p{Lu}\p{L}+ \p{Lu}[\p{L} -]+)"/gu)].map(
    (hit) => hit[1] ?? '',
  );
  const projects = [...text.matchAll(/"key":\s*"([A-Z]{2,})-\d+"/g)].map((hit) => `${hit[1]}-`);
  return [...new Set([...people, ...projects])].filter((name) => name.length > 3);
}

it('finds the engine', () => {
  expect(sources.length).toBeGreaterThan(30);
});

describe('the offline engine knows no source by name', () => {
  it.each([
    'jira',
    'mail',
    'chat',
    'gmail',
    'slack',
    'confluence',
    'ticket',
    'mbox',
    'takeout',
    'inbox',
    'atlassian',
    'github',
    'gitlab',
    'daily-report',
    'repo-report',
  ])('has no %s anywhere', (word) => {
    const holding = sources.filter(({ text }) => text.toLowerCase().includes(word)).map(({ name }) => name);
    expect(holding).toEqual([]);
  });

  it('has no name of the sample', () => {
    const names = sampleNames();
    const holding = sources.flatMap(({ name, text }) =>
      names.filter((one) => text.includes(one)).map((one) => `${name}: ${one}`),
    );
    expect(holding).toEqual([]);
  });

  it('asks neither a clock nor chance nor the network', () => {
    for (const { name, text } of sources)
      expect(`${name} ${/Date\.now|new Date\(\)|Math\.random|fetch\(|node:http|process\./.exec(text)?.[0] ?? ''}`).toBe(
        `${name} `,
      );
  });
});

describe('every output says who made it', () => {
  const loans = data('loans', [{ id: 'LN-1', title: 'Dune', due: '2026-03-01' }]);
  const label = '(made by the offline engine: extraction, no language model)';

  it('labels text', async () => {
    const reply = await ask(requestOf('What is on loan?', [loans]));
    expect(reply.text).toContain(label);
    expect(reply.resolvedModel).toBe('offline/1');
    expect(offlineProvider.name).toBe('offline');
  });

  it.each([
    ['a note', object({ ids: strings(), note: string() }), 'note'],
    ['a summary', object({ ids: strings(), summary: string() }), 'summary'],
    ['a title', object({ ids: strings(), title: string() }), 'title'],
    ['any further field', { type: 'object', properties: { ids: strings() }, required: ['ids'] }, 'madeBy'],
  ])('labels %s', async (_case, schema, field) => {
    const reply = await ask(requestOf('List the loans.', [loans], { output: { name: 'agent', schema } }));
    const answer = JSON.parse(reply.text) as JsonObject;
    expect(answer['ids']).toEqual(['LN-1']);
    expect(answer[field]).toContain(label);
  });

  it('estimates usage by characters and never bills', async () => {
    const reply = await ask(requestOf('x'.repeat(4_000)));
    expect(reply.usage.inputTokens).toBeGreaterThanOrEqual(1_000);
    expect(reply.usage.inputTokens).toBeLessThan(1_100);
    expect(reply.usage.outputTokens).toBe(Math.ceil(reply.text.length / 4));
  });

  it('does not start when it is cancelled', async () => {
    const request = requestOf('x');
    await expect(
      offlineProvider.call(request, { signal: AbortSignal.abort(new Error('stopped')), timeoutMs: 1, stream: false }),
    ).rejects.toThrow('stopped');
  });
});

describe('speed', () => {
  it('answers over 5 MB of data in a few seconds of processor time at most', async () => {
    const words =
      'valve pressure north greenhouse humidity was measured twice and the night crew decided to replace pump before frost'.split(
        ' ',
      );
    const readings = Array.from({ length: 4_000 }, (_, at) => ({
      id: `RD-${at}`,
      title: `Reading ${at} of bay ${at % 40}`,
      at: `2026-03-0${1 + (at % 7)}T08:00:00Z`,
      body: Array.from(
        { length: 180 },
        (_w, word) => words[(at * 7 + word * word) % words.length] + (word % 12 === 11 ? '.' : ''),
      ).join(' '),
    }));
    const size = JSON.stringify(readings).length;
    expect(size).toBeGreaterThan(5_000_000);
    const item = object({
      id: string(),
      title: string(),
      date: { type: 'string', format: 'date' },
      quote: string(),
      cites: strings(),
    });
    const schema = object({ summary: string(), total: { type: 'integer' }, items: { type: 'array', items: item } });
    const request = requestOf('Report the pump readings of 2026-03-03.', [data('readings', readings)], {
      output: { name: 'agent', schema },
    });
    await ask(requestOf('warm up', [data('readings', readings.slice(0, 50))], { output: { name: 'agent', schema } }));
    const before = process.cpuUsage();
    const reply = await ask(request);
    const { user, system } = process.cpuUsage(before);
    // Processor time, because other tests share the machine's clock.
    expect((user + system) / 1000).toBeLessThan(4_000);
    expect((JSON.parse(reply.text) as { total: number }).total).toBe(
      readings.filter(({ at }) => at.startsWith('2026-03-03')).length,
    );
  });
});
