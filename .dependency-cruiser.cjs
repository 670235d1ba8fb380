'use strict';
// Who may import whom (ARCHITECTURE.md, rooms). Each rule says to the offender what to do instead.

const node = { dependencyTypes: ['core'] };
const npm = (...names) => `node_modules/(${names.join('|')})(/|$)`;
const rooms = (...names) => `^(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'contracts-import-nothing-of-ours',
      comment:
        'contracts/ is the leaf that every room may import: move what you need into contracts/, or the code out of it.',
      severity: 'error',
      from: { path: rooms('contracts') },
      to: { path: rooms('agents', 'workflows', 'activities', 'workers', 'client', 'cli', 'test', 'scripts') },
    },
    {
      name: 'contracts-have-no-zod',
      comment:
        'Workflow code loads contracts/, and zod costs every cached run 770 KB: put the schema into contracts/schemas/.',
      severity: 'error',
      from: { path: rooms('contracts'), pathNot: '^contracts/schemas/' },
      to: { path: [npm('zod'), '^contracts/schemas/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-import-contracts-only',
      comment:
        'Workflow code is replayed: reach the world through workflows/run/activities.ts and its contract in contracts/activities.ts.',
      severity: 'error',
      from: { path: rooms('workflows') },
      to: { path: rooms('activities', 'agents', 'workers', 'client', 'cli', 'test', 'scripts') },
    },
    {
      name: 'workflows-take-types-of-schemas-only',
      comment:
        'A value of contracts/schemas/ brings zod into the bundle: import the type, and check with the zod-free checker.',
      severity: 'error',
      from: { path: rooms('workflows') },
      to: { path: '^contracts/schemas/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-have-few-packages',
      comment: 'The bundle holds the SDK and the digest only; anything else is read in an activity, or justified here.',
      severity: 'error',
      from: { path: rooms('workflows') },
      to: {
        path: 'node_modules',
        pathNot: [npm('@temporalio/workflow', '@temporalio/common', '@noble/hashes', 'canonicalize')],
      },
    },
    {
      name: 'workflows-have-no-node',
      comment: 'The sandbox has no Node built-ins; ask an activity.',
      severity: 'error',
      from: { path: rooms('workflows') },
      to: node,
    },
    {
      name: 'patterns-do-not-import-patterns',
      comment: 'A pattern inside a pattern is a node: let run/perform-node.ts run it.',
      severity: 'error',
      from: { path: '^workflows/patterns/([^/]+)\\.ts$' },
      to: { path: '^workflows/patterns/', pathNot: '^workflows/patterns/$1(\\.ts$|/)' },
    },
    {
      name: 'activities-stay-below',
      comment: 'Activities know contracts/ and vendors; what they need of a process is handed to them in ActivityDeps.',
      severity: 'error',
      from: { path: rooms('activities') },
      to: { path: rooms('workflows', 'workers', 'client', 'cli', 'test', 'scripts') },
    },
    {
      name: 'workers-do-not-know-clients',
      comment:
        'A process that carries runs out does not start or steer them; workflows/ is given to the bundler by path.',
      severity: 'error',
      from: { path: rooms('workers') },
      to: { path: rooms('workflows', 'client', 'cli', 'test', 'scripts') },
    },
    {
      name: 'clients-are-thin',
      comment:
        'client/ does nothing that `temporal` could not do with the same JSON: contracts/ and the SDK are enough.',
      severity: 'error',
      from: { path: rooms('client') },
      to: { path: rooms('workflows', 'activities', 'workers', 'cli', 'test', 'scripts') },
    },
    {
      name: 'the-command-line-uses-doors',
      comment:
        'cli/ may use client/, workers/, contracts/ and the team loader (activities/teams); the rest of activities/ belongs to workers.',
      severity: 'error',
      from: { path: rooms('cli') },
      to: { path: rooms('workflows', 'activities', 'test', 'scripts'), pathNot: '^activities/teams/index\\.ts$' },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'Code that ships must not need test/; move what is shared into the room it belongs to.',
      severity: 'error',
      from: { path: rooms('contracts', 'workflows', 'activities', 'workers', 'client', 'cli', 'scripts') },
      to: { path: rooms('test') },
    },
    {
      name: 'benches-use-doors',
      comment:
        'What is measured is the product as it runs: bench/ starts it through workers/ and the SDK, with names and types of contracts/.',
      severity: 'error',
      from: { path: rooms('bench') },
      to: { path: rooms('workflows', 'activities', 'agents', 'cli', 'test', 'scripts') },
    },
    {
      name: 'nobody-imports-benches',
      comment: 'A measurement is no part of what it measures; only test/ may import bench/.',
      severity: 'error',
      from: { path: rooms('contracts', 'workflows', 'activities', 'workers', 'client', 'cli', 'scripts') },
      to: { path: rooms('bench') },
    },
    {
      name: 'no-cycles',
      comment: 'Two modules that import each other are one module, or hide a third: take out what both need.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-development-packages-at-run-time',
      comment: 'An installed Cadre has no devDependencies: move the package to dependencies.',
      severity: 'error',
      from: { path: rooms('contracts', 'workflows', 'activities', 'workers', 'client', 'cli') },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'everything-resolves',
      comment: 'The import leads nowhere: correct the path, or add the package to package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|coverage|\\.cadre)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type imports count too: a room's types are part of its door.
    tsPreCompilationDeps: 'specify',
    moduleSystems: ['cjs', 'es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types', 'default'],
    },
  },
};
