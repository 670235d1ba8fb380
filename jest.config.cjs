'use strict';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
    ],
  },
  // ESM-only packages that Jest on Node < 24.9 cannot require as they are.
  transformIgnorePatterns: ['/node_modules/(?!(jose|@ai-sdk|eventsource-parser)/)'],
  testTimeout: 60000,
};
