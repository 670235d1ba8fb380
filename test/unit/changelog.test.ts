import { readFileSync } from 'node:fs';
import path from 'node:path';
import { patches } from '../../workflows/run/patches';

const changelog = readFileSync(path.join(__dirname, '..', '..', 'CHANGELOG.md'), 'utf8');
const releases = new Map(
  changelog
    .split('\n## [')
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf(']')), text]),
);

it.each([...releases])('release %s says which runs it can go on with', (_version, text) => {
  expect(text).toMatch(/^\*\*Replay\*\*: \S/m);
});

it('names every change of a landed workflow in the release that brought it', () => {
  for (const [name, { since }] of Object.entries(patches)) {
    const [, replay = ''] = /^\*\*Replay\*\*: ([^]*?)\n\n/m.exec(releases.get(since) ?? '') ?? [];
    expect({ name, since, named: replay.includes(`\`${name}\``) }).toEqual({ name, since, named: true });
  }
});
