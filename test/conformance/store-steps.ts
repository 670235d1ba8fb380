import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { blobIdOf, openStore, type Store } from '../../activities/stores';
import type { StoreHarness } from './store';
import { at, sampleAudit, sampleLedger, sampleStep, sampleStepNames } from './store-rows';

const root = join(__dirname, '..', '..');

/** Starts test/conformance/store-child.ts and waits until it has opened the store. */
export async function startStoreChild(args: readonly string[]) {
  const child = spawn(process.execPath, ['bin/run-ts.cjs', 'test/conformance/store-child.ts', ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    void exited.then((code) => reject(new Error(`The child ended with ${code}: ${errors}`)));
  });
  return { child, exited, errors: () => errors, go: () => child.stdin.write('go\n') };
}

/** Which of the rows of a step are there: all or none is right, anything between is torn. */
async function rowsOf(store: Store, run: string, name: string, index: number): Promise<boolean[]> {
  const names = sampleStepNames(run, name, index);
  const audit = await store.audit.list(run, index, 1);
  return Promise.all([
    store.steps.find(names.key).then((row) => row !== null),
    store.threads.isComplete(names.segment),
    store.messages.get(names.message).then((row) => row !== null),
    store.blobs.head(names.request).then((row) => row !== null),
    store.blobs.head(names.reply).then((row) => row !== null),
    Promise.resolve(audit[0]?.eventKey === names.eventKey),
  ]);
}

