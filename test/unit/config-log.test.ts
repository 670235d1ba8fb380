import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { makeLog } from '../../workers/log';

describe('the log', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-log-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function linesOf(name: string, write: (log: ReturnType<typeof makeLog>) => void): string {
    const file = path.join(folder, name, 'worker.log');
    write(makeLog({ logLevel: 'info', env: { ACME_API_KEY: 'plain-looking-value' } }, { file }));
    return readFileSync(file, 'utf8');
  }

  test('is one JSON object a line, with the fields of the call', () => {
    const text = linesOf('plain', (log) => log.child({ workflowId: 'run/1', agent: 'jira', step: 2 }).info('answered'));
    const line = JSON.parse(text) as Record<string, unknown>;
    expect(line).toMatchObject({ workflowId: 'run/1', agent: 'jira', step: 2, msg: 'answered', level: 30 });
  });

  test('takes secrets out wherever they stand, and stays JSON', () => {
    const text = linesOf('secrets', (log) => {
      log.info({ headers: { Authorization: 'Bearer abcdefghijk', 'x-api-key': 'a"b' } }, 'sent');
      log.warn('called with plain-looking-value');
      log.error({ err: new Error('401 for sk-proj-0123456789abcdef') }, 'refused');
      log.info('postgres://cadre:hunter22@db/cadre');
    });
    expect(text).not.toMatch(/abcdefghijk|plain-looking|sk-proj-0|hunter22|a\\"b/);
    expect(text).toContain('[redacted]');
    for (const line of text.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test('keeps of an error what explains it, not what hangs on it', () => {
    const error = Object.assign(new Error('no answer', { cause: new Error('socket closed') }), {
      request: { body: 'all of it' },
    });
    const text = linesOf('error', (log) => log.error({ err: error }, 'failed'));
    expect(text).toContain('socket closed');
    expect(text).not.toContain('all of it');
  });

  test('leaves out what is below its level', () => {
    expect(
      linesOf('level', (log) => {
        log.debug('quiet');
        log.info('loud');
      }),
    ).not.toContain('quiet');
  });
});
