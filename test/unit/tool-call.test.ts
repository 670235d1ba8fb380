import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledFailure, type ApplicationFailure } from '@temporalio/common';
import { effectKey } from '../../contracts/action-digest';
import type { CallToolRequest } from '../../contracts/activities';
import { digestOf } from '../../contracts/digest';
import { untrustedSetOf } from '../../contracts/untrusted';
import { grantFor, openCallToolBench, runKey, type CallToolBench } from '../support/tools/call-tool-bench';

let bench: CallToolBench;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-call-tool-'));
  bench = await openCallToolBench(folder);
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const effects = (): number => readFileSync(bench.ledger, 'utf8').split('\n').length - 1;
const failure = (promise: Promise<unknown>): Promise<ApplicationFailure> =>
  promise.then(
    () => {
      throw new Error('The call should have failed.');
    },
    (error: ApplicationFailure) => error,
  );
const data = (name: string): string => path.join(folder, 'data', name);

describe('callTool: reads', () => {
  it('returns the value, its blob, its untrusted sources and one audit row; a retry does not read again', async () => {
    writeFileSync(data('a.md'), 'first');
    const request = await bench.request('files.read_file', { path: 'a.md' });
    const result = await bench.call(request);
    expect(result).toMatchObject({ isError: false, untrusted: { count: 1, sample: ['file:a.md'] } });
    const value = (result.body as { inline: { content: string } }).inline;
    expect(value.content).toBe('first');
    expect((await bench.store.blobs.getText(digestOf(value))).includes('first')).toBe(true);
    expect(await bench.store.untrusted.sources(result.untrusted?.setId ?? '')).toEqual(['file:a.md']);
    writeFileSync(data('a.md'), 'second');
    expect(await bench.call(request, 2)).toEqual(result);
    expect((await bench.call(request, 1, 'run-after-reset')).body).not.toEqual(result.body);
    expect(await bench.actions()).toEqual(['tool-call', 'tool-call']);
    expect(await bench.store.verifyAudit(runKey)).toMatchObject({ ok: true });
  });

  it('F34: a large result is a blob with its beginning, and keeps the sources of what it was asked from', async () => {
    const untrusted = await bench.store.untrusted.union([], ['mail:7']);
    const request = await bench.request('shop.big', { bytes: 3_000_000 }, { untrusted });
    const result = await bench.call(request);
    const body = result.body as { blob: string; bytes: number; head: string };
    expect(body).toMatchObject({ bytes: 3_000_002, head: 'x'.repeat(300) });
    const root = `${request.run.rootWorkflowId}#${request.run.rootFirstRunId}`;
    expect((await bench.store.blobs.ofRun(root).get(body.blob)).length).toBe(3_000_002);
    await expect(bench.store.blobs.ofRun('agent/bench/2#first').get(body.blob)).rejects.toMatchObject({
      kind: 'ToolFailed',
    });
    expect(result.untrusted?.sample).toEqual(['mail:7', 'shop.big']);
  });

  it('an error that the tool reports is a result; bad arguments, other definitions and unknown tools are failures', async () => {
    const request = await bench.request('shop.echo', { a: 1 });
    const changed = await failure(bench.call({ ...request, definition: 'sha256:other' }));
    expect(changed).toMatchObject({ type: 'ToolNotAllowed', nonRetryable: true });
    expect(changed.message).toContain('definition has changed');
    expect(await failure(bench.call({ ...request, step: 2, argsDigest: digestOf({}) }))).toMatchObject({ type: 'ToolNotAllowed' });
    const read = await bench.request('files.read_file', { path: 'none.md' });
    expect(await failure(bench.call({ ...read, step: 3 }))).toMatchObject({ type: 'ToolFailed' });
    expect(await failure(bench.call({ ...read, step: 4, args: { path: 7 }, argsDigest: digestOf({ path: 7 }) }))).toMatchObject({ type: 'ToolFailed' });
    expect(await failure(bench.call({ ...request, step: 5, tool: 'shop.nothing' }))).toMatchObject({ type: 'UnknownTool' });
    expect(await failure(bench.call({ ...request, step: 6, agent: 'reader' }))).toMatchObject({ type: 'ToolNotAllowed' });
    expect(await bench.actions()).toEqual(['tool-refused', 'tool-refused', 'tool-failed', 'tool-failed', 'tool-refused', 'tool-refused']);
  }); // prettier-ignore

  it('I10: the kill switch stops a call before it starts and while it runs; a cancellation arrives at once', async () => {
    const request = await bench.request('shop.slow', {});
    const running = bench.start(request).result;
    await sleep(700);
    const at = Date.now();
    await bench.store.killSwitch.kill('agent:clerk', 'dana', 'odd', '2026-01-01T00:00:00Z');
    expect(await failure(running)).toMatchObject({ type: 'AgentDisabled' });
    expect(Date.now() - at).toBeLessThan(1_500);
    expect(await failure(bench.call({ ...request, step: 2 }))).toMatchObject({ type: 'AgentDisabled' });
    await bench.store.killSwitch.revive('agent:clerk', 'dana', '2026-01-01T00:00:00Z');
    const { result, cancel } = bench.start({ ...request, step: 3 });
    await sleep(300);
    cancel();
    expect(await failure(result)).toBeInstanceOf(CancelledFailure);
  });
});

