import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { ScriptInput } from '../../activities/models';
import { isInline } from '../../contracts/body';
import type { RunResult } from '../../contracts/run';
import { answerProblems, type Answer } from '../support/confluence/check-answer';
import { generateWiki, jiraOf } from '../support/confluence/generate-wiki';
import { writeEntities } from '../support/confluence/write-entities';
import { writeHtml } from '../support/confluence/write-html';
import { writeRest } from '../support/confluence/write-rest';
import { runKeyOf, withStore } from '../support/daily-report';
import { Harness } from '../support/harness';

const fixed = process.env['EXPORTS_SEED'];
const seed = fixed ? Number(fixed) : Math.trunc(Date.now() / 17) % 1_000_000_000;
const agents = path.join(__dirname, '..', '..', 'agents');
const shipped = path.join(agents, 'work-genie');

let cadre: Harness;
let sample: { jira: string; confluence: string };
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' }, withoutWorker: true });
  const data = path.join(cadre.folder, 'data');
  cpSync(path.join(shipped, 'sample', 'confluence'), path.join(data, 'wiki'), { recursive: true });
  cpSync(path.join(agents, 'daily-report', 'sample', 'jira.json'), path.join(data, 'jira.json'));
  sample = { jira: path.join(data, 'jira.json'), confluence: path.join(data, 'wiki') };
  for (const [name, script] of Object.entries(scripts())) writeTeam(name, script);
  await cadre.startWorker();
});
afterAll(() => cadre.close());

/** The shipped team with a scripted model. */
function writeTeam(name: string, calls: ScriptInput): void {
  const folder = path.join(cadre.folder, 'agents', name);
  cpSync(shipped, folder, { recursive: true, filter: (file) => !file.includes('sample') });
  const file = path.join(folder, 'team.yaml');
  // Composition nodes are shared by an anchor, which a plain parse resolves.
  const document = parse(readFileSync(file, 'utf8')) as { metadata: { name: string }; spec: { models: object } };
  document.metadata.name = name;
  document.spec.models = { auto: { provider: 'scripted', script: `${name}.json` } };
  writeFileSync(file, stringify(document, { aliasDuplicateObjects: false }));
  writeFileSync(path.join(cadre.folder, `${name}.json`), JSON.stringify(calls));
}

async function ask(task: string, input: { jira: string; confluence: string }, team = 'work-genie'): Promise<RunResult> {
  return cadre.run('compose', { team, composition: 'answer', task, input });
}

const answerOf = ({ output }: RunResult): Answer => output as unknown as Answer;

describe(`a company that no sample knows (repeat with EXPORTS_SEED=${seed})`, () => {
  const made = generateWiki(seed);

  it.each(['xml', 'html', 'rest'])('is asked why, over its %s export, and says why', async (form) => {
    const folder = path.join(cadre.folder, `made-${form}`);
    mkdirSync(path.join(folder, 'wiki'), { recursive: true });
    const files = form === 'html' ? writeHtml(made.wiki) : form === 'rest' ? writeRest(made.wiki) : new Map([['entities.xml', writeEntities(made.wiki)]]); // prettier-ignore
    for (const [name, text] of files) writeFileSync(path.join(folder, 'wiki', name), text);
    writeFileSync(path.join(folder, 'jira.json'), jiraOf(made));
    const input = { jira: path.join(folder, 'jira.json'), confluence: path.join(folder, 'wiki') };
    const change = made.changes[['xml', 'html', 'rest'].indexOf(form)];
    if (!change) throw new Error('The generator made no change.');
    const result = await ask(change.question, input);
    expect(result.status).toBe('completed');
    const { answer, evidence, refused, citations } = answerOf(result);
    expect(answerProblems(result.output, input)).toEqual([]);
    expect(refused).toEqual({});
    expect(answer).toContain(change.reason);
    expect(evidence[0]?.id).toBe(change.pageId);
    expect(citations.map(({ id }) => id)).toContain(change.ticket);
    // Drafts and deleted pages say the same and must not be cited; nor what the texts name and nobody wrote.
    const cited = JSON.stringify([evidence, citations].flatMap((list) => list.map(({ id }) => id)));
    for (const id of [made.missing.page, made.missing.ticket, ...made.wiki.pages.filter(({ status }) => status !== 'current').map((page) => page.id)]) expect(cited).not.toContain(id); // prettier-ignore
  });
});

const plan = [
  { agent: 'jira', task: 'Find the ticket of the database move.' },
  { agent: 'confluence', task: 'Find the decision about the database move.' },
];
const moved = 'The rehearsal of Tuesday night took 71 minutes for the copy, and the window had planned 40.';
const found = (source: string, id: string, quote: string) => ({
  summary: 'Found.', items: [{ id, title: 'x', source, quote, cites: [id] }], unresolved: [], method: 'Searched.',
}); // prettier-ignore
const ofTicket = found('jira', 'PLAT-140', 'Bookings are read-only while the data is copied; 40 minutes are planned.');
const ofPage = found('confluence', '1310731', moved);
/** What a model says that was trained on wikis: a page that sounds right, quoted fluently, and does not exist. */
const invented = { id: '1310777', title: 'Decision: quiet hours for maintenance', quote: 'All maintenance happens on Sundays, because nobody loads on Sundays.', cites: ['1310777'] }; // prettier-ignore
const honest = { id: '1310731', title: 'x', quote: moved, statement: 'The copy takes too long.', cites: ['1310731'] };
const kept = { summary: 'All.', items: [...ofTicket.items, ...ofPage.items, { ...invented, source: 'confluence' }], unresolved: [], method: 'Kept.' }; // prettier-ignore
const answerWith = (...evidence: object[]) => ({ output: { answer: 'It was moved because of the rehearsal [1310731]. See [1310777].', evidence, unresolved: [] } }); // prettier-ignore

