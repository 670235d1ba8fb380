import fc from 'fast-check';
import { normalizeReport, parseReport, renderReport, type Report } from '../../activities/tools';
import { checkReport } from '../support/exports/check-report';

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('\\', '#', '>', '\n', '[', ']', '<', ',', ';', ':', ' ', 'n', '/', '`', '*', '1', '\r', '\t'),
    maxLength: 30,
  }),
);
const item = fc.record(
  {
    id: odd,
    title: odd,
    source: odd,
    date: odd,
    people: fc.array(odd, { maxLength: 4 }),
    status: odd,
    statement: odd,
    quote: odd,
    cites: fc.array(odd, { maxLength: 4 }),
    fields: fc.dictionary(fc.constantFrom('priority', 'size_2', 'Weird key', 'id', '__proto__', 'cites'), odd),
  },
  { requiredKeys: ['id', 'title', 'people', 'cites', 'fields'] },
);
const section = fc.record(
  { title: odd, summary: odd, items: fc.array(item, { maxLength: 4 }) },
  { requiredKeys: ['title', 'items'] },
);
const report = fc.record(
  {
    title: odd,
    date: odd,
    fields: fc.dictionary(fc.constantFrom('method', 'day'), odd),
    sections: fc.array(section, { maxLength: 3 }),
  },
  { requiredKeys: ['title', 'fields', 'sections'] },
);

const sample: Report = {
  title: 'Daily report',
  date: '2026-11-20',
  fields: { method: 'offline' },
  sections: [
    {
      title: 'Tickets',
      summary: 'Two tickets.',
      items: [
        { id: 'AB-1', title: 'Login fails', source: 'jira', date: '2026-11-20', people: ['Dana Fox', 'Lee; Ray'], status: 'Open', statement: 'It failed.\n# not a heading', quote: 'a\nb', cites: ['jira:AB-1', 'mail:x@y'], fields: { priority: 'High' } },
        { id: 'AB-2', title: '![x](http://evil)', people: [], cites: [], fields: {} },
      ],
    },
  ],
}; // prettier-ignore

describe('the report renderer', () => {
  it('writes numbered headings, metadata, statement and quote', () => {
    expect(renderReport(sample)).toBe(
      [
        '# Daily report\n',
        'date: 2026-11-20\nmethod: offline\n',
        '# Tickets\n',
        'Two tickets.\n',
        '## [1/2] Login fails\n',
        'id: AB-1\nsource: jira\ndate: 2026-11-20\nstatus: Open\npriority: High\npeople: Dana Fox; Lee\\; Ray\ncites: jira:AB-1, mail:x@y\n',
        'It failed.\n\\# not a heading\n',
        '> a\n> b\n',
        '## [2/2] !\\[x\\](http://evil)\n',
        'id: AB-2\n',
      ].join('\n'),
    );
  });

  it('is read back exactly, whatever characters a title or text holds', () => {
    fc.assert(
      fc.property(report, (given) => {
        const wanted = normalizeReport(given);
        const text = renderReport(given);
        expect(parseReport(text)).toEqual(wanted);
        expect(renderReport(parseReport(text))).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses a text that is no report, naming the line', () => {
    expect(() => parseReport('hello')).toThrow('Line 1');
    expect(() => parseReport(renderReport(sample).replace('[2/2]', '[3/2]'))).toThrow('expected the heading "## [2/2]');
    expect(() => parseReport(renderReport(sample).replace('id: AB-2', 'AB-2'))).toThrow('key: value');
  });

  it('is readable for a checker that shares no code with it', () => {
    const { citations, problems } = checkReport(renderReport(sample), {});
    expect(citations).toEqual([]);
    expect(problems.filter((problem) => problem.includes('cites'))).toHaveLength(2 + 2);
  });
});
