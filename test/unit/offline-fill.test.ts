import fc from 'fast-check';
import { z } from 'zod';
import type { Json, JsonObject, JsonSchema } from '../../contracts/json';
import { ask, askJson, data, object, requestOf, string, strings } from './offline-support';

interface Loan extends JsonObject {
  loan_no: string;
  book: string;
  borrower: { name: string; address: string };
  due_on: string;
  state: string;
  fine: number;
  web: string;
  remark: string;
}

const people = ['Ada Holm', 'Bo Lindgren', 'Cleo Marsh', 'Dan Ruiz'];
const remarks = [
  'The cover is torn. She will pay for it.',
  'Renewed twice already. No further renewal was agreed.',
  'Waiting list of 4 readers. The copy of the branch is lost.',
  'Returned to the wrong shelf.',
];
const loan = (at: number): Loan => ({
  loan_no: `LN-${500 + at}`,
  book: `The ${['moss', 'harbour', 'lantern', 'orchard', 'quarry'][at % 5]} book ${at}`,
  borrower: { name: people[at % 4] ?? '', address: `reader${at}@library.example` },
  due_on: `2026-03-${String(1 + (at % 9)).padStart(2, '0')}`,
  state: ['overdue', 'lent', 'returned'][at % 3] ?? '',
  fine: at * 2,
  web: `https://library.example/loans/${500 + at}`,
  remark: `${remarks[at % 4]} Shelf mark ${at}.`,
});
const loans = Array.from({ length: 14 }, (_, at) => loan(at));

const item = object({
  id: string('Number of the loan'),
  title: string('Title of the book'),
  people: strings('Who borrowed it'),
  date: { type: 'string', format: 'date', description: 'When it is due' },
  status: { type: 'string', enum: ['lent', 'overdue', 'returned'] },
  link: { type: 'string', format: 'uri' },
  contact: { type: 'string', format: 'email', description: 'Address of the borrower' },
  quote: string('A sentence of the remark, word for word'),
  cites: strings(),
});
const schema = object({
  summary: string(),
  total: { type: 'integer', minimum: 0 },
  overdueCount: { type: 'integer' },
  total_fine: { type: 'number' },
  borrowers: strings(),
  byState: { type: 'array', items: object({ state: string(), count: { type: 'integer' } }) },
  items: { type: 'array', items: item },
});
type Answer = {
  summary: string;
  total: number;
  overdueCount: number;
  total_fine: number;
  borrowers: string[];
  byState: { state: string; count: number }[];
  items: (JsonObject & { id: string; quote: string; people: string[]; cites: string[] })[];
};

const about = (value: Json, shape: JsonSchema = schema) =>
  requestOf('Report on the loans of the library.', [data('register', value)], {
    output: { name: 'agent', schema: shape },
  });
const report = async (value: Json): Promise<Answer> => (await askJson(about(value))) as unknown as Answer;

const shuffled = <T,>(values: readonly T[], seed: number): T[] => values.map((value, at) => ({ value, key: Math.sin(seed * 1000 + at * 77) })).sort((a, b) => a.key - b.key).map(({ value }) => value); // prettier-ignore

