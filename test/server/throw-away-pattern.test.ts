import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunResult } from '../../contracts/run';
import { Harness } from '../support/harness';

jest.setTimeout(180_000);

// A pattern is one file in workflows/patterns and one line in workflows/index.ts: the rest is written from it.
const root = path.join(__dirname, '..', '..');
const rooms = [
  'bin',
  'cli',
  'client',
  'contracts',
  'activities',
  'workers',
  'workflows',
  'scripts',
  'schemas',
  'agents',
];
const files = ['package.json', 'tsconfig.json', '.prettierrc.json'];

let clone: string;
let cadre: Harness;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  cadre = await Harness.start({ withoutWorker: true });
  clone = mkdtempSync(path.join(tmpdir(), 'cadre-pattern-'));
  for (const part of [...rooms, ...files]) cpSync(path.join(root, part), path.join(clone, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
});
afterAll(async () => {
  const ended = new Promise((resolve) => worker?.once('exit', resolve) ?? resolve(null));
  worker?.kill('SIGINT');
  await ended;
  await cadre.close();
  rmSync(clone, { recursive: true, force: true });
});

async function script(name: string): Promise<void> {
  const args = [path.join(clone, 'bin/run-ts.cjs'), path.join('scripts', name)];
  await promisify(execFile)(process.execPath, args, { cwd: clone });
}

function startWorker(): void {
  const env = {
    PATH: process.env['PATH'],
    HOME: path.join(clone, 'person'),
    CADRE_HOME: path.join(clone, '.cadre'),
    CADRE_MODEL: 'offline',
    TEMPORAL_ADDRESS: cadre.address,
    TEMPORAL_NAMESPACE: cadre.namespace,
  };
  worker = spawn(process.execPath, [path.join(clone, 'bin/cadre.cjs'), 'worker'], { cwd: clone, env, stdio: 'ignore' });
}

async function run(type: string, input: object): Promise<RunResult> {
  const options = { workflowId: `${type}/${Object.keys(input).join('-')}`, taskQueue: 'cadre', args: [input] };
  return (await cadre.client.workflow.execute(type, options)) as RunResult;
}

test('one file and one line make a workflow type, a node, a schema and roles of its own', async () => {
  const relay = readFileSync(path.join(root, 'test/support/throw-away/relay.ts'), 'utf8');
  const moved = relay
    .replaceAll("'../../../contracts/", "'../../contracts/")
    .replaceAll("'../../../workflows/", "'../");
  writeFileSync(path.join(clone, 'workflows/patterns/relay.ts'), moved);
  const index = path.join(clone, 'workflows/index.ts');
  const written = readFileSync(index, 'utf8');
  writeFileSync(index, `${written}export const relay = startable(require('./patterns/relay').relayPattern);\n`);
  await script('write-patterns.ts');
  await script('write-schemas.ts');
  expect(existsSync(path.join(clone, 'schemas/relay.json'))).toBe(true);
  startWorker();

  // As a type of its own, with a duration that is checked and arrives in milliseconds.
  const first = await run('relay', {
    runners: ['ada', 'bob'],
    patience: '5m',
    task: 'Remark on the plan for the tests',
  });
  expect(first.status).toBe('completed');
  expect(first.output).toEqual([expect.stringMatching(/^ada: ./), expect.stringMatching(/^bob: ./)]);

  // As a node inside another pattern.
  const inside = await run('pipeline', {
    stages: [{ pattern: 'relay', runners: ['ada', 'bob'] }, 'cleo'],
    task: 'Look',
  });
  expect(inside.status).toBe('completed');
  expect(Object.keys(inside.agents).sort()).toEqual(['ada', 'bob', 'cleo']);

  // With the faults of its fields told, in a type and in a node.
  const faultOf = async (type: string, input: object): Promise<string> => {
    const error = (await run(type, input).catch((failure: unknown) => failure)) as { cause?: { message?: string } };
    return error.cause?.message ?? '';
  };
  expect(await faultOf('relay', { runner: ['ada'], task: 'x' })).toMatch(/unknown field "runner".*"runners"/s);
  expect(await faultOf('relay', { task: 'y' })).toMatch(/needs "runners": the agents, in their order/);
  expect(await faultOf('pipeline', { stages: [{ pattern: 'relay', runners: 'ada' }], task: 'z' })).toMatch(/runners/);
});
