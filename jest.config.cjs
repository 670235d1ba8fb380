'use strict';

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // ESM-only packages that Jest on Node < 24.9 cannot require as they are.
  transformIgnorePatterns: ['/node_modules/(?!(jose|@ai-sdk|eventsource-parser)/)'],
};

const needsServer = ['server', 'conformance', 'replay', 'examples'];

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 60000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/{unit,pins}/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'server',
      testMatch: needsServer.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
