import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { inputOf, runDaily, sampleFolder, type DailyInput } from '../support/daily-report';
import { checkReport, type ReportCheck } from '../support/exports/check-report';
import { generateExports, type Truth } from '../support/exports/generate';
import { Harness } from '../support/harness';

/** Chosen at test time, so that nothing can be fitted to it; in the names of the tests, so that a failure can be repeated. */
const fixed = process.env['EXPORTS_SEED'];
const seeds = fixed
  ? [Number(fixed)]
  : [0, 1, 2].map((offset) => (Math.trunc(Date.now() / 11) % 1_000_000_000) + offset);

/** Exports of real systems, where a workspace has them beside the repository. */
const realFolder = path.join(__dirname, '..', '..', '..', 'shared', 'data', 'exports');

let cadre: Harness;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' } });
});
afterAll(() => cadre.close());

async function reportAndCheck(input: DailyInput): Promise<{ report: string; check: ReportCheck }> {
  const { report, result } = await runDaily(cadre, input);
  expect(result.status).toBe('completed');
  return { report, check: checkReport(report, input) };
}

describe.each(seeds)('exports made from the seed %i (repeat with EXPORTS_SEED)', (seed) => {
  it('give a report whose citations resolve and whose totals are right', async () => {
    const made = generateExports(path.join(cadre.folder, `seed-${seed}`), { seed, count: 400 });
    const [jira, mail, chat] = [made.jira, made.mail, made.chat];
    const date = busiestDay([jira.truth, mail.truth, chat.truth]);
    const { report, check } = await reportAndCheck({ date, jira: jira.path, mail: mail.path, chat: chat.path });
    expect(check.problems).toEqual([]);
    expect(check.recounted).toBe(3);
    for (const [key, truth] of Object.entries({ tickets: jira.truth, mails: mail.truth, messages: chat.truth })) {
      const count = [...truth.records.values()].filter(({ activity }) => activity.some((at) => at.startsWith(date)));
      expect(report).toContain(`\n${key}: ${count.length}\n`);
    }
  });
});

/** Days on which something happened in them. */
const realDays = [
  ['2016-03-03', 'mbox_complex.mbox'],
  ['2008-03-17', 'mbox_complex.mbox'],
  ['2002-08-23', 'mbox_unknown_encoding.mbox'],
];
const describeReal = existsSync(realFolder) ? describe : describe.skip;
describeReal('exports of real systems (skipped where the workspace has none)', () => {
  it.each(realDays)('are reported right on %s', async (date = '', mail = '') => {
    // Into the working directory: tools read nothing outside it.
    const folder = path.join(cadre.folder, 'real');
    cpSync(realFolder, folder, { recursive: true });
    const sample = inputOf(sampleFolder, date);
    const jira = path.join(folder, 'jira_issues_page_1.json');
    const { report, check } = await reportAndCheck({ ...sample, jira, mail: path.join(folder, mail) });
    expect(check.problems).toEqual([]);
    expect(check.recounted).toBe(3);
    expect(check.citations.length).toBeGreaterThan(0);
    expect(report).toContain('\nmessages: 0\n');
  });
});

/** The day on which most happened over all sources. */
function busiestDay(truths: readonly Truth[]): string {
  const counts = new Map<string, number>();
  for (const truth of truths)
    for (const { activity } of truth.records.values())
      for (const day of new Set(activity.map((at) => at.slice(0, 10)))) counts.set(day, (counts.get(day) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
