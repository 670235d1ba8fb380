import fc from 'fast-check';
import { extractJson } from '../../activities/models/extract-json';
import { isStrictSchema } from '../../activities/models/openai';
import { costUsd, reservedUsage } from '../../activities/models/price';
import { retryAfterMs } from '../../activities/models/retry-after';
import { schemaProblems } from '../../activities/models/schema-check';
import { toolNames } from '../../activities/models/to-ai-sdk-prompt';
import { asActivityFailure } from '../../activities/fail';
import { makeRedactor } from '../../activities/redact';
import { CadreError } from '../../contracts/failures';

describe('extractJson', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['Sure! ```json\n{"a":[1,2]}\n``` Done.', { a: [1, 2] }],
    ['The answer {"a":"}"} is here', { a: '}' }],
    ['Use {braces} then {"a":1}', { a: 1 }],
    ['"just text"', 'just text'],
    ['no json', undefined],
    ['{"a": 1', undefined],
    ['```json\n{"a": {"b": 1}\n```', undefined],
    ['[{"a":1},{"b":', undefined],
  ])('%j gives %j', (text, value) => expect(extractJson(text)).toEqual(value));

  it('finds any object in prose, and never a part of a cut one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        expect(extractJson(`Here you are: ${text} - as asked`)).toEqual(JSON.parse(text));
        const cut = text.slice(0, 1 + (at % Math.max(text.length - 1, 1)));
        if (cut !== text) expect(extractJson(`Here: ${cut}`)).toBeUndefined();
      }),
    );
  });
});

describe('schemaProblems', () => {
  it('says where a value does not fit', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    };
    expect(schemaProblems(schema, { n: 1 })).toEqual([]);
    expect(schemaProblems(schema, { n: 'x' })).toEqual([expect.stringMatching(/^n: /)]);
    expect(schemaProblems(schema, { n: 1, m: 2 })).toEqual([expect.stringContaining('m')]);
  });

  it('checks what it can when a keyword is foreign, and lets the rest pass', () => {
    const schema = { type: 'object', properties: { if: { type: 'string' } }, required: ['if'], if: {}, then: {} };
    expect(schemaProblems(schema, { if: 'x' })).toEqual([]);
    expect(schemaProblems(schema, { if: 1 })).toHaveLength(1);
    expect(schemaProblems({ type: 'string', pattern: '(' }, 'x')).toEqual([]);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  it.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '120' }, 120],
    [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:20 GMT' }, 20_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': '99999' }, 120_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, 0],
    [{}, undefined],
  ])('%j is %s', (headers, expected) => {
    const given = retryAfterMs(headers, now);
    // A negative number is no form of the header; some parsers read a date into it.
    if ('retry-after' in headers && headers['retry-after'] === '-5')
      expect(given === undefined || given === 0).toBe(true);
    else expect(given).toBe(expected);
  });
});

describe('secrets', () => {
  const redact = makeRedactor(
    { MY_API_KEY: 'hunter2hunter2', HOME: '/home/dana', DATABASE_URL: 'postgres://u:pa55word@db/x' },
    ['literal-from-yaml'],
  );
  it.each([
    'key hunter2hunter2!',
    'Bearer abcdefghijklmnop',
    'sk-proj-abcdefghijk123',
    'literal-from-yaml',
    'at postgres://u:pa55word@db/x',
    'to https://user:geheim99@host/v1',
    'AIzaSyA1234567890abcdefghijklmn',
  ])('are taken out of %j', (text) => {
    const clean = redact(text);
    expect(clean).toContain('[redacted]');
    for (const secret of ['hunter2', 'abcdefghijk', 'literal-from', 'pa55word', 'geheim99', 'AIzaSy'])
      expect(clean).not.toContain(secret);
  });
  it('and nothing else is', () => expect(redact('status 401 in /home/dana')).toBe('status 401 in /home/dana'));

  it('leave no trace in a failure, its chain or its stack', () => {
    const cause = { kind: 'ModelAuth' as const, message: 'key hunter2hunter2', retryable: false };
    const failure = asActivityFailure(
      new CadreError('ModelUnavailable', 'sk-abcdefgh12345678', { cause }),
      { agent: 'a' },
      redact,
    );
    expect(failure).toMatchObject({ type: 'ModelUnavailable', nonRetryable: true });
    expect(JSON.stringify([failure.message, failure.stack, (failure as { details?: unknown }).details])).not.toMatch(
      /hunter2|abcdefgh1234/,
    );
  });

  it('anything thrown becomes a row of the table', () => {
    expect(asActivityFailure(new TypeError('x is not a function'), {})).toMatchObject({
      type: 'InternalError',
      nonRetryable: true,
    });
    expect(asActivityFailure(new CadreError('RateLimited', 'x', { retryAfterMs: 1500 }), {})).toMatchObject({
      nonRetryable: false,
      nextRetryDelay: 1500,
    });
  });
});

describe('prices', () => {
  const usage = { inputTokens: 1_000_000, cachedInputTokens: 200_000, outputTokens: 100_000 };
  it.each([
    [{ provider: 'openai', model: 'gpt-5-mini' }, 0.8 * 0.25 + 0.2 * 0.025 + 0.1 * 2],
    [{ provider: 'openai', model: 'gpt-5-mini-2026-08-07' }, 0.8 * 0.25 + 0.2 * 0.025 + 0.1 * 2],
    [{ provider: 'openai', model: 'gpt-5-mini', baseUrl: 'http://proxy/v1' }, null],
    [{ provider: 'openai', model: 'never-heard-of' }, null],
    [{ provider: 'offline' }, 0],
    [{ provider: 'scripted', usdPerMillionTokens: { input: 1, output: 10 } }, 2],
  ] as const)('%j costs %s', (config, usd) => {
    const cost = costUsd(config, usage);
    if (usd === null) expect(cost).toBeNull();
    else expect(cost).toBeCloseTo(usd, 10);
  });
  it('a reserve is split into what was sent and what may have come', () => {
    expect(reservedUsage(null, 2_000, 500)).toMatchObject({ inputTokens: 1_500, outputTokens: 500, usd: null });
    expect(reservedUsage(null, 100, 500)).toMatchObject({ inputTokens: 0, outputTokens: 100 });
  });
});

describe('names and shapes on the wire', () => {
  it('makes any tool name fit, keeps names apart, and finds the way back', () => {
    const tools = ['jira.search', 'jira_search', 'ünïcode tool', 'a'.repeat(80)].map((name) => ({
      name,
      description: '',
      input: {},
    }));
    const names = toolNames(tools, []);
    const wire = tools.map(({ name }) => names.toWire(name));
    expect(new Set(wire).size).toBe(4);
    for (const [at, name] of wire.entries()) {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(names.fromWire(name)).toBe(tools[at]?.name);
    }
  });
  it('knows which schemas OpenAI takes strictly', () => {
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    expect(isStrictSchema(closed)).toBe(true);
    expect(isStrictSchema({ ...closed, required: [] })).toBe(false);
    expect(isStrictSchema({ ...closed, additionalProperties: true })).toBe(false);
    expect(isStrictSchema({ ...closed, properties: { a: { type: 'array', items: { type: 'object' } } } })).toBe(false);
  });
});
