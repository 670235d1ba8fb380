import { blobBytesMax, openStore, segmentIdOf } from '../../activities/stores';
import { digestOf } from '../../contracts/digest';
import { untrustedSetOf } from '../../contracts/untrusted';
import type { StoreHarness } from './store';
import { at, sampleAudit, sampleLedger, sampleMessage, sampleSegment } from './store-rows';

export function storeTableSuite(current: () => StoreHarness): void {
  describe('blobs', () => {
    it('gives back the bytes under the hash of their content', async () => {
      const { blobs } = current().store;
      const bytes = Uint8Array.from({ length: 3000 }, (_, index) => index % 256);
      const head = await blobs.put({ content: bytes, kind: 'artifact', createdAt: at });
      expect(await blobs.put({ content: bytes, kind: 'artifact', createdAt: at })).toEqual(head);
      expect(Buffer.compare(await blobs.get(head.id), bytes)).toBe(0);
      expect(await blobs.head(head.id)).toEqual({ id: head.id, kind: 'artifact', bytes: 3000, createdAt: at });
      const text = await blobs.put({ content: 'abc', kind: 'body', createdAt: at });
      expect(text.id).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
      expect(await blobs.getText(text.id)).toBe('abc');
      const empty = await blobs.put({ content: '', kind: 'body', createdAt: at });
      expect(await blobs.getText(empty.id)).toBe('');
    });

    it('F66: says BlobMissing for what is not there', async () => {
      await expect(current().store.blobs.get('sha256:none')).rejects.toMatchObject({ kind: 'BlobMissing' });
    });

    it('F65: detects changed bytes and does not hand them out', async () => {
      const { store, meddle } = current();
      const { id } = await store.blobs.put({ content: 'to be damaged', kind: 'body', createdAt: at });
      await meddle(`UPDATE blob SET body = (SELECT body FROM blob WHERE id <> '${id}' LIMIT 1) WHERE id = '${id}'`);
      await expect(store.blobs.get(id)).rejects.toMatchObject({ kind: 'InternalError', message: /damaged/ });
    });

    it('opens a body to the trees of runs that have it, and to no other', async () => {
      const { blobs } = current().store;
      const input = { content: 'of two runs', kind: 'body' as const, createdAt: at };
      const { id } = await blobs.putFor('root-a#1', input);
      expect(await blobs.ofRun('root-a#1').getText(id)).toBe('of two runs');
      await expect(blobs.ofRun('root-b#1').get(id)).rejects.toMatchObject({ kind: 'ToolFailed', message: /no body/ });
      expect(await blobs.ofRun('root-b#1').head(id)).toBeNull();
      await blobs.putFor('root-b#1', input);
      await blobs.refer('root-b#1', [id, id]);
      await blobs.refer('root-b#1', []);
      expect(await blobs.ofRun('root-b#1').head(id)).toMatchObject({ id });
      await blobs.refer('root-b#1', ['sha256:none']);
      await expect(blobs.ofRun('root-b#1').get('sha256:none')).rejects.toMatchObject({ kind: 'BlobMissing' });
    });

    it('refuses a body over the limit', async () => {
      const content = Buffer.alloc(blobBytesMax + 1);
      const put = current().store.blobs.put({ content, kind: 'body', createdAt: at });
      await expect(put).rejects.toMatchObject({ kind: 'PayloadTooLarge' });
    });
  });

  describe('threads', () => {
    async function grow(run: string, length: number): Promise<string[]> {
      const ids: string[] = [];
      for (let step = 0; step < length; step += 1) {
        ids.push(...(await current().store.threads.put([sampleSegment(run, ids.at(-1) ?? null, step)])));
      }
      return ids;
    }

    it('loads a conversation from its head, root first', async () => {
      const { threads } = current().store;
      const ids = await grow('thread', 12);
      const loaded = await threads.loadThread(ids[11] ?? '');
      expect(loaded.map((segment) => segment.id)).toEqual(ids);
      expect(loaded[3]).toEqual({ id: ids[3], ...sampleSegment('thread', ids[2] ?? '', 3) });
      expect((await threads.loadThread(ids[4] ?? '')).length).toBe(5);
      expect(await threads.isComplete(ids[11] ?? '')).toBe(true);
      const { parent, body } = sampleSegment('thread', ids[2] ?? '', 3);
      expect(segmentIdOf(parent, body)).toBe(ids[3]);
    });

    it('branches: two heads share their beginning', async () => {
      const { threads } = current().store;
      const [root = ''] = await grow('branching', 1);
      const heads = await threads.put([sampleSegment('b', root, 1, 'left'), sampleSegment('b', root, 1, 'right')]);
      for (const head of heads) expect((await threads.loadThread(head))[0]?.id).toBe(root);
      expect(new Set(heads).size).toBe(2);
    });

    it('says TranscriptMissing for a missing head and for a missing link, until it is put back', async () => {
      const { store, meddle } = current();
      await expect(store.threads.loadThread('sha256:none')).rejects.toMatchObject({ kind: 'TranscriptMissing' });
      const ids = await grow('gap', 4);
      await meddle(`DELETE FROM segment WHERE id = '${ids[1]}'`);
      await expect(store.threads.loadThread(ids[3] ?? '')).rejects.toMatchObject({
        kind: 'TranscriptMissing',
        message: expect.stringContaining(ids[1] ?? '?') as string,
      });
      expect(await store.threads.isComplete(ids[3] ?? '')).toBe(false);
      await store.threads.put([sampleSegment('gap', ids[0] ?? '', 1)]);
      expect((await store.threads.loadThread(ids[3] ?? '')).length).toBe(4);
    });

    it('does not use a damaged segment, and mends it when it is rebuilt', async () => {
      const { store, meddle } = current();
      const ids = await grow('damaged', 2);
      await meddle(`UPDATE segment SET body = '{"delta":[],"reply":"forged"}' WHERE id = '${ids[0]}'`);
      await expect(store.threads.loadThread(ids[1] ?? '')).rejects.toMatchObject({ kind: 'TranscriptMissing' });
      await store.threads.put([sampleSegment('damaged', null, 0)]);
      expect((await store.threads.loadThread(ids[1] ?? '')).length).toBe(2);
    });
  });

  describe('messages, ledger, artifacts', () => {
    it('keeps the first message under an id, in order', async () => {
      const { messages } = current().store;
      const message = sampleMessage('m-1', 'talk');
      expect(await messages.put(message)).toBe(true);
      expect(await messages.put({ ...message, sender: 'forger' })).toBe(false);
      expect(await messages.get('m-1')).toEqual(message);
      const blob = { blob: 'sha256:1', bytes: 99_999, head: 'long' };
      await messages.put({ ...message, id: 'm-2', payload: blob, untrusted: null, sentAt: '2026-01-02T00:00:00.000Z' });
      expect((await messages.list('talk')).map((one) => one.id)).toEqual(['m-1', 'm-2']);
      expect((await messages.list('talk', 1))[0]).toMatchObject({ payload: blob, untrusted: null });
      expect(await messages.get('m-3')).toBeNull();
    });

    it('sums a run, a tree and each agent, and counts what has no price', async () => {
      const { ledger } = current().store;
      await ledger.put(sampleLedger('l-1', 'parent'));
      await ledger.put(sampleLedger('l-1', 'parent'));
      await ledger.put(
        sampleLedger('l-2', 'child', { root: 'parent', agent: 'mail', usd: null, inputTokens: 3_000_000_000 }),
      );
      const calls = { calls: 1, inputTokens: 100, cachedInputTokens: 10, outputTokens: 5, usd: 0.25, unpricedCalls: 0 };
      expect(await ledger.sum({ run: 'parent' })).toEqual(calls);
      expect(await ledger.sum({ root: 'parent' })).toMatchObject({
        calls: 2,
        inputTokens: 3_000_000_100,
        unpricedCalls: 1,
      });
      const byAgent = await ledger.sumByAgent({ root: 'parent' });
      expect(byAgent['jira']).toEqual(calls);
      expect(byAgent['mail']).toMatchObject({ usd: 0, unpricedCalls: 1 });
      expect(await ledger.sum({ run: 'nobody' })).toMatchObject({ calls: 0, usd: 0 });
    });

    it('lists the products of a run with their versions', async () => {
      const { artifacts } = current().store;
      const artifact = {
        run: 'maker',
        name: 'report.md',
        blob: 'sha256:1',
        mime: 'text/markdown',
        bytes: 5,
        agent: 'w',
        path: 'p',
        createdAt: at,
      };
      const later = { ...artifact, blob: 'sha256:2', createdAt: '2026-01-02T00:00:00.000Z' };
      for (const one of [later, artifact, artifact]) await artifacts.put(one);
      expect(await artifacts.list('maker')).toEqual([artifact, later]);
    });
  });

  describe('teams, untrusted sets, pins, kill switch', () => {
    it('finds a team by the digest of its body', async () => {
      const { store, meddle } = current();
      const body = { name: 'daily', agents: [{ name: 'jira', maxSteps: 8 }] };
      const digest = await store.teams.put({ name: 'daily', body, createdAt: at });
      expect(digest).toBe(digestOf(body));
      expect(await store.teams.get(digest)).toEqual({ digest, name: 'daily', body, createdAt: at });
      await expect(store.teams.get('sha256:none')).rejects.toMatchObject({ kind: 'BlobMissing' });
      await meddle(`UPDATE team_snapshot SET body = '{"agents":[],"name":"daily"}' WHERE digest = '${digest}'`);
      await expect(store.teams.get(digest)).rejects.toMatchObject({ kind: 'InternalError' });
    });

    it('unites untrusted sources whatever their order, and unmerged parts too', async () => {
      const { untrusted } = current().store;
      expect(await untrusted.union([], [])).toBeNull();
      const mail = await untrusted.union([], ['mail:2', 'mail:1', 'mail:2']);
      expect(mail).toEqual(untrustedSetOf(['mail:1', 'mail:2']));
      const web = await untrusted.union(
        [],
        Array.from({ length: 12 }, (_, index) => `web:${index}`),
      );
      const both = await untrusted.union([web, null, mail], ['mail:1']);
      expect(both).toMatchObject({ count: 14 });
      expect(both?.sample.length).toBe(8);
      expect(await untrusted.unionUntrusted([mail?.setId ?? '', web?.setId ?? ''])).toEqual(both);
      const parts = { setId: 'unmerged', count: 14, sample: [], of: [mail?.setId ?? '', web?.setId ?? ''] };
      expect(await untrusted.union([parts])).toEqual(both);
      expect(await untrusted.sources(both?.setId ?? '')).toContain('web:11');
      // A list that is lost leaves its name: nothing becomes trusted by being lost (I8).
      const lost = await untrusted.union([{ setId: 'sha256:none', count: 1, sample: [] }, mail]);
      expect(await untrusted.sources(lost?.setId ?? '')).toEqual(['mail:1', 'mail:2', 'set:sha256:none']);
    });

    it('pins a tool at first use, and again only on request', async () => {
      const { toolPins } = current().store;
      const pin = { server: 's', tool: 't', digest: 'd1', pinnedAt: at, pinnedBy: 'worker' };
      expect(await toolPins.pin(pin)).toEqual(pin);
      expect(await toolPins.pin({ ...pin, digest: 'd2' })).toEqual(pin);
      await toolPins.repin({ ...pin, digest: 'd2', pinnedBy: 'dana' });
      expect(await toolPins.list('s')).toEqual([{ ...pin, digest: 'd2', pinnedBy: 'dana' }]);
    });

    it('I10: another process sees a kill within 250 ms, and the revival', async () => {
      const { store, target } = current();
      const operator = await openStore(target);
      try {
        expect(await store.killSwitch.check('daily', 'jira')).toBeNull();
        await operator.killSwitch.kill('agent:daily/jira', 'dana', 'odd mails', at);
        await new Promise((resolve) => setTimeout(resolve, 260));
        expect(await store.killSwitch.check('daily', 'jira')).toMatchObject({ by: 'dana', reason: 'odd mails' });
        expect(await store.killSwitch.check('daily', 'mail')).toBeNull();
        expect(await operator.killSwitch.revive('agent:daily/jira', 'lee', at)).toBe(true);
        expect(await operator.killSwitch.revive('agent:daily/jira', 'lee', at)).toBe(false);
        await operator.killSwitch.kill('all', 'dana', 'drill', at);
        expect(await operator.killSwitch.check('other', 'any')).toMatchObject({ scope: 'all' });
        await operator.killSwitch.revive('all', 'dana', at);
        await operator.killSwitch.kill('agent:mail', 'dana', 'again', at);
        expect(await operator.killSwitch.check('any', 'mail')).toMatchObject({ scope: 'agent:mail' });
        expect((await operator.killSwitch.list()).length).toBe(3);
      } finally {
        await operator.close();
      }
    });

    it('refuses what only one of the databases could hold', async () => {
      const { audit, ledger } = current().store;
      await expect(audit.append('nul', [sampleAudit('k', 'a\0b')])).rejects.toMatchObject({ kind: 'InvalidInput' });
      await expect(ledger.put(sampleLedger('nan', 'r', { usd: Number.NaN }))).rejects.toMatchObject({
        kind: 'InternalError',
      });
      const yes = true as unknown as string;
      await expect(ledger.put(sampleLedger('bool', 'r', { model: yes }))).rejects.toMatchObject({
        kind: 'InternalError',
      });
    });
  });
}
