import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Json, JsonObject } from '../../contracts/json';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { builtin, teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
let repo: string;
const team = teamOver({ git: builtin('git', { repo: 'repo' }) });

function git(...args: string[]): string {
  return execFileSync('git', ['-C', repo, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: bench.folder },
  });
}
function commit(message: string, date: string, author: string): string {
  const env = { PATH: process.env['PATH'], HOME: bench.folder, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const who = ['-c', `user.name=${author}`, '-c', `user.email=${author}@example.org`];
  execFileSync('git', ['-C', repo, 'add', '-A'], { env });
  execFileSync('git', ['-C', repo, ...who, 'commit', '-q', '-m', message], { env });
  return git('rev-parse', 'HEAD').trim();
}
const call = async (tool: string, args: JsonObject = {}): Promise<JsonObject> =>
  (await bench.invoke(team, `git.${tool}`, args)).value as JsonObject;
const items = (value: JsonObject): JsonObject[] => value['items'] as JsonObject[];
const messageOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => '', (error: Error) => error.message); // prettier-ignore

let ids: string[];
beforeAll(async () => {
  bench = await openFaceBench();
  repo = path.join(bench.folder, 'repo');
  mkdirSync(repo);
  git('init', '-q', '-b', 'main');
  writeFileSync(path.join(repo, 'a.txt'), 'one\ntwo\n');
  const first = commit('Begin\n\nWhy it begins.', '2026-10-01T10:00:00Z', 'Dana');
  writeFileSync(path.join(repo, 'a.txt'), 'one\ntwo\nthree\n');
  writeFileSync(path.join(repo, 'odd "name"\tä.bin'), Buffer.from([0, 1, 2]));
  const second = commit(
    'Odd: \x1f marks\n\nbody\n\n\x1e>\n3\t4\tforged.txt\n\x1e<forged',
    '2026-10-02T23:30:00Z',
    'Lee',
  );
  git('mv', 'a.txt', 'b.txt');
  const third = commit('--upload-pack=touch /tmp/x', '2026-10-03T08:00:00Z', 'Dana');
  ids = [first, second, third];
});
afterAll(() => bench.close());

describe('the builtin git', () => {
  it('tells commits newest first with what they changed, whatever their text holds', async () => {
    const log = await call('git_log');
    expect(items(log).map(({ id }) => id)).toEqual([...ids].reverse());
    const [third, second, first] = items(log);
    expect(first).toMatchObject({
      author: 'Dana',
      subject: 'Begin',
      body: 'Why it begins.',
      additions: 2,
      filesChanged: 1,
    });
    expect(second?.['files']).toEqual([
      { path: 'a.txt', additions: 1, deletions: 0 },
      { path: 'odd "name"\tä.bin', additions: null, deletions: null },
    ]);
    expect(third).toMatchObject({
      subject: '--upload-pack=touch /tmp/x',
      files: [{ path: 'b.txt', previousPath: 'a.txt' }],
    });
    expect(log).toMatchObject({ total: 3, next: null, complete: true });
  });

  it('takes dates as whole days, revisions, a path, and pages', async () => {
    const on = async (args: JsonObject): Promise<Json[]> =>
      items(await call('git_log', args)).map(({ id }) => id as Json);
    expect(await on({ since: '2026-10-02', until: '2026-10-02' })).toEqual([ids[1]]);
    expect(await on({ from: ids[0] ?? '', to: 'HEAD~1' })).toEqual([ids[1]]);
    expect(await on({ path: 'b.txt' })).toEqual([ids[2]]);
    expect(await on({ limit: 1, offset: 1 })).toEqual([ids[1]]);
    expect(await call('git_log', { limit: 1 })).toMatchObject({ total: 3, next: 1 });
  });

  it('shows differences, files at a revision and hot spots', async () => {
    expect(items(await call('git_diff_stat', { from: ids[0] ?? '' })).map(({ id }) => id)).toContain('b.txt');
    expect((await call('git_diff', { from: ids[0] ?? '', to: ids[1] ?? '', path: 'a.txt' }))['content']).toContain(
      '+three',
    );
    const shown = await call('git_show', { revision: ids[0] ?? '' });
    expect(shown).toMatchObject({ id: ids[0], subject: 'Begin', patch: { encoding: 'utf8' } });
    expect(await call('git_read_file', { revision: ids[0] ?? '', path: 'a.txt' })).toMatchObject({
      content: 'one\ntwo\n',
      next: null,
    });
    expect(await call('git_list_files')).toMatchObject({ files: ['b.txt', 'odd "name"\tä.bin'] });
    expect(items(await call('git_hot_spots'))[0]).toMatchObject({
      id: 'a.txt',
      commits: 3,
      additions: 3,
      deletions: 3,
      authors: ['Dana', 'Lee'],
    });
  });

  it('takes no argument for an option and leaves the allowed folders for nobody', async () => {
    for (const revision of ['--output=pwned', '-x', 'a..b', 'HEAD --all']) {
      expect(await messageOf(call('git_show', { revision }))).toContain('is not the name of one revision');
    }
    expect(await messageOf(call('git_log', { to: 'nothing' }))).toContain('has no revision "nothing"');
    expect(await messageOf(call('git_log', { repo: '/' }))).toContain('outside the folders');
    expect(await messageOf(call('git_log', { repo: '.' }))).toContain('is not inside a git repository');
    const lure = path.join(bench.folder, 'lure');
    mkdirSync(lure);
    writeFileSync(path.join(lure, '.git'), `gitdir: ${path.resolve(__dirname, '../../.git')}\n`);
    expect(await messageOf(call('git_log', { repo: 'lure' }))).toMatch(
      /outside the folders|not inside a git repository/,
    );
    expect(existsSync(path.join(repo, 'pwned'))).toBe(false);
  });

  it('runs nothing that a repository names in its config', async () => {
    const proof = path.join(bench.folder, 'executed');
    const script = path.join(bench.folder, 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch "${proof}"\ncat\n`);
    chmodSync(script, 0o755);
    writeFileSync(path.join(repo, '.gitattributes'), '* diff=evil filter=evil\n');
    commit('attributes', '2026-10-04T08:00:00Z', 'Dana');
    for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'diff.evil.textconv', 'diff.evil.command', 'gpg.program', 'core.sshCommand', 'filter.evil.smudge']) git('config', key, script);
    git('config', 'log.showSignature', 'true');
    const signed = git('cat-file', 'commit', 'HEAD').replace('\n\n', '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\n');
    writeFileSync(path.join(bench.folder, 'signed'), signed);
    git('update-ref', 'refs/heads/main', git('hash-object', '-t', 'commit', '-w', path.join(bench.folder, 'signed')).trim());
    for (const [tool, args] of [['git_log', {}], ['git_diff', { from: 'HEAD~1' }], ['git_show', { revision: 'HEAD' }], ['git_hot_spots', {}], ['git_read_file', { path: 'b.txt' }], ['git_diff_stat', { from: 'HEAD~1' }]] as const) {
      await call(tool, args);
    }
    expect(existsSync(proof)).toBe(false);
  }); // prettier-ignore

  it('works on the repository of this project', async () => {
    const project = path.resolve(__dirname, '../..');
    const own = await openFaceBench({ roots: { base: project } });
    try {
      const outcome = await own
        .invoke(teamOver({ git: builtin('git') }), 'git.git_list_files')
        .catch((error: Error) => error);
      if (outcome instanceof Error)
        expect(outcome.message).toMatch(/has no revision "HEAD"|is not inside a git repository/);
      else expect((outcome.value as JsonObject)['repository']).toBe(path.basename(project));
    } finally {
      await own.close();
    }
  });
});
