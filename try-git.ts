import { readFileSync } from 'node:fs';
import { git } from './activities/tools/builtins/git';
import { ask, data, play, requestOf, text, type LocalTool } from './test/unit/offline-support';
import type { Json, JsonObject } from './contracts/json';
async function main() {
  const repo = process.argv[2] ?? '.';
  const ctx = { options: {}, roots: { base: repo }, env: process.env, signal: new AbortController().signal, now: () => new Date() } as never;
  const grants: Record<string, string[]> = { history: ['git_log', 'git_show'], code: ['git_hot_spots', 'git_diff_stat', 'git_diff'], docs: ['git_log', 'git_list_files', 'git_read_file'] };
  const desc: Record<string,string> = { history: 'Reads the commits of a period, who made them and what they say · commits · authors', code: 'Finds the files that changed most, the hot spots, and the risks in them · hot spots · files · churn · risks', docs: 'Reads what changed in documents such as README, changelog and guides · documents · readme' };
  const input = { repo: '.', since: process.argv[3] ?? '2026-01-01' };
  const task = `Report what changed in the repository . since ${input.since}: history, hot spots in the code, risks, documents.`;
  const findings = JSON.parse(readFileSync('agents/repo-report/schemas/findings.json', 'utf8'));
  const outs: [string, JsonObject][] = [];
  for (const [agent, names] of Object.entries(grants)) {
    const tools: LocalTool[] = git.filter((t) => names.includes(t.name)).map((t) => ({ name: t.name, description: t.description, input: t.input, run: async (a) => (await t.run(a, ctx)).value }));
    const req = requestOf(`${task}\n\nYour part: ${desc[agent]}.`, [data('input', input)], { agent, output: { name: 'agent', schema: findings } });
    req.messages[0]!.parts = [text(readFileSync(`agents/repo-report/instructions/${agent}.md`, 'utf8'))];
    const p = await play(req, tools);
    console.log('###', agent, p.rounds, p.calls.length, p.calls.slice(0, 6).map((c) => c.name + JSON.stringify(c.args)).join('\n'));
    try { const v = JSON.parse(p.reply.text); outs.push([agent, v]); console.log(v.source, v.total, v.items.length, v.summary, '\nM', v.method); console.log(JSON.stringify(v.items.slice(0, 3), null, 1)); } catch { console.log(p.reply.text); }
  }
  const schema = JSON.parse(readFileSync('agents/repo-report/schemas/report.json', 'utf8'));
  const s = await ask(requestOf(task, [data('input', input), ...outs.map(([a, v], i) => data(`result of subtask ${i + 1}`, v as Json, a))], { agent: 'chief', role: 'synthesis', output: { name: 'synthesis', schema } }));
  const r = JSON.parse(s.text); console.log(r.title, r.method); for (const x of r.sections) console.log('==', x.title, x.summary, x.items.length, JSON.stringify(x.items.slice(0, 2), null, 1));
}
void main();
