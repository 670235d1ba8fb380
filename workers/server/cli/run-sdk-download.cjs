'use strict';
// Lets the Temporal SDK fetch the CLI: its public door to its own downloader is a local test environment. A process of
// its own, because a download in the SDK's native part cannot be cancelled, only ended. argv: the folder to fill.
const { TestWorkflowEnvironment } = require('@temporalio/testing');

TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir: process.argv[2] }, ui: false },
})
  .then((environment) => environment.teardown())
  .catch((error) => {
    // The native error names its cause last; the addresses before it say nothing to a person.
    const told = String(error && error.message)
      .replace(/\(?https?:\/\/\S+\)?/g, '')
      .split(': ');
    process.stderr.write(`download failed: ${told.slice(-2).join(': ')}\n`);
    process.exitCode = 1;
  });