describe('callTool: authority (I8, I9)', () => {
  const write = (over: Partial<CallToolRequest> = {}) =>
    bench.request('files.write_file', { path: 'r.md', content: 'r' }, over);

  it('a write needs an approval of exactly this action', async () => {
    const request = await write();
    expect((await failure(bench.call(request))).message).toContain('nobody has approved it');
    const approved = bench.approve(request);
    const otherArgs = { path: 'r.md', content: 'changed' };
    const forged = [
      { ...approved, args: otherArgs, argsDigest: digestOf(otherArgs) },
      { ...approved, ordinal: 1 },
      { ...approved, step: 2 },
      { ...approved, path: 'elsewhere' },
      { ...approved, run: { ...approved.run, firstRunId: 'other' } },
      { ...approved, untrusted: untrustedSetOf(['mail:1']) },
    ];
    for (const call of forged) expect(await failure(bench.call(call))).toMatchObject({ type: 'ToolNotAllowed' });
    const lowered = await failure(bench.call({ ...request, effect: 'read', ordinal: 7 }));
    expect(lowered).toMatchObject({ type: 'ToolNotAllowed' });
    expect(await bench.call(approved)).toMatchObject({ isError: false, body: { inline: { written: true } } });
    expect(readFileSync(data('r.md'), 'utf8')).toBe('r');
    const reader = { ...approved, agent: 'reader', step: 9 };
    expect(await failure(bench.call({ ...reader, approval: grantFor(reader, bench.team) }))).toMatchObject({
      type: 'ToolNotAllowed',
    });
  });

  it('an approval counts only from a person, and where the team names approvers only from one of them', async () => {
    const approved = bench.approve(await write());
    const by = (name: string): CallToolRequest => ({ ...approved, approval: { ...approved.approval!, by: name } });
    expect((await failure(bench.call(by('reader')))).message).toContain('an agent of the team');
    const place = path.join(folder, 'agents', 'bench', 'team.yaml');
    const text = readFileSync(place, 'utf8').replace('  policy:\n', '  policy:\n    approvers: { ops: [dana], interns: [ivan] }\n');
    await bench.close();
    bench = await openCallToolBench(folder, text);
    const named = bench.approve(await write());
    const forged = { ...named, approval: { ...named.approval!, by: 'mallory' } };
    const refused = await failure(bench.call(forged));
    expect(refused).toMatchObject({ type: 'ToolNotAllowed' });
    expect(refused.message).toContain('in no approver group');
    expect(await bench.call({ ...named, approval: { ...named.approval!, by: 'ivan' } })).toMatchObject({ isError: false });
  }); // prettier-ignore

  it('a body passed on by reference is filled in for the runs that made it, and for no other', async () => {
    const { blobs } = bench.store;
    const body = { content: JSON.stringify('secret'), kind: 'body' as const, createdAt: '2026-01-01T00:00:00Z' };
    const { id } = await blobs.putFor('agent/bench/2#first', body);
    const request = bench.approve(await bench.request('files.write_file', { path: 'r.md', content: { $blob: id } }));
    const refused = await failure(bench.call(request));
    expect(refused).toMatchObject({ type: 'ToolFailed' });
    expect(refused.message).toContain('This run has no body');
    await blobs.refer('agent/bench/1#first', [id]);
    expect(await bench.call(request)).toMatchObject({ isError: false });
    expect(readFileSync(data('r.md'), 'utf8')).toBe('secret');
  });

  it('what the policy runs by itself waits for a person once the thread is untrusted, whatever the request says', async () => {
    const request = await bench.request('shop.count', {});
    expect(await bench.call(await bench.asked(request))).toMatchObject({ isError: false });
    expect(effects()).toBe(1);
    const untrusted = await bench.store.untrusted.union([], ['mail:evil']);
    const lying = await bench.asked({ ...request, step: 2, ordinal: 1 }, untrusted?.setId);
    expect((await failure(bench.call(lying))).message).toContain('has read untrusted sources');
    const other = await bench.store.untrusted.union([], ['mail:fine']);
    expect((await failure(bench.call({ ...lying, step: 3, untrusted: other }))).message).toContain('leaves out untrusted sources');
    const honest = { ...lying, step: 4, untrusted };
    expect((await failure(bench.call(honest))).message).toContain('nobody has approved it');
    expect(effects()).toBe(1);
    expect(await bench.call(bench.approve(honest))).toMatchObject({ isError: false, untrusted: { sample: ['mail:evil', 'shop.count'] } });
    expect(effects()).toBe(2);
  }); // prettier-ignore

  it('I9: what the policy runs by itself is a call of the team: of its model, or of a tool node of its compositions', async () => {
    const request = await bench.request('shop.count', {});
    const alone = await failure(bench.call(request));
    expect(alone).toMatchObject({ type: 'ToolNotAllowed' });
    expect(alone.message).toContain('nobody has approved it');
    const asked = await bench.asked({ ...request, step: 2 });
    const args = { other: true };
    expect((await failure(bench.call({ ...asked, args, argsDigest: digestOf(args) }))).message).toContain('nobody has approved it');
    expect((await failure(bench.call({ ...asked, ordinal: 3 }))).message).toContain('nobody has approved it');
    expect(effects()).toBe(0);
    expect(await bench.call(asked)).toMatchObject({ isError: false });
    const node = (note: string, over = {}) => bench.request('keyed.count', { of: 'shop', note }, over);
    const composed = await node('for dana, from north.', { step: 3 });
    expect((await failure(bench.call({ ...composed, given: true }))).message).toContain('nobody has approved it');
    expect((await failure(bench.call(await node('for the caller', { step: 4 })))).message).toContain('nobody has approved it');
    expect((await failure(bench.call({ ...composed, agent: 'composition', step: 5 }))).type).toBe('ToolNotAllowed');
    expect(await bench.call(composed)).toMatchObject({ isError: false });
    expect(await bench.call(bench.approve({ ...composed, step: 6, given: true }))).toMatchObject({ isError: false });
    expect(effects()).toBe(3);
  }); // prettier-ignore

  it("elevated tools act only for teams of the worker's own folder", async () => {
    const changed = { ...bench.team, eventPrefix: 'other' };
    const digest = await bench.store.teams.put({
      name: 'bench',
      body: changed as never,
      createdAt: '2026-01-01T00:00:00Z',
    });
    const request = await write();
    const foreign = { ...request, run: { ...request.run, team: digest } };
    const refused = await failure(bench.call({ ...foreign, approval: grantFor(foreign, changed) }));
    expect(refused).toMatchObject({ type: 'ToolNotAllowed' });
    expect(refused.message).toContain('not in the team folder of this worker');
    const inlined = { ...bench.team, inline: true };
    const inlineDigest = await bench.store.teams.put({
      name: 'bench',
      body: inlined as never,
      createdAt: '2026-01-01T00:00:00Z',
    });
    const inline = { ...request, run: { ...request.run, team: inlineDigest } };
    expect((await failure(bench.call({ ...inline, approval: grantFor(inline, inlined) }))).message).toContain('inline');
  });
});

