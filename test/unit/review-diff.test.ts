import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkCitations } from '../../activities/tools/exports/citations/check-citations';
import { DiffPlaces } from '../../activities/tools/review/diff-places';
import { reviewDiff } from '../../activities/tools/review/find-places';
import { parseDiff } from '../../activities/tools/review/parse-diff';
import { Seeded } from '../support/exports/seeded';

const seed = Number(process.env['DIFF_SEED'] ?? Date.now() % 1_000_000);
const folder = mkdtempSync(path.join(tmpdir(), 'cadre-diff-'));
const git = (...args: string[]): string => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
const names = ['plain.ts', 'with space.ts', 'ünïcode "quoted".ts', 'back\\slash.ts'];
/** Lines that look like parts of a diff. */
const nasty = ['++ b/x', '-- a/x', '@@ -1 +1 @@', 'diff --git a/x b/x', '', '\\ No newline at end of file', '+', '-'];

describe(`diffs made from the seed ${seed} (repeat with DIFF_SEED)`, () => {
  const random = new Seeded(seed);
  const lines = (): string[] =>
    Array.from({ length: random.int(0, 40) }, () => (random.chance(0.3) ? random.pick(nasty) : random.words(3)));
  const versions = names.map((name) => ({ name, before: lines(), after: [] as string[] }));
  for (const one of versions)
    one.after = one.before.flatMap((line) =>
      random.chance(0.2) ? [] : random.chance(0.2) ? [line, ...lines().slice(0, 3)] : [line],
    );

  beforeAll(() => {
    execFileSync('git', ['init', '-q', folder]);
    for (const side of ['before', 'after'] as const) {
      for (const one of versions)
        writeFileSync(path.join(folder, one.name), one[side].join('\n') + (random.chance(0.5) ? '\n' : ''));
      git('add', '-A');
      git('-c', 'user.name=A', '-c', 'user.email=a@b.example', 'commit', '-q', '--allow-empty', '-m', side);
    }
  });

  it.each([0, 1, 3, 50])('with %i lines around: every line is where the file has it', (around) => {
    const text = git('-c', 'core.quotePath=true', 'diff', `-U${around}`, 'HEAD~1', 'HEAD');
    const files = parseDiff(text);
    for (const { path: name, hunks } of files) {
      const one = versions.find((version) => version.name === name);
      if (!one) throw new Error(`No file is called ${name}.`);
      const before = git('show', `HEAD~1:${name}`).split('\n');
      const after = git('show', `HEAD:${name}`).split('\n');
      for (const { added, removed, context } of hunks) {
        for (const { number, text: line } of [...added, ...context]) expect(after[number - 1]).toBe(line);
        for (const { number, text: line } of removed) expect(before[number - 1]).toBe(line);
      }
    }
    const counts = git('diff', '--numstat', '-z', 'HEAD~1', 'HEAD').split('\0').filter(Boolean);
    const counted = files.map(({ path: name, hunks }) => {
      const sum = (side: 'added' | 'removed'): number => hunks.reduce((total, hunk) => total + hunk[side].length, 0);
      return `${sum('added')}\t${sum('removed')}\t${name}`;
    });
    expect(counted.sort()).toEqual(counts.sort());
  });
});

const diffOf = (file: string, ...added: string[]): string =>
  `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1,${added.length + 1} @@\n first\n${added.map((line) => `+${line}\n`).join('')}`;
const seen = (file: string, ...added: string[]) => reviewDiff(parseDiff(diffOf(file, ...added)));

it.each([
  ['a.ts', 'try { go(); } catch {}', 'Error swallowed'],
  ['a.py', 'except Exception: pass', 'Error swallowed'],
  ['a.ts', 'if (a = b) {', 'Assignment inside a condition'],
  ['a.ts', "const password = 'hunter22-hunter';", 'Secret in the source'],
  ['a.ts', 'execSync(`rm ${name}`);', 'Text run as code'],
  ['a.ts', 'db.query("SELECT * FROM t WHERE id = " + id);', 'Query put together'],
  ['a.test.ts', `it.${'only'}('x', () => undefined);`, 'Tests narrowed'],
  ['a.ts', `// eslint-${'disable'}-next-line`, 'Check of the tools'],
])('%s: %s', (file, line, problem) => {
  const [place] = seen(file, line).places;
  expect(place).toMatchObject({ id: `${file}:2` });
  expect(place?.problem).toContain(problem);
});

it.each([
  ['a.ts', 'if (a === b) {'],
  ['a.ts', 'const token = process.env.TOKEN;'],
  ['a.ts', '// null: any number of them'],
  ['a.test.ts', "const password = 'hunter22-hunter';"],
  ['a.md', 'console.log("shown to readers")'],
  ['a.ts', 'try { go(); } catch (error) { report(error); }'],
])('nothing is wrong with %s: %s', (file, line) => expect(seen(file, line).places).toEqual([]));

it('a secret is named by its place and not told again', () => {
  const { places, verdict } = seen('a.ts', "const api_key = 'hunter22-hunter';");
  expect(verdict).toBe('request changes');
  expect(JSON.stringify(places)).not.toContain('hunter22');
});

it('product code that grows without a test is named; with one it is not', () => {
  const many = Array.from({ length: 6 }, (_none, n) => `step${n}();`);
  expect(seen('a.ts', ...many).places).toMatchObject([{ problem: 'Change without a test', severity: 'medium' }]);
  const both = parseDiff(diffOf('a.ts', ...many) + diffOf('a.test.ts', 'expect(1).toBe(1);'));
  expect(reviewDiff(both).places).toEqual([]);
});

it('a citation is a line that the diff shows, or it is refused; so is a sentence that names another', () => {
  const known = new DiffPlaces(parseDiff(diffOf('a.ts', 'go();')));
  const answer = {
    summary: 'See a.ts:2. And a.ts:77 as well.',
    findings: ['a.ts:2', 'a.ts:3', 'b.ts:1'].map((id) => ({ id, statement: 'x', context: 'go();', cites: [id] })),
  };
  const { answer: left, refused } = checkCitations(answer, known, false);
  expect(left).toMatchObject({ summary: 'See a.ts:2.', findings: [{ id: 'a.ts:2' }] });
  expect(Object.keys(refused)).toHaveLength(3);
});
