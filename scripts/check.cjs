'use strict';
// `npm run check`: everything that can be known without running anything. All checks run, also after one has failed.
// Names choose some of them: `npm run check -- types lint`.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const rooms = ['contracts', 'workflows', 'activities', 'workers', 'client', 'cli', 'scripts', 'bench', 'test'];
const bin = (name, file) => path.join(root, 'node_modules', name, file);
const runTs = (file) => [path.join(root, 'bin', 'run-ts.cjs'), path.join(__dirname, file)];

const checks = [
  { name: 'types', args: [bin('typescript', 'bin/tsc'), '--noEmit', '-p', '.'] },
  { name: 'lint', args: [bin('eslint', 'bin/eslint.js'), '.', '--max-warnings', '0'] },
  {
    name: 'imports',
    args: [
      bin('dependency-cruiser', 'bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      ...rooms,
    ],
  },
  { name: 'format', args: [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'patterns', args: [...runTs('write-patterns.ts'), '--check'] },
  { name: 'schemas', args: [...runTs('write-schemas.ts'), '--check'] },
  { name: 'docs', args: [path.join(__dirname, 'check-docs.cjs')] },
  { name: 'sizes', args: [path.join(__dirname, 'check-sizes.cjs')] },
];

function main(names) {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no check ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}.\n`,
    );
    return 2;
  }
  const chosen = checks.filter(({ name }) => names.length === 0 || names.includes(name));
  const failed = [];
  for (const { name, args } of chosen) {
    const startedAt = Date.now();
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
    if (status !== 0) failed.push(name);
  }
  if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(', ')}.\n`);
  return failed.length > 0 ? 1 : 0;
}

if (!fs.existsSync(path.join(root, 'node_modules'))) {
  process.stderr.write('Nothing is installed yet; run npm ci first.\n');
  process.exitCode = 1;
} else {
  process.exitCode = main(process.argv.slice(2));
}
