import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readTextArgument } from '../../cli/context';
import { howToRun } from '../../cli/how-to-run';
import { demandTeam } from '../../cli/known-team';
import { resolveTarget } from '../../cli/resolve-target';
import { readConfig } from '../../workers/config';

const folder = mkdtempSync(path.join(tmpdir(), 'cadre-teams-'));
const config = readConfig({ CADRE_HOME: path.join(folder, '.cadre') }, folder);
const team = (compositions: string): string =>
  `kind: Team\nmetadata: { name: t }\nspec:\n  agents: [{ name: a }, { name: b }]\n  compositions:\n${compositions}`;

beforeAll(() => {
  for (const [place, text] of [
    ['one', team('    answer: { agent: a }')],
    ['far/two', team('    answer: { agent: a }\n    other: { agent: b, task: Look. }')],
  ] as const) {
    mkdirSync(path.join(folder, place), { recursive: true });
    writeFileSync(path.join(folder, place, 'team.yaml'), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a team that is not here is told with the nearest name', async () => {
  await expect(demandTeam(config, 'one')).resolves.toBeUndefined();
  await expect(demandTeam(config, 'onne')).rejects.toMatchObject({
    exitCode: 2,
    message: 'There is no team named "onne" here (did you mean "one"?).',
  });
});

test.each([
  ['one', ['npx cadre run one "what to do"']],
  ['./one/', ['npx cadre run ./one "what to do"']],
  ['./one/team.yaml', ['npx cadre run ./one "what to do"']],
  ['far/two', ['npx cadre run far/two/answer "what to do"', 'npx cadre run far/two/other']],
  ['./far/two', ['npx cadre run ./far/two/answer "what to do"', 'npx cadre run ./far/two/other']],
])('validate %s names commands that run its compositions', async (given, commands) => {
  const place = given.replace('/team.yaml', '');
  const { team, teamName } = await resolveTarget(config, place, false);
  const shown = howToRun(team, given, teamName);
  expect(shown.map(({ command }) => command)).toEqual(commands);
  for (const { composition, command } of shown) {
    const [, name = ''] = /^npx cadre run (\S+)/.exec(command) ?? [];
    expect(await resolveTarget(config, name, true)).toMatchObject({ teamName, composition });
  }
});

test('a text argument is the text, or that of a file', () => {
  expect(readTextArgument('as it is', '--background', () => '')).toBe('as it is');
  expect(readTextArgument('@notes.md', '--background', (file) => `of ${file}`)).toBe('of notes.md');
  const missing = (): string => {
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  };
  expect(() => readTextArgument('@gone.md', '--background', missing)).toThrow(
    '--background: gone.md cannot be read (ENOENT).',
  );
});
