import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseReport } from '../../activities/tools/report/parse-report';
import type { ReportItem } from '../../activities/tools/report/report-shape';
import { copySample, inputOf, runDaily, sampleDay, sampleFolder } from '../support/daily-report';
import { Seeded } from '../support/exports/seeded';
import { Harness } from '../support/harness';

let cadre: Harness;
let original: string;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' } });
  original = (await runDaily(cadre, inputOf(sampleFolder, sampleDay))).report;
});
afterAll(() => cadre.close());

const itemsOf = (report: string): ReportItem[] => parseReport(report).sections.flatMap((section) => section.items);
const citesOf = (report: string): string[] => itemsOf(report).flatMap(({ id, cites }) => [id, ...cites]);

describe('what the offline report says follows the data', () => {
  it('a ticket that is taken out vanishes; one that others still name is unresolved and cited nowhere', async () => {
    const folder = copySample(cadre, 'without');
    const gone = ['MOB-32', 'OPS-88'];
    editJson<{ issues: { key: string }[] }>(path.join(folder, 'jira.json'), (page) => {
      page.issues = page.issues.filter(({ key }) => !gone.includes(key));
    });
    const { report } = await runDaily(cadre, inputOf(folder, sampleDay));
    const fields = parseReport(report).fields;
    expect(parseReport(original).fields['tickets']).toBe('43');
    expect(fields['tickets']).toBe('41');
    for (const id of gone) {
      expect(citesOf(original)).toContain(id);
      expect(citesOf(report)).not.toContain(id);
    }
    expect(original).toContain('MOB-32');
    expect(report).not.toContain('MOB-32');
    expect(fields['unresolved']).toContain('OPS-88');
  });

  it('people who are renamed in the exports are renamed in the report', async () => {
    const folder = copySample(cadre, 'renamed');
    const names: Record<string, string> = { 'Samuel Okonjo': 'Ulrich Zsombor', 'Otto Brennwald': 'Qadir Vellmann' };
    for (const file of filesBelow(folder)) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        Object.entries(names).reduce((all, [from, to]) => all.replaceAll(from, to), text),
      );
    }
    const { report } = await runDaily(cadre, inputOf(folder, sampleDay));
    const people = itemsOf(report).flatMap((item) => item.people);
    const before = itemsOf(original).flatMap((item) => item.people);
    for (const [from, to] of Object.entries(names)) {
      expect(before).toContain(from);
      expect(people).not.toContain(from);
      expect(people.filter((name) => name === to)).toHaveLength(before.filter((name) => name === from).length);
    }
    expect(citesOf(report).sort()).toEqual(citesOf(original).sort());
  });

  it('records in another order in the files give the same bytes', async () => {
    const folder = copySample(cadre, 'shuffled');
    const random = new Seeded(Number(process.env['EXPORTS_SEED'] ?? 20_260_304));
    editJson<{ issues: object[] }>(path.join(folder, 'jira.json'), (page) => shuffle(page.issues, random));
    for (const file of filesBelow(path.join(folder, 'chat'))) {
      if (file.endsWith('messages.json'))
        editJson<{ messages: object[] }>(file, (page) => shuffle(page.messages, random));
    }
    const mail = path.join(folder, 'mail.mbox');
    const mails = readFileSync(mail, 'utf8').split(/^(?=From \d+@xxx )/m);
    expect(mails.length).toBeGreaterThan(200);
    shuffle(mails, random);
    writeFileSync(mail, mails.join(''));
    const { report } = await runDaily(cadre, inputOf(folder, sampleDay));
    expect(report).toBe(original);
  });
});

function editJson<T>(file: string, change: (page: T) => void): void {
  const page = JSON.parse(readFileSync(file, 'utf8')) as T;
  change(page);
  writeFileSync(file, JSON.stringify(page, null, 1));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function shuffle(list: unknown[], random: Seeded): void {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = random.int(0, at);
    [list[at], list[other]] = [list[other], list[at]];
  }
}
