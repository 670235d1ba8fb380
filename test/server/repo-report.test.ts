import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseReport } from '../../activities/tools/report/parse-report';
import type { Report, ReportItem } from '../../activities/tools/report/report-shape';
import type { RunResult } from '../../contracts/run';
import { withStore } from '../support/daily-report';
import { Seeded } from '../support/exports/seeded';
import { Harness } from '../support/harness';

/** Chosen at test time; in the names of the tests, so that a failure can be repeated. */
const seed = Number(process.env['REPO_SEED'] ?? Date.now() % 1_000_000);
const people = ['Ada Quill', 'Bo Marsh', 'Çiğdem Ünal', 'Dov Łaski'];
const files = ['src/engine.ts', 'src/valve.ts', 'lib/pump.rs', 'README.md', 'docs/guide.md', 'CHANGELOG.md'];

let cadre: Harness;
let repo: string;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' } });
  repo = path.join(cadre.folder, 'some', 'project');
  makeRepository(new Seeded(seed));
});
afterAll(() => cadre.close());

const git = (...args: string[]): string => execFileSync('git', ['-C', repo, ...args], { encoding: 'utf8' }).trim();

describe(`repo-report on a repository made from the seed ${seed} (repeat with REPO_SEED)`, () => {
  it.each([
    ['since a date', { since: '2026-02-01' }, ['--since=2026-02-01T00:00:00Z']],
    [
      'between dates',
      { since: '2026-01-20', until: '2026-02-20' },
      ['--since=2026-01-20T00:00:00Z', '--until=2026-02-20T23:59:59Z'],
    ],
    ['between revisions', { from: 'v1', to: 'v2' }, ['v1..v2']],
  ])(
    '%s: commits exist and are all there, counts are those of git, hot spots those of an independent count',
    async (_name, period, range) => {
      const revisions = range.some((arg) => arg.startsWith('--')) ? ['HEAD', ...range] : range;
      const report = await reportOn(period);
      const items = report.sections.flatMap((section) => section.items);
      const ids = git('rev-list', ...revisions).split('\n');
      expect(report.fields['commits']).toBe(git('rev-list', '--count', ...revisions));

      const commits = items.filter(({ id }) => /^[0-9a-f]{40}$/.test(id));
      expect(commits.map(({ id }) => id).sort()).toEqual([...ids].sort());
      for (const id of new Set(items.flatMap(({ cites }) => cites).filter((cite) => /^[0-9a-f]{40}$/.test(cite))))
        expect(git('cat-file', '-t', id)).toBe('commit');
      for (const commit of commits) {
        const [author, subject, time] = git('show', '-s', '--format=%an%n%s%n%ct', commit.id).split('\n');
        expect(commit).toMatchObject({ title: subject, people: [author] });
        expect(Date.parse(commit.date ?? '')).toBe(Number(time) * 1000);
      }
      expect(hotSpotsIn(items)).toEqual(hotSpotsOf(revisions));
    },
  );

  it('says of a period without commits that there are none', async () => {
    const report = await reportOn({ since: '2031-01-01' });
    expect(report.fields['commits']).toBe('0');
    expect(report.sections.flatMap((section) => section.items)).toEqual([]);
  });
});

async function reportOn(period: Record<string, string>): Promise<Report> {
  const input = { repo, ...period };
  const handle = await cadre.start('compose', { team: 'repo-report', composition: 'repo', input });
  const result = (await handle.result()) as RunResult;
  expect(result.status).toBe('completed');
  const blob = (result.output as { artifact: string }).artifact;
  return parseReport(await withStore(cadre, (store) => store.blobs.getText(blob)));
}

function hotSpotsIn(items: readonly ReportItem[]): Map<string, string> {
  const spots = items.filter(({ fields }) => fields['churn'] !== undefined);
  return new Map(
    spots
      .map(({ id, fields, people: authors }): [string, string] => [
        id,
        `${fields['commits']} commits, ${fields['churn']} lines, ${[...authors].sort().join(' and ')}`,
      ])
      .sort(),
  );
}

/** Counted from what git itself prints, by other means than the tool's. */
function hotSpotsOf(revisions: string[]): Map<string, string> {
  const spots = new Map<string, { commits: number; lines: number; authors: Set<string> }>();
  let author = '';
  for (const line of git(
    '-c',
    'core.quotePath=false',
    'log',
    '--no-renames',
    '--numstat',
    '--format=@%an',
    ...revisions,
  ).split('\n')) {
    if (line.startsWith('@')) author = line.slice(1);
    const [added, deleted, file] = line.split('\t');
    if (file === undefined) continue;
    const spot = spots.get(file) ?? { commits: 0, lines: 0, authors: new Set() };
    spot.commits += 1;
    spot.lines += Number(added) + Number(deleted);
    spots.set(file, { ...spot, authors: spot.authors.add(author) });
  }
  const told = [...spots].map(([file, { commits, lines, authors }]): [string, string] => [
    file,
    `${commits} commits, ${lines} lines, ${[...authors].sort().join(' and ')}`,
  ]);
  return new Map(told.sort());
}

/** Two months of a small project, a commit or two a day, one branch merged back. */
function makeRepository(random: Seeded): void {
  mkdirSync(repo, { recursive: true });
  execFileSync('git', ['init', '-q', '-b', 'main', repo]);
  let at = Date.UTC(2026, 0, 2, 9);
  const commit = (): void => {
    at += random.int(6, 30) * 3_600_000;
    for (const file of files.filter((_file, index) => random.chance(0.5 / (index + 1)) || index === random.int(0, 5))) {
      const target = path.join(repo, file);
      mkdirSync(path.dirname(target), { recursive: true });
      const lines = read(target).slice(0, random.int(0, 40));
      writeFileSync(
        target,
        `${[...lines, ...Array.from({ length: random.int(1, 9) }, () => random.words(4))].join('\n')}\n`,
      );
    }
    git('add', '-A');
    as(people[random.int(0, 3)] ?? '', [
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      `${random.words(5)}\n\n${random.words(12)}.`,
    ]);
  };
  const as = (name: string, args: string[]): void => {
    const date = new Date(at).toISOString();
    const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: 'one@project.example', GIT_AUTHOR_DATE: date };
    const committer = {
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: 'one@project.example',
      GIT_COMMITTER_DATE: date,
    };
    execFileSync('git', ['-C', repo, ...args], { env: { PATH: process.env['PATH'], ...env, ...committer } });
  };
  for (let index = 0; index < 15; index += 1) commit();
  git('tag', 'v1');
  for (let index = 0; index < 30; index += 1) commit();
  git('tag', 'v2');
  git('checkout', '-q', '-b', 'side');
  commit();
  git('checkout', '-q', 'main');
  as(people[0] ?? '', ['merge', '-q', '--no-ff', 'side', '-m', 'Merge side']);
  for (let index = 0; index < 10; index += 1) commit();
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
