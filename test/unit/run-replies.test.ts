import type { CallModelResult, Role } from '../../contracts/activities';
import { noUsage } from '../../contracts/budget';
import type { Json } from '../../contracts/json';
import { describeReply, describeToolResult } from '../../workflows/run/describe-reply';

const reply = (more: Partial<CallModelResult>): CallModelResult => {
  return { head: 'h', messageId: 'm', usage: noUsage, model: 'x', untrusted: null, auditHead: '', ...more };
};
const call = (name: string) => ({
  ordinal: 0,
  name,
  tool: null,
  args: {},
  argsDigest: '',
  definition: null,
  effect: 'read' as const,
});
const answers: [Role, Json, string][] = [
  [
    'plan',
    { tasks: [{ agent: 'jira' }, { agent: 'mail' }, { agent: 'jira' }, {}, 'x'] },
    'plans tasks for jira ×2, mail',
  ],
  ['plan', { tasks: [] }, 'plans tasks for nobody'],
  ['plan', { tasks: 'none' }, 'plans tasks for nobody'],
  [
    'review',
    { verdicts: [{ verdict: 'accept' }, { verdict: 'accept' }, { verdict: 'drop' }] },
    'verdicts: accept ×2, drop',
  ],
  ['sufficiency', { sufficient: true, reason: 'all there' }, 'enough: all there'],
  ['sufficiency', { sufficient: 'yes', reason: 'unclear' }, 'not enough: unclear'],
  ['route', { route: 'north', confidence: 0.9, reason: 'it says so' }, 'takes north (0.9): it says so'],
  ['score', { score: 0.4, problems: ['short', 'dull'] }, 'score 0.4, 2 problems'],
  ['score', { score: 1 }, 'score 1, 0 problems'],
  ['agent', { summary: 'Three tickets are late', tickets: [1] }, 'Three tickets are late'],
  ['agent', { summary: '', tickets: [1] }, 'tickets (1)'],
  ['agent', { title: 'The week', tickets: [1] }, 'The week'],
  ['agent', { late: true }, '{"late":true}'],
  ['agent', 'Two\n  lines', 'Two lines'],
  ['agent', ['a'], '["a"]'],
];

describe('a reply in words', () => {
  it.each(answers)('%s %j', (role, output, words) => {
    expect(describeReply(role, reply({ output: { inline: output } }))).toBe(words);
  });

  it('problems before tools, tools before answers', () => {
    expect(describeReply('agent', reply({ problems: ['empty', 'late'], toolCalls: [call('read')] }))).toBe(
      'not usable: empty; late',
    );
    expect(describeReply('agent', reply({ toolCalls: ['read', 'read', 'list'].map(call) }))).toBe(
      'asks for read ×2, list',
    );
    expect(describeReply('agent', reply({}))).toBe('no answer');
  });

  it('a long answer and one that is elsewhere begin with their beginning', () => {
    expect(describeReply('agent', reply({ output: { inline: 'x'.repeat(500) } }))).toHaveLength(160);
    expect(describeReply('agent', reply({ output: { blob: 'b', bytes: 12_345, head: ' {"a":' } }))).toBe(
      'answers with 12.3 kB',
    );
    expect(describeReply('plan', reply({ output: { blob: 'b', bytes: 99, head: 'Once upon' } }))).toBe('Once upon');
  });
});

describe('a tool result in words', () => {
  it.each<[Json, string]>([
    [{ items: [1, 2], total: 40 }, '2 of 40 items'],
    [{ items: [] }, '0 items'],
    [{ items: 'none' }, '{"items":"none"}'],
    ['plain text', 'plain text'],
    [null, 'null'],
  ])('%j', (value, words) => {
    expect(describeToolResult({ inline: value }, false)).toBe(words);
  });

  it('an error says so, and a large result how large it is', () => {
    expect(describeToolResult({ inline: { error: 'ToolFailed', message: 'no file' } }, true)).toBe(
      'error: {"error":"ToolFailed","message":"no file"}',
    );
    expect(describeToolResult({ blob: 'b', bytes: 12_345, head: 'x' }, false)).toBe('12.3 kB');
  });
});
