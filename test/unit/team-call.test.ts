import { fits } from '../../activities/tools/team-call';
import { givenCalls } from '../../activities/teams/given-calls';
import { callKey } from '../../contracts/given-call';

describe('whether a template can have come to a value (I9)', () => {
  it.each([
    ['the author’s words as they stand', { path: 'a.md', n: 1 }, { path: 'a.md', n: 1 }],
    ['a whole value of any type', { path: 'a.md', content: '{{output}}' }, { path: 'a.md', content: { $blob: 'x' } }],
    ['placeholders inside a text', 'reports/{{input.date}}-{{ task }}.md', 'reports/2026-01-31-daily.md'],
    ['an empty filling', 'a{{input.x}}b', 'ab'],
    ['members of lists', ['{{item}}', 'b'], [7, 'b']],
  ])('%s', (_what, template, value) => expect(fits(template, value)).toBe(true));

  it.each([
    ['other words', { path: 'a.md' }, { path: 'b.md' }],
    ['another member', { path: '{{output}}' }, { path: 'a', mode: 'x' }],
    ['a missing member', { path: '{{output}}', mode: 'x' }, { path: 'a' }],
    ['another ending', 'reports/{{input.date}}.md', 'reports/evil.sh'],
    ['an overlap of beginning and ending', 'aa{{input.x}}aa', 'aaa'],
    ['another order', '{{input.x}}b{{input.y}}a{{input.z}}', 'xab'],
    ['no text', 'x{{input.y}}', { x: 1 }],
    ['a longer list', ['{{item}}'], [1, 2]],
    ['what every object inherits', { constructor: '{{output}}' }, { other: 'x' }],
  ])('not: %s', (_what, template, value) => expect(fits(template, value)).toBe(false));
});

describe('tool nodes of the run’s own input', () => {
  it('are found wherever a pattern holds them, and not in data', () => {
    const write = { tool: 'files.write_file', by: 'publisher', args: { path: 'x' } };
    const read = { tool: 'files.read_file' };
    const input = {
      task: 't',
      team: { name: 'x', compositions: { a: { tool: 'team.tool' } } },
      input: { node: { tool: 'data.tool' } },
      stages: [{ node: { agent: 'a', then: write }, compensate: read }],
      fallback: { pattern: 'fanOut', branches: [write] },
    };
    expect(givenCalls(input as never)).toEqual([callKey(write), callKey(read)].sort());
    expect(callKey(read)).toBe(callKey({ ...read, args: {} }));
    expect(givenCalls({ task: 't' })).toEqual([]);
  });
});
