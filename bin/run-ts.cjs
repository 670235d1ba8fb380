#!/usr/bin/env node
'use strict';
// Runs a TypeScript file: node bin/run-ts.cjs <file.ts> [args…]. One process (no child), so signals reach our own code.
require('tsx/cjs');
const path = require('node:path');
const [, , file, ...args] = process.argv;
if (!file) {
  process.stderr.write('usage: node bin/run-ts.cjs <file.ts> [args…]\n');
  process.exit(2);
}
const target = path.resolve(file);
process.argv = [process.argv[0], target, ...args];
require(target);
