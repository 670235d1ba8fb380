import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { digestOf } from '../../contracts/digest';
import { durationMs } from '../../contracts/schemas/duration';
import { editDistance, nearestName } from '../../contracts/schemas/nearest-name';
import type { Json } from '../../contracts/json';
import { parseDocument, stringify } from 'yaml';
import { readFileSync } from 'node:fs';
import { inlineTeamOf, loadTeam, makeTeamCatalog, teamViewOf } from '../../activities/teams';
import { faultsOf, removeTempTeams, tempTeam } from '../support/teams/temp-team';

const full = path.join(__dirname, '..', 'support', 'teams', 'full');

afterAll(removeTempTeams);

describe('a team of a folder', () => {
  test('has its files inline, its defaults filled in, its durations in milliseconds', async () => {
    const { team } = await loadTeam(full);
    expect(team.agents['jira']).toMatchObject({
      instructions: 'You read tickets.\n',
      models: ['quick', 'lan'],
      trust: 'read-only',
      exposure: 'external',
      privacy: 'public',
      budget: { tokens: 60_000, usd: 0.1, steps: 8, wallClockMs: 300_000 },
      maxSteps: 8,
      timeoutMs: 300_000,
      output: { type: 'object', properties: { ticket_ids: { type: 'array' } } },
      skills: [{ name: 'ticket-triage', description: 'Sorts tickets', body: '# Triage\n\nSort by age.' }],
      circuitBreaker: { failureThreshold: 3, recoveryTimeoutMs: 300_000, fallback: 'escalate_to_human' },
    });
    expect(team.agents['writer']).toMatchObject({
      models: ['lan'],
      tools: ['files.write_file'],
      exposure: 'internal',
      maxSteps: 12,
    });
    expect(team.tools['files']).toEqual({
      kind: 'builtin',
      builtin: 'files',
      options: { root: './data' },
      zone: 'local',
      effects: { write_file: 'write' },
    });
    expect(team.tools['tickets']).toMatchObject({ kind: 'http', zone: 'tools', baseUrl: 'http://127.0.0.1:8080' });
    expect(team.tools['jira']).toMatchObject({ env: { JIRA_URL: '${JIRA_URL}' } });
    expect(team.compositions['sides']).toEqual({
      pattern: 'fanOut',
      over: 'input.sides',
      each: { agent: 'jira' },
      merge: { agent: 'chief' },
      quorum: 0.5,
    });
    expect(team.policy.approvals[0]).toEqual({
      effect: 'write',
      group: 'ops',
      timeoutMs: 1_800_000,
      onTimeout: 'reject',
    });
    expect(team.events[0]).toMatchObject({ consumers: [{ allOf: ['acme.events.tests.passed'] }] });
  });

  test('is plain JSON, the same each time, and its view is small and has no prompt', async () => {
    const [first, second] = [(await loadTeam(full)).team, (await loadTeam(full)).team];
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    expect(digestOf(second)).toBe(digestOf(first));
    const view = teamViewOf(first, digestOf(first));
    expect(view.agents['jira']).toMatchObject({ typed: true, queue: 'jira', maxOutputTokens: 4096 });
    expect(JSON.stringify(view)).not.toContain('You read tickets');
    expect(JSON.stringify(view)).not.toContain('JIRA_URL');
    expect(view.policyVersion).toBe(digestOf(first.policy));
  });

  test('a view above the limit is InvalidTeam, with its size', async () => {
    const agents = Array.from({ length: 250 }, (_, n) => ({ name: `a${n}`, description: 'x'.repeat(300) }));
    const { team } = await loadTeam(tempTeam({ 'team.yaml': stringify({ agents }) }));
    expect(() => teamViewOf(team, 'sha256:0')).toThrow(/takes \d+ bytes of at most 65536/);
  });
});

/** Rewrites the keys of the format, and only those, at random into the other case. */
function recase(value: Json, path: string[], toSnake: () => boolean): Json {
  if (Array.isArray(value)) return value.map((item) => recase(item, path, toSnake));
  if (typeof value !== 'object' || value === null) return value;
  const last = path.at(-1) ?? '';
  const userKeys = [
    'models',
    'tools',
    'compositions',
    'toolAliases',
    'effects',
    'env',
    'approvers',
    'operations',
    'input',
    'args',
  ];
  if (['input', 'env', 'args'].includes(last) && !path.includes('usdPerMillionTokens')) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const plain = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const isUser = userKeys.includes(last) && !(last === 'tools' && Array.isArray(value));
      const name = isUser ? key : toSnake() ? plain.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : plain;
      return [name, recase(item, [...path, isUser ? `${last}.*` : plain], toSnake)];
    }),
  );
}

