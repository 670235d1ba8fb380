import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { blobIdOf } from '../../activities/stores';
import { makeToolFace } from '../../activities/tools';
import { Jail } from '../../activities/tools/jail';
import { readWriteMarker, writeFileOnce } from '../../activities/tools/write-file-once';
import type { JsonObject } from '../../contracts/json';
import { faceRoot, openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { builtin, teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
const team = teamOver({ files: builtin('files', { root: 'data' }) });
const key = 'k'.repeat(64);
const createdAt = '2026-01-01T00:00:00Z';
const data = (...parts: string[]): string => path.join(bench.folder, 'data', ...parts);

beforeEach(async () => {
  bench = await openFaceBench();
  mkdirSync(data('notes'), { recursive: true });
  writeFileSync(data('notes', 'a.md'), 'Alpha\nthe needle is here\n');
  writeFileSync(data('b.txt'), 'äöü'.repeat(40));
  writeFileSync(path.join(bench.folder, 'secret.txt'), 'outside');
});
afterEach(() => bench.close());

const kindOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: { kind?: string }) => error.kind,
  );

describe('the builtin files', () => {
  it('lists, searches and reads page by page, at whole characters', async () => {
    const listed = (await bench.invoke(team, 'files.list_files')).value as JsonObject;
    expect(listed['entries']).toMatchObject([{ path: 'b.txt', bytes: 240 }, { path: 'notes/a.md' }]);
    const found = await bench.invoke(team, 'files.search_files', { query: 'NEEDLE' });
    expect(found.value).toMatchObject({ matches: [{ path: 'notes/a.md', line: 2, text: 'the needle is here' }] });
    expect(found.sources).toEqual(['file:notes/a.md']);
    let text = '';
    for (let offset: number | null = 0, pages = 0; offset !== null && pages < 50; pages += 1) {
      const page: JsonObject = (await bench.invoke(team, 'files.read_file', { path: 'b.txt', offset, bytes: 17 }))
        .value as JsonObject;
      text += page['content'] as string;
      offset = page['next'] as number | null;
    }
    expect(text).toBe('äöü'.repeat(40));
  });

  it('cannot be left by dots, absolute paths or symbolic links, neither for reading nor for writing', async () => {
    symlinkSync(bench.folder, data('out'));
    symlinkSync(path.join(bench.folder, 'secret.txt'), data('link.txt'));
    for (const file of ['../secret.txt', path.join(bench.folder, 'secret.txt'), 'out/secret.txt', 'link.txt']) {
      expect(await kindOf(bench.invoke(team, 'files.read_file', { path: file }))).toBe('ToolNotAllowed');
    }
    for (const file of ['../new.txt', 'out/new.txt', 'link.txt', '.git/hooks/post-commit', '.cadre/x', 'out/deep/er/new.txt']) {
      expect([file, await kindOf(bench.invoke(team, 'files.write_file', { path: file, content: 'x' }, { idempotencyKey: key }))]).toEqual([file, 'ToolNotAllowed']);
    }
    expect(readFileSync(path.join(bench.folder, 'secret.txt'), 'utf8')).toBe('outside');
    expect(existsSync(path.join(bench.folder, 'new.txt'))).toBe(false);
    expect(existsSync(path.join(bench.folder, 'deep'))).toBe(false);
    const escaped = teamOver({ files: builtin('files', { root: '/etc' }) });
    expect(await kindOf(bench.invoke(escaped, 'files.list_files'))).toBe('ToolNotAllowed');
  }); // prettier-ignore

  it('leaves the state of the engine and the keys of people alone, whatever is made the root', async () => {
    mkdirSync(data('home', 'keys'), { recursive: true });
    mkdirSync(data('.cadre', 'inner'), { recursive: true });
    for (const name of ['home/cadre.db', 'home/keys/a.pem', '.cadre/inner/state', '.env', 'notes/.env.local'])
      writeFileSync(data(...name.split('/')), 'HIDDEN');
    symlinkSync(data('home', 'cadre.db'), data('link.db'));
    const roots = { base: bench.folder, denied: [realpathSync(data('home'))] };
    const face = makeToolFace({ env: {}, log: pino({ level: 'silent' }), store: bench.store, roots });
    const invoke = (root: string, tool: string, args: JsonObject): Promise<unknown> => {
      const place = { team: teamOver({ files: builtin('files', { root }) }), agent: 'worker', idempotencyKey: key };
      const run = { workflowId: 'agent/t/1', rootWorkflowId: 'agent/t/1', root: faceRoot, path: 'worker', step: 1 };
      return face.invoke({ ...place, tool: `files.${tool}`, args, signal: new AbortController().signal, run });
    };
    for (const file of ['home/cadre.db', 'link.db', 'home/keys/a.pem', '.cadre/inner/state', '.env', 'notes/.env.local'])
      expect([file, await kindOf(invoke('data', 'read_file', { path: file }))]).toEqual([file, 'ToolNotAllowed']);
    for (const file of ['home/new', '.env', '.env.local', '.cadre/new'])
      expect([file, await kindOf(invoke('data', 'write_file', { path: file, content: 'x' }))]).toEqual([file, 'ToolNotAllowed']);
    for (const root of ['data/home', 'data/home/keys', 'data/.cadre', 'data/.cadre/inner'])
      expect([root, await kindOf(invoke(root, 'list_files', {}))]).toEqual([root, 'ToolNotAllowed']);
    expect(await invoke('data', 'search_files', { query: 'hidden' })).toMatchObject({ value: { matches: [] } });
    const listed = (await invoke('data', 'list_files', {})) as { value: { entries: { path: string }[] } };
    expect(listed.value.entries.map((entry) => entry.path)).toEqual(['b.txt', 'notes/a.md']);
    expect(await kindOf(invoke('data', 'write_file', { path: 'fine.md', content: 'x' }))).toBe('no failure');
    await face.close();
  }); // prettier-ignore

  it('writes once per key, whatever has happened to the file since', async () => {
    const args = { path: 'reports/day.md', content: 'the report' };
    const first = await bench.invoke(team, 'files.write_file', args, { idempotencyKey: key });
    expect(first.value).toMatchObject({ path: 'reports/day.md', bytes: 10, written: true });
    expect(first.sources).toEqual([]);
    const { ino, mtimeMs } = statSync(data('reports', 'day.md'));
    const again = await bench.invoke(team, 'files.write_file', args, { idempotencyKey: key });
    expect(again.value).toMatchObject({ written: false });
    expect(statSync(data('reports', 'day.md'))).toMatchObject({ ino, mtimeMs });
    writeFileSync(data('reports', 'day.md'), 'edited by a person');
    await bench.invoke(team, 'files.write_file', args, { idempotencyKey: key });
    expect(readFileSync(data('reports', 'day.md'), 'utf8')).toBe('edited by a person');
    expect(await readWriteMarker(data(), key)).toMatchObject({ state: 'done', writes: 1 });
    expect(
      await kindOf(bench.invoke(team, 'files.write_file', { ...args, content: 'other' }, { idempotencyKey: key })),
    ).toBe('ToolFailed');
  });

  it('finishes a write that was cut off before the rename, and does not repeat one cut off after it', async () => {
    const jail = await Jail.open({ base: bench.folder }, 'data');
    const now = (): Date => new Date(0);
    const bytes = Buffer.from('body');
    await writeFileOnce(jail, 'x.md', bytes, key, now);
    const [marked = ''] = readdirSync(data('.cadre', 'writes'));
    const place = data('.cadre', 'writes', marked);
    const marker = JSON.parse(readFileSync(place, 'utf8')) as JsonObject;
    // Killed after the rename, before the marker said so: no temporary file is left.
    writeFileSync(place, JSON.stringify({ ...marker, state: 'started', writes: 0 }));
    writeFileSync(data('x.md'), 'changed later');
    expect(await writeFileOnce(jail, 'x.md', bytes, key, now)).toMatchObject({ written: false });
    expect(readFileSync(data('x.md'), 'utf8')).toBe('changed later');
    // Killed before the rename: the temporary file is there.
    const temporary = data(`.${path.basename(place, '.json').slice(0, 24)}.cadre-tmp`);
    writeFileSync(temporary, 'half');
    expect(await writeFileOnce(jail, 'x.md', bytes, key, now)).toMatchObject({ written: true });
    expect(readFileSync(data('x.md'), 'utf8')).toBe('body');
    expect(existsSync(temporary)).toBe(false);
  });

  it('writes an artifact of the store byte for byte', async () => {
    const body = Buffer.from([0, 255, 10, 13, 200]);
    await bench.store.blobs.putFor(faceRoot, { content: body, kind: 'artifact', createdAt });
    await bench.invoke(
      team,
      'files.write_file',
      { path: 'raw.bin', artifact: blobIdOf(body) },
      { idempotencyKey: key },
    );
    expect(readFileSync(data('raw.bin'))).toEqual(body);
    expect(
      await kindOf(bench.invoke(team, 'files.write_file', { path: 'raw.bin', artifact: `sha256:${'0'.repeat(64)}` })),
    ).toBe('ToolFailed');
    expect(await kindOf(bench.invoke(team, 'files.write_file', { path: 'raw.bin' }))).toBe('ToolFailed');
  });

  it('every agent can page through a long body of its run', async () => {
    const value = 'long '.repeat(30_000);
    const content = JSON.stringify(value);
    await bench.store.blobs.putFor(faceRoot, { content, kind: 'body', createdAt });
    const page = (await bench.invoke(team, 'cadre.artifacts_read', { id: blobIdOf(content), offset: 65_536 }))
      .value as JsonObject;
    expect(page).toMatchObject({ size: 150_000, offset: 65_536, bytes: 65_536, next: 131_072, encoding: 'utf8' });
    expect(page['content'] as string).toBe(value.slice(65_536, 131_072));
  });

  it('a body of another run opens neither to the reader nor to the writer that knows its id', async () => {
    const content = JSON.stringify('of another run');
    const { id } = await bench.store.blobs.putFor('agent/t/2#first', { content, kind: 'body', createdAt });
    expect(await kindOf(bench.invoke(team, 'cadre.artifacts_read', { id }))).toBe('ToolFailed');
    const args = { path: 'taken.txt', artifact: id };
    expect(await kindOf(bench.invoke(team, 'files.write_file', args, { idempotencyKey: key }))).toBe('ToolFailed');
    expect(existsSync(data('taken.txt'))).toBe(false);
  });
});
