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

/** The last line, from jest's own count; a run that wrote no count has failed. */
function summaryOf(resultFile) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      fs.readFileSync(resultFile, 'utf8'),
    );
    // A file that could not even be loaded counts as one that failed: its tests are not among the counted.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    return { failed, text: `${numPassedTests} passed, ${failed} failed${skipped}` };
  } catch {
    return { failed: 1, text: '0 passed, 1 failed (jest wrote no result)' };
  }
}

function main(args) {
  const checked = args.length === 0 ? run([path.join(__dirname, 'check.cjs')], process.env) : 0;
  if (checked !== 0) {
    process.stdout.write('0 passed, 1 failed (npm run check; the tests were not started)\n');
    return checked;
  }
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cadre-npm-test-'));
  try {
    const resultFile = path.join(scratch, 'jest.json');
    const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    // One file after another: each starts workers and processes of its own, and two cores are enough for one.
    const code = run(
      [jest, '--runInBand', '--json', `--outputFile=${resultFile}`, '--silent=false', ...args],
      testEnvironment(scratch),
    );
    const { failed, text } = summaryOf(resultFile);
    process.stdout.write(`${text}\n`);
    return code !== 0 ? code : failed > 0 ? 1 : 0;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

process.exitCode = main(process.argv.slice(2));
