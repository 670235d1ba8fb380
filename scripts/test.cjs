'use strict';
// `npm test`: the static checks, then jest. Nothing of the person's own set-up reaches the tests: no Temporal server,
// profile, database or provider key, and a home of their own. Arguments go to jest (`npm test -- test/unit`).
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const own =
  /^(TEMPORAL_|DATABASE_URL$|CADRE_(?!TEST_)|OPENAI_|ANTHROPIC_|GEMINI_|GOOGLE_|OLLAMA_|OTEL_|NO_COLOR$|FORCE_COLOR$)/;

/** The environment without what would change what the tests find. */
function testEnvironment(scratch) {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const personal = process.env.XDG_CONFIG_HOME ?? path.join(os.homedir(), '.config');
  // A profile file of Temporal's would be read even without TEMPORAL_PROFILE, so the configuration folder is an empty
  // one; mirrors of package indexes, which may be the only way to fetch the CLI, stay where they are.
  const mirrors = { PIP_CONFIG_FILE: path.join(personal, 'pip', 'pip.conf'), GOENV: path.join(personal, 'go', 'env') };
  const there = Object.entries(mirrors).filter(([, file]) => fs.existsSync(file));
  return {
    ...Object.fromEntries(there),
    ...kept,
    CADRE_HOME: path.join(scratch, 'home'),
    XDG_CONFIG_HOME: path.join(scratch, 'config'),
    NODE_ENV: 'test',
  };
}

function run(args, env) {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  return signal ? 130 : (status ?? 1);
}

/** What a run of jest counted; one that wrote no count has failed. */
function countOf(resultFile) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      fs.readFileSync(resultFile, 'utf8'),
    );
    // A file that could not even be loaded counts as one that failed: its tests are not among the counted.
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests };
  } catch {
    process.stdout.write('jest wrote no result\n');
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const jestFile = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
/**
 * Tests with servers and processes of their own run one file after another: two cores are enough for one. The others
 * share the cores.
 */
const everything = [
  ['--selectProjects', 'unit', '--maxWorkers=2'],
  ['--selectProjects', 'server', '--runInBand'],
];

function main(args) {
  const checked = args.length === 0 ? run([path.join(__dirname, 'check.cjs')], process.env) : 0;
  if (checked !== 0) {
    process.stdout.write('0 passed, 1 failed (npm run check; the tests were not started)\n');
    return checked;
  }
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cadre-npm-test-'));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  let worst = 0;
  try {
    for (const [index, part] of (args.length === 0 ? everything : [['--runInBand', ...args]]).entries()) {
      const resultFile = path.join(scratch, `jest-${index}.json`);
      const code = run(
        [jestFile, ...part, '--json', `--outputFile=${resultFile}`, '--silent=false'],
        testEnvironment(scratch),
      );
      const { passed, failed, skipped } = countOf(resultFile);
      sum.passed += passed;
      sum.failed += failed;
      sum.skipped += skipped;
      worst = Math.max(worst, code);
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed${skipped}\n`);
  return worst !== 0 ? worst : sum.failed > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
