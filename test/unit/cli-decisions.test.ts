import { PassThrough } from 'node:stream';

import { confirms } from '../../cli/ask-decision';
import { approver } from '../../cli/commands/demo';
import { digestsIn, readCommand } from '../../cli/named-artifacts';
import { decideCommands, printable, showApproval } from '../../cli/show-approval';
import { settledAs, settledText } from '../../cli/show-settled';
import { Terminal } from '../../cli/terminal';
import type { Approval } from '../../contracts/approval';

const digest = `sha256:${'6b5da6268089fff3da51dda7ee226e83'.repeat(2)}`;
const edge = `sha256:${'0f'.repeat(32)}`;
const approval: Approval = {
  id: '3-0-6b5da626',
  digest,
  agent: 'publisher',
  path: 'daily/publisher',
  tool: 'files.write_file',
  args: { path: 'reports/2026-03-04.md', artifact: 'sha256:00' },
  effect: 'write',
  reason: 'asks for \u001b[2Kwrite_file',
  risk: 'This changes something outside.',
  untrustedSources: ['mail:1', 'chat:2\u202e'],
  untrusted: { setId: 'sha256:11', count: 9, sample: ['mail:1', 'chat:2'] },
  requestedAt: '2026-03-05T07:00:00.000Z',
  deadline: '2026-03-05T07:30:00.000Z',
  group: null,
  onTimeout: 'reject',
  state: 'open',
};

describe('confirming an action', () => {
  test.each(['6b5da6', '6B5DA6', ' 6b5da6268 ', digest, digest.slice(7)])('%s confirms it', (typed) => {
    expect(confirms(digest, typed)).toBe(true);
  });
  test.each(['', '6b5da', '6b5da7', 'yes', 'sha256:', '6b5da6zz', `${digest.slice(7)}0`])('%s does not', (typed) => {
    expect(confirms(digest, typed)).toBe(false);
  });
});

describe('an approval at the terminal', () => {
  const out = new PassThrough();
  const written: Buffer[] = [];
  out.on('data', (chunk: Buffer) => written.push(chunk));
  showApproval(new Terminal(out, out, false), 'compose/daily/1', approval, [
    "npx cadre artifacts 'compose/daily/1' sha256:00",
  ]);
  const text = (): string => Buffer.concat(written).toString('utf8');

  test('shows the action in full, with what it was judged by', () => {
    for (const part of [
      digest,
      'files.write_file',
      '"artifact": "sha256:00"',
      '9 untrusted: mail:1',
      'and 7 more',
      'then reject',
      "read it   npx cadre artifacts 'compose/daily/1' sha256:00",
    ]) {
      expect(text()).toContain(part);
    }
  });
  test('obeys no escape sequence and no reordering mark of a model', () => {
    expect(text()).toContain('\\u001b[2Kwrite_file');
    expect(text()).toContain('chat:2\\u202e');
    for (const hidden of ['\u001b', '\u202e']) expect(text()).not.toContain(hidden);
  });
  test('keeps what is readable', () => {
    expect(printable('Größe → 3 €, 日本\nnext\tone')).toBe('Größe → 3 €, 日本\nnext\tone');
  });
});

describe('an approval that is settled', () => {
  const edited = `sha256:${'ab'.repeat(32)}`;
  const settled: Approval = {
    ...approval,
    state: 'edited',
    settled: { decision: 'edit', by: 'dana', identity: 'claimed', at: '2026-03-05T07:10:00.000Z', digest: edited },
  };

  test('is told with who settled it and when', () => {
    expect(settledText(settled)).toBe(
      'The approval 3-0-6b5da626 (files.write_file) was edited by dana (claimed) at 2026-03-05T07:10:00.000Z.',
    );
    expect(settledText({ ...approval, state: 'withdrawn' })).toMatch(/was withdrawn\.$/);
  });
  test.each([
    [approval.id, undefined, 1],
    ['6b5da626', undefined, 1],
    [undefined, '6b5da6', 1],
    [undefined, 'ababab', 1],
    ['9-9-00000000', '6b5da6', 0],
    [undefined, '000000', 0],
    [undefined, undefined, 0],
  ])('meant by id %s and digits %s: %i', (id, digits, found) => {
    expect(settledAs([settled, approval], id, digits)).toHaveLength(found);
  });
});

test('artifacts are found in arguments by their digests, however deep, and read by the beginning of one', () => {
  expect(digestsIn({ path: 'a', artifact: digest, more: [{ files: [digest, edge] }] })).toEqual([digest, edge]);
  expect(digestsIn({ note: `see ${digest}`, short: 'sha256:00', none: null, count: 3 })).toEqual([]);
  expect(readCommand('compose/daily/1', digest)).toBe("npx cadre artifacts 'compose/daily/1' sha256:6b5da6268089");
});

test('the commands to paste name the run, the id and the digest, and the namespace when it is not the usual one', () => {
  const [approve, update, signal, reject] = decideCommands('compose/daily/1', approval, 'agents');
  expect(approve).toBe("npx cadre approve 'compose/daily/1' 3-0-6b5da626 --confirm 6b5da6");
  expect(update).toContain(
    "workflow update execute --workflow-id 'compose/daily/1' --namespace 'agents' --name decide --input",
  );
  expect(signal).toContain('workflow signal');
  expect(reject).toContain('--reject');
  const input: unknown = JSON.parse(/--input '(.*)'$/.exec(update ?? '')?.[1] ?? '');
  expect(input).toEqual({ id: approval.id, decision: 'approve', by: 'YOUR NAME', digest });
});

describe('demo --approve-as', () => {
  const decide = approver('dana', 'reports/2026-03-04.md');

  test('allows the announced file, with the digest of the action', () => {
    expect(decide(approval)).toMatchObject({ id: approval.id, digest, decision: 'approve', by: 'dana' });
  });
  test.each<[string, Partial<Approval>]>([
    ['another file', { args: { path: 'reports/../.bashrc' } }],
    ['another day', { args: { path: 'reports/2026-03-05.md' } }],
    ['another tool', { tool: 'mail.send' }],
    ['a tool of the same name elsewhere', { tool: 'other.write_file' }],
    ['an irreversible effect', { effect: 'irreversible' }],
  ])('leaves %s to a person', (_what, change) => {
    expect(decide({ ...approval, ...change })).toBeUndefined();
  });
});
