import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../contracts/run';
import { Seeded } from '../support/exports/seeded';
import { Harness } from '../support/harness';
import { scriptedTeam } from '../support/shipped-team';

/** Chosen at test time; in the names of the tests, so that a failure can be repeated. */
const seed = Number(process.env['REVIEW_SEED'] ?? Date.now() % 1_000_000);

jest.setTimeout(120_000);

let cadre: Harness;
let repo: string;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' }, withoutWorker: true });
  repo = path.join(cadre.folder, 'some', 'project');
  makeRepository(new Seeded(seed));
  for (const [name, learns] of [
    ['review-learns', true],
    ['review-stubborn', false],
  ] as const)
    // prettier-ignore
    scriptedTeam(cadre, 'code-review', name, { calls: script(learns) });
  await cadre.startWorker();
});
afterAll(() => cadre.close());

interface Finding {
  id: string;
  severity: string;
  statement: string;
  context: string;
  cites: string[];
}
interface Review {
  decision: string;
  findings: Finding[];
  refused: Record<string, string>;
  citations: { file: string; line?: number }[];
}

async function review(from: string, to: string, team = 'code-review'): Promise<{ result: RunResult; review: Review }> {
  const result = await cadre.run('compose', { team, composition: 'review', input: { repo, from, to } });
  expect(result.status).toBe('completed');
  return { result, review: result.output as unknown as Review };
}

const git = (...args: string[]): string => execFileSync('git', ['-C', repo, ...args], { encoding: 'utf8' });

/** What is wrong with a citation, by git's own words alone: the line exists, and a change is at most three lines away. */
function problemWith(place: string, context: string, from: string, to: string): string | null {
  const [, file = '', number = ''] = /^(.*):(\d+)$/.exec(place) ?? [];
  const line = Number(number);
  const lines = git('show', `${to}:${file}`).split('\n');
  const head = context.replace(/…$/, '');
  if (!(lines[line - 1] ?? '').includes(head)) return `${place} does not say: ${context}`;
  const heads = git('diff', '-U0', from, to, '--', file).matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm);
  const isNear = [...heads].some(([, start = '0', count = '1']) => {
    const first = Number(start);
    return line >= first - 3 && line <= first + Number(count) + 3;
  });
  return isNear ? null : `${place} is far from any change`;
}

describe(`code-review on a repository made from the seed ${seed} (repeat with REVIEW_SEED)`, () => {
  it('finds what is wrong with a change, and cites lines that the diff has', async () => {
    const { result, review: given } = await review('v1', 'v2');
    expect(given.decision).toBe('request changes');
    expect(given.refused).toEqual({});
    for (const { id, context, cites } of given.findings)
      expect(cites.concat(id).map((place) => problemWith(place, context, 'v1', 'v2'))).toEqual([null, null]);
    const said = given.findings.map(({ id, statement }) => `${id} ${statement}`).join('\n');
    for (const [file, what] of planted) expect(said).toMatch(new RegExp(`${file}:\\d+ ${what}`));
    expect(JSON.stringify(result)).not.toContain(secret);
    // Four independent reviewers, and a judge that is none of them.
    expect(Object.keys(result.agents).filter((agent) => agent.endsWith('-reviewer'))).toHaveLength(4);
  });

  it('approves a change in which there is nothing to find, and says how much it looked at', async () => {
    const { result, review: given } = await review('v2', 'v3');
    expect(given).toMatchObject({ decision: 'approve', findings: [], refused: {} });
    expect(result.summary).toMatch(/adds \d+ lines/);
  });
});

const steady = { output: { answer: 'request changes', argument: 'An error is lost in [src/engine.ts:2].' } };
const verdict = { answer: 'request changes', verdict: 'An error is lost.', positions: [], agreements: [], disagreements: [] }; // prettier-ignore
const finding = (id: string, context: string): Finding => ({ id, severity: 'high', statement: 'Lost.', context, cites: [id] }); // prettier-ignore

/** A judge that cites a line nobody has seen, and one that goes on doing so when it is told. */
function script(learns: boolean): object[] {
  const held = () => ({ decision: 'request changes', summary: 'Lost.', findings: [finding(placed('src/engine.ts'), 'catch')], dissent: [] }); // prettier-ignore
  const invented = () => ({ ...held(), findings: [...held().findings, finding('src/engine.ts:4711', 'catch'), finding('src/none.ts:1', 'x')] }); // prettier-ignore
  const told = { agent: 'judge', match: 'src/engine.ts:4711', reply: { output: held() } };
  return [
    { role: 'position', reply: steady, repeat: true },
    { role: 'verdict', reply: { output: verdict } },
    ...(learns ? [told] : []),
    { agent: 'judge', role: 'agent', reply: { output: invented() }, repeat: true },
  ];
}

describe('a judge that cites lines which the diff does not show', () => {
  it('is told so, and its next review stands', async () => {
    const { review: given } = await review('v1', 'v2', 'review-learns');
    expect(given.refused).toEqual({});
    expect(given.findings.map(({ id }) => id)).toEqual([placed('src/engine.ts')]);
  });

  it('that does not learn: what holds is given, and the rest is named', async () => {
    const { review: given } = await review('v1', 'v2', 'review-stubborn');
    expect(given.findings.map(({ id }) => id)).toEqual([placed('src/engine.ts')]);
    expect(Object.values(given.refused)).toEqual(['src/engine.ts:4711', 'src/none.ts:1']);
  });
});

const secret = 'q7Zr-opal-4471';
/** What the second version does wrong, and what a review has to say of it. */
const planted = [
  ['src/engine.ts', 'Error swallowed'],
  ['config/live.py', 'Secret in the source'],
  ['test/engine.test.ts', 'Tests narrowed'],
] as const;

/** The place of the planted line in a file of the second version. */
function placed(file: string): string {
  const line = git('show', `v2:${file}`).split('\n').findIndex((text) => /catch|api_key|\.only/.test(text)); // prettier-ignore
  return `${file}:${line + 1}`;
}

function makeRepository(random: Seeded): void {
  mkdirSync(repo, { recursive: true });
  execFileSync('git', ['init', '-q', '-b', 'main', repo]);
  const plain = (): string => `const ${random.words(1)}${random.int(1, 9999)} = '${random.words(3)}';`;
  const text = new Map(
    ['src/engine.ts', 'config/live.py', 'test/engine.test.ts', 'src/valve.ts'].map((file) => [
      file,
      Array.from({ length: random.int(12, 60) }, plain),
    ]),
  );
  const put = (file: string, line: string): void => {
    const lines = text.get(file) ?? [];
    lines.splice(random.int(0, lines.length), 0, line);
  };
  const commit = (tag: string): void => {
    for (const [file, lines] of text) {
      mkdirSync(path.dirname(path.join(repo, file)), { recursive: true });
      writeFileSync(path.join(repo, file), `${lines.join('\n')}\n`);
    }
    git('add', '-A');
    git('-c', 'user.name=Ada', '-c', 'user.email=ada@project.example', 'commit', '-q', '-m', tag);
    git('tag', tag);
  };
  commit('v1');
  put('src/engine.ts', 'try { turn(); } catch (error) {}');
  put('config/live.py', `api_key = "${secret}"`);
  put('test/engine.test.ts', `it.${'only'}('turns', () => expect(turn()).toBe(1));`);
  // Looks like the head of a file of the diff, and is a line of one.
  put('src/valve.ts', '++ b/src/none.ts');
  commit('v2');
  for (const file of text.keys()) put(file, plain());
  commit('v3');
}
