'use strict';
// Files and folders that have grown past what is read in one go, and words that promise work for later.
const fs = require('node:fs');
const path = require('node:path');

const { projectFiles } = require('./project-files.cjs');

const root = path.join(__dirname, '..');
const linesMax = 300;
const documents = { 'README.md': 200, 'ARCHITECTURE.md': 150 };
const code = /\.(ts|cjs|mjs)$/;
const escapes = [
  // Written in two parts, so that this file does not find itself.
  { pattern: new RegExp('eslint-' + 'disable|@ts-' + '(ignore|nocheck|expect-error)'), what: 'switches a check off' },
  { pattern: new RegExp('\\b(TO' + 'DO|FIX' + 'ME|XX' + 'X)\\b'), what: 'promises work for later' },
  { pattern: /\b(test|it|describe)\.only\(|\bf(it|describe)\(/, what: 'leaves all other tests out' },
];

const faults = [];
for (const file of projectFiles(root)) {
  const max = documents[file] ?? (code.test(file) ? linesMax : undefined);
  if (max === undefined) continue;
  const lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n');
  // Nobody reads what is written by a script: its sources are looked at.
  if (/^\/\/ Written by `npm run /.test(lines[0] ?? '')) continue;
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  if (count > max) faults.push(`${file} has ${count} lines; ${max} is the limit: it is two things, give each a file.`);
  if (!code.test(file)) continue;
  lines.forEach((line, index) => {
    for (const { pattern, what } of escapes)
      if (pattern.test(line)) faults.push(`${file}:${index + 1} ${what}: ${line.trim()}`);
  });
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
