import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseReport } from '../../activities/tools/report/parse-report';
import type { Report } from '../../activities/tools/report/report-shape';
import type { RunResult } from '../../contracts/run';
import { withStore } from '../support/daily-report';
import { Seeded } from '../support/exports/seeded';
import { Harness } from '../support/harness';
import { scriptedTeam } from '../support/shipped-team';

/** Chosen at test time; in the names of the tests, so that a failure can be repeated. */
const seed = Number(process.env['CONTENT_SEED'] ?? Date.now() % 1_000_000);

jest.setTimeout(120_000);

let cadre: Harness;
let folder: string;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' }, withoutWorker: true });
  folder = path.join(cadre.folder, 'texts');
  mkdirSync(folder);
  for (const [name, text] of makeTexts(new Seeded(seed))) writeFileSync(path.join(folder, name), text);
  for (const [name, learns] of [
    ['content-learns', true],
    ['content-stubborn', false],
  ] as const)
    // prettier-ignore
    scriptedTeam(cadre, 'content', name, { calls: script(learns) });
  scriptedTeam(cadre, 'content', 'content-thin', { calls: thin() });
  await cadre.startWorker();
});
afterAll(() => cadre.close());

const run = (team = 'content'): Promise<RunResult> =>
  cadre.run('compose', { team, composition: 'article', input: { topic: 'the mill of Aldermoor', folder } });

async function articleOf(result: RunResult): Promise<Report> {
  const { artifact } = result.output as { artifact: string };
  return parseReport(await withStore(cadre, (store) => store.blobs.getText(artifact)));
}

describe(`content on texts made from the seed ${seed} (repeat with CONTENT_SEED)`, () => {
  it('writes an article in which every claim quotes a text, word for word', async () => {
    const result = await run();
    expect(result.status).toBe('completed');
    const items = (await articleOf(result)).sections.flatMap((section) => section.items);
    expect(items.length).toBeGreaterThanOrEqual(2);
    for (const { cites, quote } of items) {
      expect(cites).toHaveLength(1);
      expect(readFileSync(path.join(folder, cites[0] ?? ''), 'utf8')).toContain(quote);
    }
    expect(result.parts).toMatchObject(
      ['outline', 'draft', 'edit', 'fact-check', 'format'].map((stage) => ({ stage, state: 'completed' })),
    );
  });
});

const claim = (id: string, quote: string, statement = quote) => ({ id, title: 'x', statement, quote, cites: [id] });
const honest = claim('wheel.md', 'The wheel has forty blades.');
/** Said well, and by no text: a text that does not exist, and words that an existing one does not hold. */
const invented = [
  claim('history.md', 'The mill was built by monks in 1212.'),
  claim('wheel.md', 'The wheel has four hundred blades.'),
];
const article = (...items: object[]) => ({ output: { sections: [{ title: 'The mill', items }], unresolved: [] } });

function script(learns: boolean): object[] {
  const sections = ['Wheel', 'Owner'].map((title) => ({
    id: 'wheel.md',
    title,
    statement: title,
    cites: ['wheel.md'],
  }));
  const all = article(honest, ...invented);
  return [
    { agent: 'outliner', reply: { output: { sections } } },
    { agent: 'writer', reply: all },
    { agent: 'editor', reply: all },
    { agent: 'critic', reply: { output: { score: 1, problems: [] } }, repeat: true },
    ...(learns ? [{ agent: 'fact-checker', match: 'cites history.md', reply: article(honest) }] : []),
    { agent: 'fact-checker', reply: all, repeat: true },
  ];
}

/** An outliner whose first outline names no source for a section. */
function thin(): object[] {
  const section = (cites: string[]) => ({ id: 'wheel.md', title: 'Wheel', statement: 'Wheel', cites });
  const outline = (cites: string[]) => ({ output: { sections: [section(['wheel.md']), section(cites)] } });
  return [
    { agent: 'outliner', match: 'at least', reply: outline(['owner.md']) },
    { agent: 'outliner', reply: outline([]) },
    ...script(false).filter((entry) => (entry as { agent: string }).agent !== 'outliner'),
  ];
}

describe('claims that no text holds', () => {
  it('go back to the fact-checker with what was refused, and its next answer stands', async () => {
    const result = await run('content-learns');
    const [section] = (await articleOf(result)).sections;
    expect(section?.items.map(({ statement, quote }) => statement ?? quote)).toEqual([honest.quote]);
  });

  it('are taken out when it insists, and the article names them', async () => {
    const result = await run('content-stubborn');
    const report = await articleOf(result);
    expect(report.sections.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(['wheel.md']);
    expect(JSON.stringify(report.sections)).not.toMatch(/monks|four hundred/);
    expect(report.fields['refused']).toContain('cites history.md, which is none of the sources');
    expect(report.fields['refused']).toContain('quotes what does not stand in wheel.md');
  });

  it('an outline with a section that nothing carries goes back as well', async () => {
    const result = await run('content-thin');
    expect(result.agents['outliner']?.steps).toBe(2);
    expect(result.status).toBe('completed');
  });
});

/** Texts about one thing, in words that no file of the team holds. */
function makeTexts(random: Seeded): Map<string, string> {
  const about = (what: string): string =>
    `# The ${what} of the mill of Aldermoor\n\nThe ${what} is ${random.words(3)} since ${random.int(1100, 1900)}. ` +
    `It takes ${random.int(2, 90)} ${random.words(2)} to ${random.words(1)} the ${what}.\n`;
  return new Map([
    ['wheel.md', `${about('wheel')}The wheel has forty blades.\n`],
    ['owner.md', about('owner')],
    ['pond.md', about('pond')],
  ]);
}
