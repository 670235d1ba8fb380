import { parseArgs } from 'node:util';
import { openLab } from './lab';
import { measure } from './measure';
import { startCascadeModel } from './model';
import { reportOf } from './report';
import { topologies } from './topologies';

/** `node bin/run-ts.cjs bench/cascades/main.ts [--seed N] [--runs N] [--json]`: tables to stdout, progress to stderr. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '40' },
      json: { type: 'boolean', default: false },
    },
  });
  const [seed, runs] = [Number(values.seed), Number(values.runs)];
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 1)
    throw new Error('--seed takes a whole number, --runs one above 0.');
  const startedAt = Date.now();
  const model = await startCascadeModel();
  const lab = await openLab(model, process.env);
  try {
    const measured = await measure(model, lab.start, {
      seed,
      runs,
      seededRuns: Math.ceil(runs / 2),
      topologies,
      reliability: 0.85,
      lanes: 8,
      onProgress: (done, of) => {
        if (done % 200 === 0 || done === of) process.stderr.write(`${done} of ${of} runs\n`);
      },
    });
    const took = `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
    process.stderr.write(`took ${took}\n`);
    process.stdout.write(
      `${values.json ? JSON.stringify({ seed, runs, ...measured }, null, 2) : reportOf(measured)}\n`,
    );
  } finally {
    await lab.close();
    await model.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