export function storeStepSuite(current: () => StoreHarness): void {
  describe('commitStep', () => {
    it('writes all rows of a step at once', async () => {
      const { store } = current();
      const done = await store.commitStep(sampleStep('whole', 'jira', 0));
      expect(done).toMatchObject({ committed: true, auditHead: { seq: 1 } });
      expect(done.segmentId).toBe(sampleStepNames('whole', 'jira', 0).segment);
      expect(await rowsOf(store, 'whole', 'jira', 0)).toEqual([true, true, true, true, true, true]);
      expect(await store.ledger.sum({ run: 'whole' })).toMatchObject({ calls: 1 });
    });

    it('opens bodies and artifacts of a step to its root, requests and replies to nobody', async () => {
      const { store } = current();
      const kinds = ['body', 'artifact', 'request', 'reply'] as const;
      const blobs = kinds.map((kind) => ({ kind, content: `${kind} of a step`, createdAt: at }));
      await store.commitStep({ run: 'opened', audit: [], blobs, blobRoot: 'opened#1' });
      const own = store.blobs.ofRun('opened#1');
      const heads = await Promise.all(blobs.map(({ content }) => own.head(blobIdOf(content))));
      expect(heads.map((head) => head?.kind ?? null)).toEqual(['body', 'artifact', null, null]);
    });

    it('keeps the first result; of a second attempt only its cost and its audit row', async () => {
      const { store } = current();
      const first = sampleStep('twice', 'jira', 0);
      await store.commitStep(first);
      const { result } = first;
      if (!result) throw new Error('The sample has a result.');
      const again = await store.commitStep({
        ...sampleStep('twice', 'jira', 0),
        result: { ...result, body: { text: 'another answer' } },
        messages: [],
        audit: [sampleAudit('jira/0/attempt 2')],
        ledger: [sampleLedger('twice/jira/0/2', 'twice', { attempt: 2 })],
      });
      expect(again).toMatchObject({ committed: false, segmentId: null, result: { body: result.body } });
      expect(await store.ledger.sum({ run: 'twice' })).toMatchObject({ calls: 2 });
      expect(await store.verifyAudit('twice')).toMatchObject({ ok: true, rows: 2 });
    });

    it('F57: sent again after a lost acknowledgement, it changes nothing', async () => {
      const { store } = current();
      const step = sampleStep('lost-ack', 'jira', 0);
      const first = await store.commitStep(step);
      const second = await store.commitStep(step);
      expect(second).toMatchObject({ committed: false, auditHead: first.auditHead, result: first.result });
      expect(await store.ledger.sum({ run: 'lost-ack' })).toMatchObject({ calls: 1 });
      expect((await store.audit.list('lost-ack')).length).toBe(1);
    });

    it('replaces a result that was made for another input', async () => {
      const { store } = current();
      const step = sampleStep('other-input', 'jira', 0);
      await store.commitStep(step);
      if (!step.result) throw new Error('The sample has a result.');
      const changed = { ...step.result, inputDigest: 'another', body: 'new' };
      await store.commitStep({ run: 'other-input', audit: [], result: changed });
      expect(await store.steps.find(step.result)).toEqual(changed);
    });

    it('commits a hundred steps of one run at once, none lost', async () => {
      const { store } = current();
      const all = Array.from({ length: 100 }, (_, index) => store.commitStep(sampleStep('crowd', 'jira', index)));
      expect((await Promise.all(all)).every((one) => one.committed)).toBe(true);
      expect(await store.verifyAudit('crowd')).toMatchObject({ ok: true, rows: 100 });
      expect(await store.ledger.sum({ run: 'crowd' })).toMatchObject({ calls: 100 });
    });

    it('leaves no torn step when the process is killed in the middle of it', async () => {
      const { target } = current();
      let seen = 0;
      for (const [round, afterMs] of [20, 55, 140].entries()) {
        const run = `killed-${round}`;
        const { child, exited, go } = await startStoreChild(['commit', JSON.stringify(target), run, 'jira', '0']);
        go();
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        child.kill('SIGKILL');
        await exited;
        // As the next worker finds it.
        const store = await openStore(target);
        const verdict = await store.verifyAudit(run);
        const { seq } = await store.audit.head(run);
        expect(verdict).toMatchObject({ ok: true, rows: seq });
        for (let index = Math.max(0, seq - 3); index < seq; index += 1) {
          expect(await rowsOf(store, run, 'jira', index)).toEqual([true, true, true, true, true, true]);
        }
        expect(await rowsOf(store, run, 'jira', seq)).toEqual([false, false, false, false, false, false]);
        expect((await store.ledger.sum({ run })).calls).toBe(seq);
        await store.close();
        seen += seq;
      }
      expect(seen).toBeGreaterThan(0);
    });
  });

  describe('effects (I4)', () => {
    const intent = (key: string) => ({ key, workflowId: 'w', tool: 'files.write', argsDigest: 'd', createdAt: at });

    it('has one intent and one outcome per key', async () => {
      const { store } = current();
      const begun = await store.effects.begin('fx', intent('e-1'), [sampleAudit('e-1/intent')]);
      expect(begun).toMatchObject({ fresh: true, effect: { state: 'intent', attempt: 1 } });
      expect(await store.effects.begin('fx', intent('e-1'), [sampleAudit('e-1/second')])).toEqual({
        ...begun,
        fresh: false,
      });
      const effect = { key: 'e-1', state: 'done' as const, result: { wrote: 3 }, settledAt: at };
      const settled = await store.commitStep({ run: 'fx', effect, audit: [sampleAudit('e-1/done')] });
      expect(settled.committed).toBe(true);
      const late = { ...effect, state: 'failed' as const, result: 'late' };
      expect((await store.commitStep({ run: 'fx', effect: late, audit: [] })).committed).toBe(false);
      expect(await store.effects.get('e-1')).toMatchObject({ state: 'done', result: { wrote: 3 }, settledAt: at });
      expect((await store.audit.list('fx')).map((row) => row.eventKey)).toEqual(['e-1/intent', 'e-1/done']);
    });

    it('lets one of two retries count', async () => {
      const { effects } = current().store;
      await effects.begin('fx', intent('e-2'), []);
      const won = await Promise.all([effects.retry('fx', 'e-2', 1, []), effects.retry('fx', 'e-2', 1, [])]);
      expect(won.sort()).toEqual([false, true]);
      expect(await effects.get('e-2')).toMatchObject({ attempt: 2 });
    });

    it('an unknown outcome stays until it is known', async () => {
      const { store } = current();
      await store.effects.begin('fx', intent('e-3'), []);
      const unknown = { key: 'e-3', state: 'unknown' as const, result: null, settledAt: at };
      await store.commitStep({ run: 'fx', effect: unknown, audit: [] });
      expect(await store.effects.retry('fx', 'e-3', 1, [])).toBe(false);
      const known = { ...unknown, state: 'done' as const, result: 'seen by a person' };
      expect((await store.commitStep({ run: 'fx', effect: known, audit: [] })).committed).toBe(true);
      expect((await store.commitStep({ run: 'fx', effect: unknown, audit: [] })).committed).toBe(false);
    });

    it('two begin at once: one is fresh', async () => {
      const { effects } = current().store;
      const begun = await Promise.all([1, 2, 3, 4].map((n) => effects.begin(`fx-${n}`, intent('e-4'), [])));
      expect(begun.filter((one) => one.fresh).length).toBe(1);
    });
  });
}
