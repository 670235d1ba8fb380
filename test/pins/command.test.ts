import { readFileSync } from 'node:fs';
import path from 'node:path';

import { makeContext } from '../../cli/context';
import { exitCodes } from '../../cli/exit-codes';
import { Lifetime } from '../../cli/lifetime';
import { makeProgram } from '../../cli/main';
import { Terminal } from '../../cli/terminal';
import { readConfig } from '../../workers/config';

const program = makeProgram(makeContext(new Terminal(), new Lifetime()));
const leaves = program.commands.flatMap((command) =>
  command.commands.length === 0
    ? [{ name: command.name(), command }]
    : command.commands.map((inner) => ({ name: `${command.name()} ${inner.name()}`, command: inner })),
);
const options = Object.fromEntries(leaves.map(({ name, command }) => [name, command.options.map(({ long }) => long)]));

test('commands and their options', () => {
  expect(options).toEqual({
    demo: ['--approve-as', '--fresh', '--server', '--model', '--date', '--json'],
    run: ['--input', '--background', '--model', '--type', '--detach', '--compare', '--by', '--json'],
    dev: ['--allow', '--model', '--webhook-port', '--webhook-host', '--nats', '--json'],
    init: ['--json'],
    validate: ['--json'],
    approvals: ['--json'],
    approve: ['--confirm', '--reject', '--reason', '--edit', '--by', '--json'],
    status: ['--limit', '--json'],
    'events publish': ['--data', '--id', '--source', '--key', '--correlation', '--team', '--wait', '--json'],
    'events list': ['--team', '--limit', '--json'],
    'events show': ['--team', '--json'],
    'dlq list': ['--team', '--state', '--limit', '--json'],
    'dlq show': ['--json'],
    'dlq redrive': ['--by', '--json'],
    'dlq drop': ['--by', '--json'],
    'schedule apply': ['--prune', '--json'],
    'schedule list': ['--json'],
    'schedule delete': ['--all', '--json'],
    'schedule meeting': ['--at', '--json'],
    artifacts: ['--out', '--json'],
    'memory list': ['--team', '--tag', '--writer', '--all', '--limit', '--json'],
    'memory show': ['--team', '--json'],
    'memory forget': ['--team', '--by', '--json'],
    'memory quarantine': ['--writer', '--team', '--by', '--json'],
    replay: ['--query', '--json'],
    doctor: ['--production', '--json'],
    temporal: [],
    'tools pins': ['--json'],
    'tools repin': ['--by', '--json'],
    worker: ['--zone', '--queue', '--allow', '--grace', '--webhook-port', '--webhook-host', '--nats', '--json'],
  });
});

test('docs/cli.md has a row for every command with every option, and none for others', () => {
  const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
  const groups = program.commands.filter((command) => command.commands.length > 0).map((command) => command.name());
  const row = new RegExp(`^\\| \`cadre ((?:${groups.join('|')}) \\w+|[a-z]+)([ \`].*?)\`? +\\|`, 'gm');
  const rows = [...text.matchAll(row)].map(([, name = '', rest = '']): [string, string[]] => [
    name,
    [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option),
  ]);
  const expected = Object.entries(options).map(([name, longs]): [string, unknown[]] => [
    name,
    longs.filter((long) => long !== '--json'),
  ]);
  const sorted = (table: [string, unknown[]][]): unknown =>
    table.map(([name, longs]) => [name, [...longs].sort()]).sort();
  expect(sorted(rows)).toEqual(sorted(expected));
});

test('exit codes', () => {
  expect(exitCodes).toEqual({
    ok: 0,
    failed: 1,
    usage: 2,
    incomplete: 3,
    noServer: 4,
    refused: 5,
    faults: 6,
    interrupted: 130,
    terminated: 143,
  });
});

test('environment variables that are read', () => {
  const read = new Set<string>();
  const env = new Proxy<NodeJS.ProcessEnv>(
    {},
    { get: (_none, name) => void (typeof name === 'string' && /^[A-Z_]+$/.test(name) && read.add(name)) },
  );
  readConfig(env, '/');
  expect([...read].filter((name) => !name.startsWith('TEMPORAL_')).sort()).toEqual([
    'CADRE_HOME',
    'CADRE_KEYS_DIR',
    'CADRE_LOG_LEVEL',
    'CADRE_MODEL',
    'CADRE_TEAM',
    'CADRE_ZONES',
    'DATABASE_URL',
    'OPENAI_BASE_URL',
  ]);
});