describe('filling a schema from records of any domain', () => {
  it('maps fields by name, type, format and description, and recounts the numbers', async () => {
    const answer = await report({ register: 'north branch', loans });
    expect(answer.total).toBe(14);
    expect(answer.overdueCount).toBe(loans.filter(({ state }) => state === 'overdue').length);
    expect(answer.total_fine).toBe(loans.reduce((sum, { fine }) => sum + fine, 0));
    expect([...answer.borrowers].sort()).toEqual([...people].sort());
    expect(Object.fromEntries(answer.byState.map(({ state, count }) => [state, count]))).toEqual({
      overdue: 5,
      lent: 5,
      returned: 4,
    });
    expect(answer.items.map(({ id }) => id).sort()).toEqual(loans.map(({ loan_no: id }) => id).sort());
    for (const one of answer.items) {
      const own = loans.find(({ loan_no: id }) => id === one.id);
      expect(one).toMatchObject({
        title: own?.book,
        people: [own?.borrower.name],
        date: own?.due_on,
        status: own?.state,
        link: own?.web,
        contact: own?.borrower.address,
        cites: [one.id],
      });
      expect(own?.remark).toContain(one.quote);
    }
  });

  it('always fits the schema', async () => {
    expect(() => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).parse({ total: 'x' })).toThrow();
    z.fromJSONSchema(schema).parse(await report(loans));
  });

  it('a record that is removed is gone from the answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 13 }), async (at) => {
        const { text } = await ask(about(loans.filter((_one, index) => index !== at)));
        expect(text).not.toContain(loans[at]?.loan_no);
        expect((JSON.parse(text) as Answer).total).toBe(13);
      }),
      { numRuns: 14 },
    );
  });

  it('a person who is renamed is renamed in the answer', async () => {
    const renamed = JSON.parse(JSON.stringify(loans).replaceAll('Ada Holm', 'Zoe Quist')) as Loan[];
    const { text } = await ask(about(renamed));
    expect(text).not.toContain('Ada Holm');
    expect(text).toBe((await ask(about(loans))).text.replaceAll('Ada Holm', 'Zoe Quist'));
  });

  it('the order of records, of materials and of results does not show', async () => {
    const half = (values: Json[], from: string) => data(`shelf ${from}`, values, from);
    const told = async (parts: ReturnType<typeof half>[]) =>
      (await ask(requestOf('Report on the loans of the library.', parts, { output: { name: 'agent', schema } }))).text;
    const plain = await told([half(loans.slice(0, 7), 'east'), half(loans.slice(7), 'west')]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10_000 }), fc.boolean(), async (seed, swap) => {
        const parts = [
          half(shuffled(loans.slice(0, 7), seed), 'east'),
          half(shuffled(loans.slice(7), seed + 1), 'west'),
        ];
        expect(await told(swap ? parts.reverse() : parts)).toBe(plain);
      }),
      { numRuns: 30 },
    );
  });

  it('what no data fills is said, and never made up', async () => {
    const wanted = object({
      items: { type: 'array', items: object({ id: string(), insurer: string(), note: string() }) },
      note: string(),
    });
    const answer = (await askJson(about(loans.slice(0, 2), wanted))) as unknown as {
      items: JsonObject[];
      note: string;
    };
    expect(answer.items.map((one) => one['insurer'])).toEqual(['', '']);
    expect(answer.note).toContain('items.insurer');
    const strict = object({ pages: { type: 'number' } });
    const refusal = await ask(
      requestOf('How many pages?', [data('x', [{ id: 'A-1', title: 'One' }])], {
        output: { name: 'agent', schema: strict },
      }),
    );
    expect(refusal.text).toContain('could not be filled');
    expect(refusal.text).toContain('pages');
  });

  it('an enum that the data does not say is not guessed', async () => {
    const wanted = object({
      items: {
        type: 'array',
        items: object({ id: string(), colour: { type: 'string', enum: ['red', 'green', 'unknown'] } }),
      },
      note: string(),
    });
    const answer = (await askJson(
      about(
        [
          { id: 'A-1', colour: 'green' },
          { id: 'A-2', weight: 3 },
        ],
        wanted,
      ),
    )) as unknown as { items: JsonObject[] };
    expect(answer.items).toEqual([
      { id: 'A-1', colour: 'green' },
      { id: 'A-2', colour: 'unknown' },
    ]);
  });

  it('stays within the length it may have, and says what it left out', async () => {
    const many = Array.from({ length: 300 }, (_, at) => loan(at));
    const { text } = await ask({ ...about(many), maxOutputTokens: 1_000 });
    expect(text.length).toBeLessThan(4_000);
    const answer = JSON.parse(text) as Answer;
    expect(answer.total).toBe(300);
    expect(answer.summary).toContain(`${300 - answer.items.length} further items are left out`);
  });

  it('reads records in keyed blocks of text', async () => {
    const blocks = loans
      .slice(0, 3)
      .map(
        (one, at) =>
          `## [${at + 1}/3] ${one.book}\n\nid: ${one.loan_no}\ndate: ${one.due_on}\nstatus: ${one.state}\n\n${one.remark}\n`,
      )
      .join('\n');
    const answer = (await askJson(
      about(
        blocks,
        object({
          total: { type: 'integer' },
          items: {
            type: 'array',
            items: object({ id: string(), date: { type: 'string', format: 'date' }, quote: string() }),
          },
          note: string(),
        }),
      ),
    )) as unknown as Answer;
    expect(answer.items.map(({ id }) => id).sort()).toEqual(['LN-500', 'LN-501', 'LN-502']);
    for (const one of answer.items) expect(loans.find(({ loan_no: id }) => id === one.id)?.remark).toContain(one.quote);
  });

  it('takes lists inside a record for its own, not for further records', async () => {
    const crates = { id: 'SH-1', port: 'Oslo', crew: [{ name: 'Mate One', role: 'mate' }, { name: 'Cook Two', role: 'cook' }] }; // prettier-ignore
    const wanted = object({ total: { type: 'integer' }, ids: strings(), note: string() });
    expect(await askJson(about(crates, wanted))).toMatchObject({ total: 1, ids: ['SH-1'] });
  });

  it('keeps to the days the task asks for', async () => {
    const answer = (await askJson({
      ...about(loans),
      ...requestOf('Report on the loans due on 5 March 2026.', [data('register', loans)], {
        output: { name: 'agent', schema },
      }),
    })) as unknown as Answer;
    expect(answer.items.map(({ id }) => id).sort()).toEqual(
      loans.filter(({ due_on: due }) => due === '2026-03-05').map(({ loan_no: id }) => id),
    );
    expect(answer.total).toBe(answer.items.length);
  });

  it('answers in free text with ids', async () => {
    const { text } = await ask(requestOf('Which loans are there?', [data('register', loans.slice(0, 3))]));
    for (const { loan_no: id } of loans.slice(0, 3)) expect(text).toContain(`[${id}]`);
  });
});