describe('keys', () => {
  test('camelCase and snake_case in any mixture give the same team', async () => {
    const source = readFileSync(path.join(full, 'team.yaml'), 'utf8');
    const plain = parseDocument(source).toJS() as Json;
    const files = {
      'instructions/jira.md': 'You read tickets.\n',
      'schemas/tickets.json': readFileSync(path.join(full, 'schemas', 'tickets.json'), 'utf8'),
      'skills/ticket-triage/SKILL.md': readFileSync(path.join(full, 'skills', 'ticket-triage', 'SKILL.md'), 'utf8'),
    };
    const expected = digestOf((await loadTeam(full)).team);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (coins) => {
        const text = stringify(recase(plain, [], () => coins.next().value as boolean));
        const { team } = await loadTeam(tempTeam({ ...files, 'team.yaml': text }, 'full'));
        expect(digestOf(team)).toBe(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('names, patterns, arguments, schemas and environment keep their spelling', async () => {
    const { team } = await inlineTeamOf({
      agents: { my_agent: { output: { type: 'object', properties: { max_steps: { type: 'number' } } } } },
      tools: { my_tools: { builtin: 'files', effects: { read_file: 'read' }, max_bytes: 5 } },
      compositions: { my_flow: { tool: 'my_tools.read_file', args: { file_name: 'a', max_steps: 1 } } },
    });
    expect(team.agents['my_agent']?.output).toEqual({ type: 'object', properties: { max_steps: { type: 'number' } } });
    expect(team.tools['my_tools']).toMatchObject({ effects: { read_file: 'read' }, options: { maxBytes: 5 } });
    expect(team.compositions['my_flow']).toEqual({
      tool: 'my_tools.read_file',
      args: { file_name: 'a', max_steps: 1 },
    });
  });

  test.each([['__proto__'], ['constructor'], ['toString']])('the name %s does no harm', async (name) => {
    const before = Object.keys(Object.prototype);
    const faults = await faultsOf({ 'team.yaml': `agents:\n  ok: {}\n  ${name}: { polluted: yes, tools: [] }\n` });
    expect(faults.length).toBeGreaterThan(0);
    expect(Object.keys(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    await expect(inlineTeamOf(JSON.parse(`{"agents":{"${name}":{}}}`) as Json)).rejects.toMatchObject({
      kind: 'InvalidTeam',
    });
  });
});

describe('files stay inside the folder', () => {
  const secret = tempTeam({ 'secret.md': 'secret' }, 'elsewhere');
  test.each([
    [`../../${path.basename(path.dirname(secret))}/elsewhere/secret.md`],
    [path.join(secret, 'secret.md')],
    ['link/secret.md'],
    ['link.md'],
    ['none.md'],
  ])('instructions: %s', async (file) => {
    const folder = tempTeam({ 'team.yaml': `agents:\n  a: { instructions: ${file} }\n` });
    symlinkSync(secret, path.join(folder, 'link'));
    symlinkSync(path.join(secret, 'secret.md'), path.join(folder, 'link.md'));
    await expect(loadTeam(folder)).rejects.toThrow(/team\.yaml:2: agents\.a\.instructions names the file/);
  });
});

describe('the catalogue', () => {
  test('the teams that ship load, and nothing in them needs a notice', async () => {
    const catalog = makeTeamCatalog({ folders: [path.join(__dirname, '..', '..', 'agents')] });
    const names = await catalog.list();
    expect(names).toEqual(expect.arrayContaining(['daily-report', 'repo-report']));
    for (const name of names) {
      // What the founding snippets call by another name is told, and is no fault.
      const notices = (await catalog.load(name)).notices.filter((notice) => !/ is the agent "/.test(notice));
      expect({ name, notices }).toEqual({ name, notices: [] });
    }
  });

  test('finds teams by name, reads them again when they change, and names the nearest', async () => {
    const one = tempTeam({ 'team.yaml': 'agents: { a: {} }\n', 'compose.yaml': 'compensation: []\n' }, 'one');
    const catalog = makeTeamCatalog({ folders: [path.dirname(one), full], defaultTeam: 'one' });
    expect(await catalog.list()).toEqual(['one', 'full']);
    expect(catalog.defaultTeam).toBe('one');
    expect(await catalog.folderOf('one')).toBe(one);
    const before = await catalog.load('one');
    expect(await catalog.load('one')).toBe(before);
    writeFileSync(path.join(one, 'team.yaml'), 'agents: { a: {}, b: {} }\n');
    expect(Object.keys((await catalog.load('one')).team.agents)).toEqual(['a', 'b']);
    await expect(catalog.load('ful')).rejects.toThrow('There is no team named "ful" here (did you mean "full"?).');
  });

  test('the default team may be a path, and other YAML beside teams is no team', async () => {
    const one = tempTeam({ 'team.yaml': 'agents: { a: {} }\n' }, 'mine');
    const folder = tempTeam({
      'compose.yaml': 'services: {}\n',
      'solo.yaml': 'kind: Team\nmetadata: { name: solo }\nspec: {}\n',
    });
    const catalog = makeTeamCatalog({ folders: [folder], defaultTeam: one });
    expect(await catalog.list()).toEqual(['mine', 'solo']);
    expect((await catalog.load('mine')).team.name).toBe('mine');
  });
});

test.each<[number | string, number | undefined]>([
  [300, 300_000],
  ['300', 300_000],
  ['300s', 300_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['250ms', 250],
  ['0.5s', 500],
  [0, undefined],
  [-1, undefined],
  ['', undefined],
  ['5 m', undefined],
  ['m5', undefined],
  ['400d', undefined],
  [Number.NaN, undefined],
])('the duration %s is %s ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test('the nearest name forgives a slip and not more', () => {
  expect(nearestName('speciallists', ['supervisor', 'specialists'])).toBe('specialists');
  expect(nearestName('MAX_STEPS', ['maxSteps', 'tools'])).toBe('maxSteps');
  expect(nearestName('weather', ['tools', 'model'])).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