/** Three models: one that learns when told, one that never does, and one whose findings must be looked for twice. */
function scripts(): Record<string, ScriptInput> {
  const accept = (...ids: string[]) => ({ output: { verdicts: ids.map((subtask) => ({ subtask, verdict: 'accept', reason: 'ok' })) } }); // prettier-ignore
  const before: ScriptInput['calls'] = [
    { agent: 'query-analyser', reply: { output: { topic: 'Why the database move was moved' } } },
    { agent: 'task-generator', role: 'plan', reply: { output: { tasks: plan } } },
    { agent: 'jira', step: 0, reply: { output: ofTicket } },
    { agent: 'confluence', step: 0, reply: { output: ofPage } },
    { agent: 'task-generator', role: 'review', reply: accept('1', '2') },
    { agent: 'goal-checker', reply: { output: { sufficient: true, reason: 'The reason is quoted.' } } },
    { agent: 'findings-keeper', reply: { output: kept } },
  ];
  return {
    'genie-learns': {
      calls: [
        ...before,
        { agent: 'synthesizer', match: 'evidence[1] cites 1310777, which no export has', reply: { output: { answer: 'The rehearsal took too long.', evidence: [honest], unresolved: [] } } },
        { agent: 'synthesizer', reply: answerWith(honest, invented) },
      ],
    },
    'genie-stubborn': {
      calls: [...before, { agent: 'synthesizer', repeat: true, reply: answerWith(honest, invented) }] as ScriptInput['calls'],
    },
    'genie-broader': {
      calls: [
        { agent: 'query-analyser', reply: { output: { topic: 'Why the database move was moved' } } },
        { agent: 'task-generator', role: 'plan', reply: { output: { tasks: plan.slice(0, 1) } } },
        { agent: 'jira', step: 0, reply: { output: ofTicket } },
        { agent: 'task-generator', role: 'review', reply: accept('1') },
        { agent: 'goal-checker', match: 'findings of jira', reply: { output: { sufficient: false, reason: 'The ticket says when, not why.', missing: ['the reason'], tasks: [{ agent: 'confluence', task: 'Broader: any page about database maintenance in March.' }] } } },
        { agent: 'confluence', step: 0, match: 'Broader', reply: { toolCalls: [{ name: 'search_pages', args: { path: sample.confluence, query: 'database maintenance March' } }] } },
        { agent: 'confluence', step: 1, reply: { output: ofPage } },
        { agent: 'task-generator', role: 'review', reply: accept('2') },
        { agent: 'goal-checker', reply: { output: { sufficient: true, reason: 'Now the reason is there.' } } },
        { agent: 'findings-keeper', reply: { output: { ...kept, items: [...ofTicket.items, ...ofPage.items] } } },
        { agent: 'synthesizer', reply: { output: { answer: 'The rehearsal took too long.', evidence: [honest], unresolved: [] } } },
      ],
    },
  }; // prettier-ignore
}

/** What the synthesizer was given: the findings as they stand in its transcript. */
async function materialOf(workflowId: string): Promise<string> {
  return withStore(cadre, async (store) => {
    const messages = await store.messages.list(await runKeyOf(cadre, workflowId), 0, 500);
    return JSON.stringify(messages.flatMap(({ payload }) => (isInline(payload) ? [payload.inline] : [])));
  });
}

describe('a model that cites a page that does not exist', () => {
  it('is sent back with the page named, and its next answer stands', async () => {
    const result = await ask('Why was the database move moved?', sample, 'genie-learns');
    expect(result.status).toBe('completed');
    const { evidence, refused } = answerOf(result);
    expect(refused).toEqual({});
    expect(evidence.map(({ id, title }) => [id, title])).toEqual([['1310731', 'Decision: booking database moves on Sunday 8 March']]); // prettier-ignore
    expect(answerProblems(result.output, sample)).toEqual([]);
    expect(result.agents['synthesizer']?.steps).toBe(2);
  });

  it('when it never learns, loses what it made up: that is named, and the rest is given', async () => {
    const result = await ask('Why was the database move moved?', sample, 'genie-stubborn');
    expect(result.status).toBe('completed');
    const { answer, evidence, refused, citations } = answerOf(result);
    expect(evidence.map(({ id }) => id)).toEqual(['1310731']);
    expect(answer).toBe('It was moved because of the rehearsal [1310731].');
    expect(Object.keys(refused).join('\n')).toContain('evidence[1] cites 1310777, which no export has');
    expect(Object.values(refused)).toEqual(expect.arrayContaining(['1310777', 'confluence:1310777']));
    expect(JSON.stringify([evidence, citations])).not.toContain('1310777');
    expect(answerProblems(result.output, sample)).toEqual([]);
    expect(result.agents['synthesizer']?.steps).toBe(3);
  });
});

it('looks again with broader words when the goal checker says that it is not enough', async () => {
  const handle = await cadre.start('compose', { team: 'genie-broader', composition: 'answer', task: 'Why was the database move moved?', input: sample }); // prettier-ignore
  const result = (await handle.result()) as RunResult;
  expect(result.status).toBe('completed');
  expect(result.agents['goal-checker']?.steps).toBe(2);
  expect(result.agents['confluence']?.steps).toBe(2);
  expect(answerOf(result).evidence.map(({ id }) => id)).toEqual(['1310731']);
  expect(await materialOf(handle.workflowId)).toContain('Broader: any page about database maintenance');
});
