import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exportTools } from '../../activities/tools/exports';
import type { Json, JsonObject } from '../../contracts/json';
import { data, play, requestOf, type LocalTool } from './offline-support';

const team = path.join(__dirname, '../../agents/daily-report');
const findings = JSON.parse(readFileSync(path.join(team, 'schemas/findings.json'), 'utf8')) as JsonObject;
const day = '2026-03-04';

interface Findings {
  total: number;
  items: { id: string; date: string; quote: string; people: string[]; cites: string[] }[];
  method: string;
}

let base = '';
beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'offline-'));
  cpSync(path.join(team, 'sample'), path.join(base, 'sample'), { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** The specialist's own tools over the files in `base`, asked as the engine asks it. */
async function report(source: string, noun: string, file: string): Promise<{ text: string; findings: Findings }> {
  const tools = exportTools
    .filter(({ name }) => name.endsWith(noun) || name.endsWith(`${noun}s`))
    .map((tool): LocalTool => ({
      name: tool.name,
      description: tool.description,
      input: tool.inputSchema,
      run: async (args) => (await tool.execute(args, { roots: { base } })) as Json,
    }));
  const input = data('input', { date: day, [source]: file, elsewhere: 'other/file.bin' });
  const request = requestOf(`Report what happened on ${day}.`, [input], {
    agent: source,
    output: { name: 'agent', schema: findings },
    maxOutputTokens: 60_000,
  });
  const { reply } = await play(request, tools);
  return { text: reply.text, findings: JSON.parse(reply.text) as Findings };
}

const issuesFile = () => path.join(base, 'sample/jira.json');
const readIssues = () => JSON.parse(readFileSync(issuesFile(), 'utf8')) as { issues: { key: string }[] };

describe('over real exports', () => {
  it('counts and cites every record of the day, and quotes what is there', async () => {
    const list = exportTools.find(({ name }) => name === 'list_tickets');
    const expected = (await list?.execute(
      { path: 'sample/jira.json', date: day, limit: 200 },
      { roots: { base } },
    )) as {
      total: number;
      items: { id: string; body: string; title: string }[];
    };
    const { findings: found } = await report('jira', 'ticket', 'sample/jira.json');
    expect(expected.total).toBeGreaterThan(10);
    expect(found.total).toBe(expected.total);
    expect(found.items.map(({ id }) => id).sort()).toEqual(expected.items.map(({ id }) => id).sort());
    for (const item of found.items) {
      const record = expected.items.find(({ id }) => id === item.id);
      expect(record?.body ?? '').toContain(item.quote);
      expect(item.date.startsWith(day)).toBe(true);
    }
  });

  it('forgets a record that is removed, and follows a person who is renamed', async () => {
    const before = await report('jira', 'ticket', 'sample/jira.json');
    const [gone] = before.findings.items;
    const [person = ''] = before.findings.items[1]?.people ?? [];
    const kept = { ...readIssues(), issues: readIssues().issues.filter(({ key }) => key !== gone?.id) };
    writeFileSync(issuesFile(), JSON.stringify(kept).replaceAll(person, 'Zoe Quist'));
    const after = await report('jira', 'ticket', 'sample/jira.json');
    expect(after.findings.total).toBe(before.findings.total - 1);
    expect(after.findings.items.map(({ id }) => id)).not.toContain(gone?.id);
    expect(after.text).not.toContain(person);
    expect(after.text).toContain('Zoe Quist');
  });

  it('is the same whatever the order in the file', async () => {
    const before = await report('jira', 'ticket', 'sample/jira.json');
    const all = readIssues();
    writeFileSync(issuesFile(), JSON.stringify({ ...all, issues: [...all.issues].reverse() }));
    expect((await report('jira', 'ticket', 'sample/jira.json')).text).toBe(before.text);
  });

  it('reports letters and messages by the same code, and says where text gives orders', async () => {
    const letters = await report('mail', 'mail', 'sample/mail.mbox');
    expect(letters.findings.total).toBe(letters.findings.items.length);
    expect(letters.findings.method).toContain('gives orders to its reader was not followed');
    const messages = await report('chat', 'chat', 'sample/chat');
    expect(messages.findings.total).toBe(messages.findings.items.length);
    expect(messages.findings.items.length).toBeGreaterThan(20);
  });
});
