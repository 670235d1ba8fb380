/** A process that finds or fetches the CLI, for tests that run several or kill one. argv: home. Prints it as one line. */
import { locateCli } from '../../workers/server/locate-cli';

void locateCli({ env: process.env, home: process.argv[2] ?? '' }).then(
  (cli) => process.stdout.write(`${JSON.stringify(cli)}\n`),
  (error: Error) => {
    process.stderr.write(error.message);
    process.exitCode = 1;
  },
);
