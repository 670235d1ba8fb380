import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import type { Json, JsonObject } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import { patternNames, type PatternName } from '../../contracts/names';
import { controlSchema, decideSchema, steerSchema, topUpSchema } from '../../contracts/schemas/handler-arguments';
import { inputSchemas, parseInput } from '../../contracts/schemas/inputs';
import { publishedSchemas } from '../../contracts/schemas/json-schemas';
import { runResultSchema } from '../../contracts/schemas/run-result';
import type { RunResult } from '../../contracts/run';
import { noUsage } from '../../contracts/budget';

const root = path.join(__dirname, '..', '..');

describe('schemas/*.json', () => {
  test('are what the zod schemas say, and --check tells when they are not', () => {
    const run = spawnSync(process.execPath, ['bin/run-ts.cjs', 'scripts/write-schemas.ts', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    for (const [name, schema] of Object.entries(publishedSchemas())) {
      expect(JSON.parse(readFileSync(path.join(root, 'schemas', `${name}.json`), 'utf8'))).toEqual(schema);
    }
    expect(readdirSync(path.join(root, 'schemas')).sort()).toEqual(
      Object.keys(publishedSchemas())
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  test.each(patternNames)('%s: every field is described, its examples fit it and are accepted', (type) => {
    const schema = publishedSchemas()[type] as JsonObject;
    const properties = schema['properties'] as Record<string, JsonObject>;
    expect(schema['additionalProperties']).toBe(false);
    for (const [name, field] of Object.entries(properties)) {
      const described = field['description'] ?? field['$ref'];
      expect(`${name}: ${typeof described}`).toBe(`${name}: string`);
    }
    const reader = z.fromJSONSchema(schema);
    const examples = schema['examples'] as Json[];
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(reader.safeParse(example).error).toBeUndefined();
      expect(parseInput(type, example)).toMatchObject({ ok: true });
    }
    expect(reader.safeParse({ tasks: 'x' }).success).toBe(false);
  });

  test('a node is published with its short forms and without its implied tag', () => {
    const defs = (publishedSchemas()['compose'] as JsonObject)['$defs'] as Record<string, JsonObject>;
    const [full, short] = defs['Node']?.['anyOf'] as JsonObject[];
    expect(short).toMatchObject({ type: 'string' });
    const tool = (full?.['oneOf'] as JsonObject[]).find(
      (one) => isJsonObject(one['properties']) && 'tool' in one['properties'],
    );
    expect(tool?.['required']).toEqual(['tool']);
  });
});

/** snake_case of the keys that are the format's own. */
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('inputs', () => {
  const inputs: [PatternName, JsonObject][] = [
    ['supervisor', { task: 'x', supervisor: 'a', specialists: ['b'], maxParallel: 2, maxRounds: 2, fairnessKey: 'k' }],
    [
      'router',
      { task: 'x', router: 'a', routes: [{ agent: 'b', when: 'c' }], minConfidence: 0.5, returnToRouter: true },
    ],
    [
      'reflection',
      { task: 'x', author: { agent: 'a', timeout: '5m' }, critic: 'b', maxRounds: 2, passScore: 0.9, requestedBy: 'd' },
    ],
    [
      'fanOut',
      { task: 'x', branches: ['a', { pattern: 'fanOut', branches: ['b'], maxParallel: 1 }], onPartial: 'continue' },
    ],
  ];

  test('snake_case in any mixture is the same input', () => {
    fc.assert(
      fc.property(fc.constantFrom(...inputs), fc.infiniteStream(fc.boolean()), ([type, input], coins) => {
        const recase = (value: Json): Json => {
          if (Array.isArray(value)) return value.map(recase);
          if (!isJsonObject(value)) return value;
          return Object.fromEntries(
            Object.entries(value).map(([key, item]) => [coins.next().value ? snake(key) : key, recase(item)]),
          );
        };
        const expected = parseInput(type, input);
        expect(expected.ok).toBe(true);
        expect(parseInput(type, recase(input))).toEqual(expected);
      }),
    );
  });

  test("the user's own data keeps its keys", () => {
    const input = { task: 'x', input: { due_date: 1, nested: { max_steps: [{ a_b: 1 }] } } };
    expect(parseInput('agent', input)).toEqual({ ok: true, value: input });
    const composition = { tool: 'a.b', args: { max_rounds: 1 } };
    expect(parseInput('compose', { composition })).toEqual({ ok: true, value: { composition } });
  });

  test('whatever is thrown at them: a value or sentences, never an exception, never a change to the input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...patternNames),
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...Object.keys(inputSchemas.router.shape), '__proto__', 'x'), fc.jsonValue()),
        (type, any, fields) => {
          for (const given of [any, fields] as Json[]) {
            const before = JSON.stringify(given);
            const outcome = parseInput(type, given);
            if (!outcome.ok) {
              expect(outcome.problems.length).toBeGreaterThan(0);
              for (const problem of outcome.problems) expect(problem).toMatch(/^(The |").*[.?]$/su);
            }
            expect(JSON.stringify(given)).toBe(before);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a node nested in itself many times over is parsed in linear time', () => {
    let node: Json = { agent: 'a', wrong: 1 };
    for (let depth = 0; depth < 25; depth++) node = { pattern: 'fanOut', branches: [{ agent: 'b' }], then: node };
    const start = performance.now();
    expect(parseInput('compose', { composition: node })).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('"wrong"')],
    });
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('arguments of handlers', () => {
  test.each([
    [decideSchema, { id: '1-0-a', decision: 'approve', by: 'dana' }, true],
    [decideSchema, { id: '1-0-a', decision: 'edit', by: 'dana', args: {}, digest: 'sha256:aa' }, true],
    [decideSchema, { id: '1-0-a', decision: 'edit', by: 'dana', args: {} }, false],
    [decideSchema, { id: '1-0-a', decision: 'approve', by: 'dana', args: {} }, false],
    [decideSchema, { id: '1-0-a', decision: 'reassign', by: 'dana' }, false],
    [decideSchema, { id: '1-0-a', decision: 'yes', by: 'dana' }, false],
    [decideSchema, { id: '1-0-a', decision: 'approve' }, false],
    [decideSchema, { id: '1-0-a', decision: 'approve', by: ' ' }, false],
    [steerSchema, { text: 'x', from: 'dana' }, true],
    [steerSchema, { text: '', from: 'dana' }, false],
    [controlSchema, { by: 'dana' }, true],
    [controlSchema, { by: 'dana', force: true }, false],
    [topUpSchema, { tokens: 5, by: 'dana' }, true],
    [topUpSchema, { by: 'dana' }, false],
    [topUpSchema, { tokens: 0, by: 'dana' }, false],
  ])('%# %j', (schema, value, fits) => {
    expect(schema.safeParse(value).success).toBe(fits);
  });
});

test('a run result of the contract fits its schema', () => {
  const usage = { ...noUsage };
  const result: RunResult = {
    status: 'partial',
    output: { a: 1 },
    summary: 's',
    steps: 1,
    usage,
    agents: { a: { steps: 1, usage } },
    approvals: [],
    failures: [
      {
        kind: 'RateLimited',
        message: 'm',
        retryable: true,
        cause: { kind: 'Overloaded', message: 'n', retryable: true },
      },
    ],
    artifacts: [{ name: 'n', blob: 'b', bytes: 1, mime: 'text/plain', agent: 'a' }],
    auditHead: null,
    head: null,
  };
  expect(runResultSchema.parse(result)).toEqual(result);
  expect(
    runResultSchema.safeParse({ ...result, failures: [{ kind: 'Nope', message: '', retryable: false }] }).success,
  ).toBe(false);
});
