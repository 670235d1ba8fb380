import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readHistoryFile } from '../../workers/history-file';

const raw = { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJ0YXNrIjoieCJ9' };
const started = (payloads: unknown[]): object => ({
  eventId: '1',
  eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
  workflowExecutionStartedEventAttributes: { workflowId: 'agent/team/1', input: { payloads } },
});

describe('a history file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-history-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const fileWith = (content: unknown): string => {
    const file = path.join(folder, 'history.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  test.each([
    ['as the CLI writes it', { events: [started([raw])] }],
    ['as a bare list', [started([raw])]],
    ['as the server answers', { history: { events: [started([raw])] } }],
  ])('loads %s, with the id of its run', async (_how, content) => {
    await expect(readHistoryFile(fileWith(content))).resolves.toMatchObject({ workflowId: 'agent/team/1' });
  });

  test.each([
    ['the values themselves', [{ task: 'x' }]],
    ['a decoded encoding', [{ metadata: { encoding: 'json/plain' }, data: { task: 'x' } }]],
  ])('of the Temporal UI with %s is refused with the way out', async (_how, payloads) => {
    const loading = readHistoryFile(fileWith({ events: [started(payloads)] }));
    await expect(loading).rejects.toThrow(/holds decoded payloads.*Decode Event History.*switched off.*workflow show/s);
  });

  test.each([
    ['{"events":', /is not JSON/],
    [{ events: [] }, /holds no list of history events/],
    [{ events: [{ eventId: '7' }] }, /does not begin with the start of a workflow/],
  ])('that is none is refused: %j', async (content, sentence) => {
    await expect(readHistoryFile(fileWith(content))).rejects.toThrow(sentence);
  });

  test('that is not there is refused', async () => {
    await expect(readHistoryFile(path.join(folder, 'none.json'))).rejects.toThrow(/none\.json cannot be read/);
  });
});
