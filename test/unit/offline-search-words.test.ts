import type { Json, JsonObject } from '../../contracts/json';
import { bounds } from '../../activities/models/offline/bounds';
import { ask, data, object, play, requestOf, string, type LocalTool } from './offline-support';

const pages: LocalTool = {
  name: 'search_pages',
  description: 'Finds the pages that contain the words of a query',
  input: object({ query: string('Words to look for.') }),
  run: () => [],
};

describe('what the offline engine searches for', () => {
  const question = 'What did the library decide about the moss exhibition in spring?';
  const itsWords = 'library decide moss exhibition spring';

  it.each<[string, string, JsonObject, string]>([
    ['the words of a question that is the task', question, {}, itsWords],
    ['the words of a question that the task quotes', `Answer "${question}" from the pages.`, {}, itsWords],
    ['the words of a question in the input', 'Answer the question.', { question }, itsWords],
    ['the words of a question given as the query of a tool that wants words', 'Answer.', { query: question }, itsWords],
    ['a phrase that the task quotes', 'Find what the pages say of "moss and stone".', {}, 'moss and stone'],
    ['the topic of the input', 'Search the pages.', { topic: 'moss exhibition' }, 'moss exhibition'],
    ['a query as it was given', 'Search the pages.', { query: 'the moss' }, 'the moss'],
  ])('is %s', async (_what, task, input, query) => {
    const { toolCalls } = await ask(requestOf(task, [data('input', input)], { tools: [pages] }));
    expect(toolCalls).toEqual([{ name: 'search_pages', args: { query } }]);
  });

  it('is the whole question for a tool that takes one', async () => {
    const oracle = { ...pages, input: object({ query: string('A question in natural language.') }) };
    const { toolCalls } = await ask(requestOf('Answer.', [data('input', { query: question })], { tools: [oracle] }));
    expect(toolCalls[0]?.args).toEqual({ query: question });
  });
});

describe('what the offline engine calls the lists that it counts', () => {
  const items = ['AB-1', 'AB-2'].map((id) => ({ id, title: `Title of ${id}`, text: 'The roof of the hall leaks.' }));

  it.each([
    ['list_loans', '2 loans'],
    ['listLoans', '2 loans'],
    ['findings of the desk', '2 findings of the desk'],
    ['Reader', '2 reader'],
    ['list', '2 list'],
  ])('%s', async (label, said) => {
    const { text } = await ask(requestOf('Say what there is.', [data(label, { items })]));
    expect(text).toContain(`2 records (${said})`);
  });
});

describe('how much the offline engine reads', () => {
  it('looks up ids of which one is the beginning of another, and reads no list for them', async () => {
    const calls: string[] = [];
    const get: LocalTool = {
      name: 'get_loan',
      description: 'Returns one loan',
      input: object({ id: string('Id of the loan.') }),
      run: (args) => (
        calls.push(JSON.stringify(args['id'])),
        { id: args['id'] ?? '', title: 'A loan', status: 'open' }
      ),
    };
    const list: LocalTool = {
      ...get,
      name: 'list_loans',
      description: 'Lists loans',
      input: object({}),
      run: () => (calls.push('all of them'), []),
    };
    await play(requestOf('Look up AB-1, AB-12 and AB-123.', [], { tools: [] }), [get, list]);
    expect(calls).toEqual(['"AB-1"', '"AB-12"', '"AB-123"']);
  });

  it.each<[string, (value: Json) => Json]>([
    ['values', (value) => value],
    ['text', (value) => JSON.stringify(value)],
  ])('stops asking for pages when there is enough, shown as %s', async (_form, show) => {
    const loan = (number: number): JsonObject => ({
      id: `LOAN-${number}`,
      title: `Loan ${number}`,
      text: `The reader of ${number} waits. `.repeat(40),
    });
    const total = 20_000;
    let shown = 0;
    const list: LocalTool = {
      name: 'list_loans',
      description: 'Lists the loans of a library, with the total',
      input: object(
        {
          limit: { type: 'integer', maximum: 30 },
          offset: { type: 'integer', description: 'How many to leave out first.' },
        },
        [],
      ),
      run: ({ limit = 30, offset = 0 }) => {
        const items = Array.from({ length: Number(limit) }, (_, at) => loan(Number(offset) + at));
        const page = { total, offset, nextOffset: Number(offset) + items.length, items };
        shown += JSON.stringify(page).length;
        return page;
      },
    };
    const { reply, rounds } = await play(requestOf('Report the loans.'), [list], show);
    expect(shown).toBeGreaterThan(bounds.readChars * 0.9);
    expect(shown).toBeLessThan(bounds.readChars * 1.2);
    expect(rounds).toBeLessThan(5);
    expect(reply.text).toContain(`states a total of ${total}`);
  });
});
