import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { exportTools } from './activities/tools/exports';
import { makeShowBody } from './activities/models/show-body';
import { createHash } from 'node:crypto';
import { ask, data, play, requestOf, text, type LocalTool } from './test/unit/offline-support';
import type { Json, JsonObject } from './contracts/json';
import { roleSchema } from './contracts/role-schemas';
import { renderReport } from './activities/tools/report/render-report';
import { reportOf } from './activities/tools/builtins/report';
void parse;
async function main() {
  const day = process.argv[2] ?? '2026-03-06';
  const blobs = new Map<string, string>();
  const show = makeShowBody({ getText: async (id: string) => blobs.get(id) ?? '' } as never);
  const showValue = async (value: Json): Promise<Json> => {
    const t = JSON.stringify(value);
    if (t.length <= 10240) return value;
    const id = 'sha256:' + createHash('sha256').update(t).digest('hex');
    blobs.set(id, t);
    return show({ blob: id, bytes: t.length, head: '' });
  };
  const root = 'agents/daily-report';
  const input = { date: day, jira: 'sample/jira.json', mail: 'sample/mail.mbox', chat: 'sample/chat' };
  const tools: Record<string, LocalTool[]> = {};
  for (const [name, word] of [['jira', 'ticket'], ['mail', 'mail'], ['chat', 'chat']] as const)
    tools[name] = exportTools.filter((t) => t.name.includes(word)).map((t) => ({ name: t.name, description: t.description, input: t.inputSchema, run: async (args) => showValue((await t.execute(args, { roots: { base: process.cwd() + '/' + root } })) as Json) }));
  const choices = [
    { name: 'jira', description: 'Reads the tickets of a Jira export and reports what happened to them on a day · tickets · issues · priorities · status changes' },
    { name: 'mail', description: 'Reads the mails of an mbox export and reports what was written on a day · mail · correspondence · customers · announcements' },
    { name: 'chat', description: 'Reads the messages of a chat export and reports what was discussed on a day · chat · discussions · decisions · incidents' }];
  const task = `Report what happened on ${day}: tickets, mail and chat, what belongs together, what is open.`;
  const plan = JSON.parse((await ask(requestOf(task, [data('input', input)], { role: 'plan', choices, output: { name: 'plan', schema: roleSchema('plan', choices)! } }))).text);
  console.log(JSON.stringify(plan, null, 1));
  const findings = JSON.parse(readFileSync(`${root}/schemas/findings.json`, 'utf8'));
  const outs: [string, JsonObject][] = [];
  for (const t of plan.tasks) {
    const at = Date.now();
    const req = requestOf(t.task, [data('input', input)], { agent: t.agent, output: { name: 'agent', schema: findings } });
    req.messages[0]!.parts = [text(readFileSync(`${root}/instructions/${t.agent}.md`, 'utf8'))];
    const played = await play(req, tools[t.agent]!);
    console.log('###', t.agent, 'ms', Date.now() - at, 'rounds', played.rounds, 'calls', played.calls.length, 'tokens', played.reply.usage.inputTokens, 'out chars', played.reply.text.length);
    console.log(played.calls.slice(0, 4).map((c) => c.name + JSON.stringify(c.args)).join('\n'), '...');
    try { const v = JSON.parse(played.reply.text) as JsonObject; outs.push([t.agent, v]);
      console.log(v['source'], v['total'], (v['items'] as Json[]).length, v['summary'], '\nMETHOD', v['method']); console.log(JSON.stringify((v['items'] as Json[]).slice(0, 4), null, 1)); } catch { console.log('NOT JSON', played.reply.text); }
  }
  const parts = [];
  for (const [i, [agent, v]] of outs.entries()) parts.push(data(`result of subtask ${i + 1}`, await showValue(v), agent));
  const suff = await ask(requestOf(task, [data('input', input), ...parts], { agent: 'goal-checker', role: 'sufficiency', choices, output: { name: 's', schema: roleSchema('sufficiency', choices)! } }));
  console.log(suff.text);
  const report = JSON.parse(readFileSync(`${root}/schemas/report.json`, 'utf8'));
  const synth = await ask(requestOf(task, [data('input', input), ...parts], { agent: 'chief', role: 'synthesis', output: { name: 'synthesis', schema: report } }));
  console.log('SYNTH', synth.text.length);
  const r = JSON.parse(synth.text);
  console.log(renderReport(reportOf(r)).slice(0, 9000));
  console.log(r.method);
}
void main();