describe('callTool: one effect per key (I4)', () => {
  it('eight attempts, a reset and a parallel attempt: one effect, one answer', async () => {
    const request = bench.approve(await bench.request('files.write_file', { path: 'once.md', content: 'x' }));
    const first = await bench.call(request);
    for (let attempt = 2; attempt <= 8; attempt += 1)
      expect((await bench.call(request, attempt)).body).toEqual(first.body);
    expect((await bench.call(request, 1, 'run-after-reset')).body).toEqual(first.body);
    expect((await bench.actions()).filter((action) => action === 'tool-outcome')).toHaveLength(1);
    const other = bench.approve(await bench.request('shop.count', {}, { step: 5 }));
    await Promise.allSettled([bench.call(other), bench.call(other, 2), bench.call(other, 3)]);
    expect(effects()).toBe(1);
  });

  it('F03: kill -9 after the effect, before the outcome: unknown for a tool without key, one effect for one with', async () => {
    for (const [tool, attempts] of [['shop.count_and_hang', 1], ['keyed.count_and_hang', 2]] as const) {
      const before = effects();
      const request = bench.approve(await bench.request(tool, { tool }, { step: attempts }));
      await killedWorker(request, () => effects() === before + 1);
      if (tool === 'shop.count_and_hang') {
        expect(await failure(bench.call(request, 2))).toMatchObject({ type: 'OutcomeUnknown', nonRetryable: true });
        expect(await failure(bench.call(request, 3))).toMatchObject({ type: 'OutcomeUnknown' });
      } else {
        expect(await bench.call(request, 2)).toMatchObject({ isError: false, body: { inline: 'counted before' } });
      }
      expect(effects()).toBe(before + 1);
      const rows = (await bench.store.audit.list(runKey)).filter(({ subject }) => subject === tool);
      expect(rows.filter(({ action }) => action === 'tool-intent')).toHaveLength(attempts);
    }
    expect(await bench.store.verifyAudit(runKey)).toMatchObject({ ok: true });
  }, 60_000); // prettier-ignore

  it('F02: kill -9 before the effect: the intent is there, the write happens once', async () => {
    const request = bench.approve(await bench.request('files.write_file', { path: 'late.md', content: 'late' }));
    const own = effectKey({ workflowId: 'agent/bench/1', firstRunId: 'first', path: 'clerk', step: 1, ordinal: 0, argsDigest: request.argsDigest });
    await bench.store.effects.begin(runKey, { key: own, workflowId: 'agent/bench/1', tool: request.tool, argsDigest: request.argsDigest, createdAt: '2026-01-01T00:00:00Z' }, []);
    expect(await bench.call(request, 2)).toMatchObject({ body: { inline: { written: true } } });
    expect(await bench.call(request, 3)).toMatchObject({ body: { inline: { written: true } } });
    expect(await bench.store.effects.get(own)).toMatchObject({ state: 'done', attempt: 2 });
  }); // prettier-ignore

  it('a server that dies in the middle of an irreversible call: unknown, and never tried again', async () => {
    const request = bench.approve(await bench.request('shop.die', {}));
    expect(await failure(bench.call(request))).toMatchObject({ type: 'OutcomeUnknown', nonRetryable: true });
    expect(await failure(bench.call(request, 2))).toMatchObject({ type: 'OutcomeUnknown' });
    expect(effects()).toBe(1);
    expect(await bench.actions()).toEqual(['tool-intent', 'tool-outcome', 'tool-failed', 'tool-failed']);
  });
});

/** Runs the call in a process of its own and kills it with all it started, once `happened`. */
async function killedWorker(request: CallToolRequest, happened: () => boolean): Promise<void> {
  const root = path.resolve(__dirname, '../..');
  const script = path.join(root, 'test/support/tools/call-tool-once.ts');
  const args = [path.join(root, 'bin/run-ts.cjs'), script, folder, JSON.stringify(request)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  for (let tries = 0; tries < 300 && !happened() && child.exitCode === null; tries += 1) await sleep(50);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}
