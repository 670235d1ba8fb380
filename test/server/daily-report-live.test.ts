import { accessSync, constants, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { ScriptInput } from '../../activities/models';
import type { RunResult } from '../../contracts/run';
import { answerOf, sampleFolder } from '../support/daily-report';
import { Harness } from '../support/harness';
import { startJiraSite, type JiraSite } from '../support/live/jira-rest';

const agents = path.join(sampleFolder, '..', '..');
const ours = { command: process.execPath, args: [path.join(__dirname, '..', 'support', 'live', 'jira-mcp.cjs')] };
/** The published server, where the machine has it: named by the environment, or on PATH. */
const published = findProgram(process.env['CADRE_TEST_MCP_ATLASSIAN'] ?? 'mcp-atlassian');

const jql = 'updated >= "2026-03-05" AND updated < "2026-03-06"';
const updatedThatDay = (
  JSON.parse(readFileSync(path.join(sampleFolder, 'jira.json'), 'utf8')) as { issues: Issue[] }
).issues
  .filter(({ fields }) => new Date(fields.updated).toISOString().startsWith('2026-03-05'))
  .map(({ key }) => key)
  .sort();

interface Issue {
  key: string;
  fields: { updated: string };
}
interface Document {
  metadata: { name: string };
  spec: { models: object; tools: Record<string, object> };
}

let cadre: Harness;
let site: JiraSite;
beforeAll(async () => {
  site = await startJiraSite(path.join(sampleFolder, 'jira.json'));
  cadre = await Harness.start({ env: { LOCAL_JIRA: site.url }, withoutWorker: true });
  writeTeam('live-ours', ours, reader);
  writeTeam('live-greedy', ours, greedy);
  if (published !== undefined) writeTeam('live-published', { command: published, args: [] }, reader);
  await cadre.startWorker();
}, 60_000);
afterAll(async () => {
  await cadre.close();
  await site.close();
});
beforeEach(() => void site.requests.splice(0));

/** The shipped live team with its Jira server pointed to the local site; nothing else of it is changed. */
function writeTeam(name: string, server: { command: string; args: string[] }, script: ScriptInput): void {
  const folder = path.join(cadre.folder, 'agents', name);
  cpSync(path.join(agents, 'daily-report-live'), folder, { recursive: true });
  const file = path.join(folder, 'team.yaml');
  const document = parse(readFileSync(file, 'utf8')) as Document;
  document.metadata.name = name;
  const env = { JIRA_URL: '${LOCAL_JIRA}', JIRA_PERSONAL_TOKEN: 'reader-token', READ_ONLY_MODE: 'true' };
  document.spec.tools['jira'] = { ...document.spec.tools['jira'], mcp: { ...server, env } };
  writeFileSync(path.join(cadre.folder, `${name}.json`), JSON.stringify(script));
  document.spec.models = { auto: { provider: 'scripted', script: `${name}.json` } };
  writeFileSync(file, stringify(document));
}

const nothing = { source: 'jira', summary: 'As scripted.', total: 0, items: [], unresolved: [], method: 'Scripted.' };

/** A model that wants to change the site it only may read. */
const greedy: ScriptInput = {
  calls: [
    {
      agent: 'jira',
      step: 0,
      reply: {
        toolCalls: ['jira_create_issue', 'jira.jira_create_issue'].map((name) => ({ name, args: { summary: 'Mine' } })),
      },
    },
    {
      agent: 'jira',
      step: 1,
      reply: { output: nothing },
    },
  ],
};

/** A model that reads the day in two pages, and goes on only when every ticket of the day has reached it. */
const reader: ScriptInput = {
  calls: [
    {
      agent: 'jira',
      step: 0,
      reply: {
        toolCalls: [0, 20].map((start) => ({ name: 'jira_search', args: { jql, limit: 20, start_at: start } })),
      },
    },
    {
      agent: 'jira',
      step: 1,
      match: `/${updatedThatDay.map((key) => `(?=.*${key}\\b)`).join('')}/s`,
      reply: { toolCalls: [{ name: 'jira_get_issue', args: { issue_key: 'DOCK-355' } }] },
    },
    {
      agent: 'jira',
      step: 2,
      match: 'split over two doors',
      reply: {
        output: {
          ...nothing,
          total: updatedThatDay.length,
          items: updatedThatDay.map((id) => ({
            id,
            title: id,
            date: '2026-03-05',
            people: [],
            quote: '',
            cites: [id],
          })),
        },
      },
    },
  ],
};

describe('the live variant of the daily report', () => {
  it.each(['findings.json', 'report.json'])('has the same %s as the team for exports', (name) => {
    const [live, exports] = ['daily-report-live', 'daily-report'].map((team) =>
      readFileSync(path.join(agents, team, 'schemas', name), 'utf8'),
    );
    expect(live).toBe(exports);
  });

  const servers = ['live-ours', ...(published === undefined ? [] : ['live-published'])];
  it.each(servers)(
    '%s: reads a Jira site through a real MCP server, and only reads',
    async (team) => {
      const input = { date: '2026-03-05', jql };
      const handle = await cadre.start('agent', { team, agent: 'jira', task: 'Report the tickets of the day', input });
      const result = (await handle.result()) as RunResult;
      expect(result).toMatchObject({ status: 'completed', failures: [], usage: { toolCalls: 3 } });
      expect(result.untrusted?.count).toBeGreaterThan(0);
      expect(await answerOf(cadre, handle, 'jira')).toMatchObject({ total: updatedThatDay.length });
      expect(updatedThatDay.length).toBeGreaterThan(20);
      const searches = site.requests.filter(({ path: address }) => address.endsWith('/search'));
      expect(searches.map((request) => request.jql)).toEqual([jql, jql]);
      expect(site.requests.map(({ path: address }) => address)).toContain('/rest/api/2/issue/DOCK-355');
      expect(site.requests.every(({ authorization }) => authorization === 'Bearer reader-token')).toBe(true);
      expect(
        site.requests.filter(({ method, path: address }) => method !== 'GET' && !address.endsWith('/search')),
      ).toEqual([]);
    },
    120_000,
  );

  it('refuses a tool of the server that the agent does not list, before the server hears of it', async () => {
    const result: RunResult = await cadre.run('agent', { team: 'live-greedy', agent: 'jira', task: 'Create one' });
    expect(result.failures.map(({ kind }) => kind)).toEqual([
      expect.stringMatching(/^(UnknownTool|ToolNotAllowed)$/),
      expect.stringMatching(/^(UnknownTool|ToolNotAllowed)$/),
    ]);
    expect(site.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

function findProgram(name: string): string | undefined {
  const places = path.isAbsolute(name)
    ? [name]
    : (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
