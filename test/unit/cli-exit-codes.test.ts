import { readFileSync } from 'node:fs';
import path from 'node:path';

import { CliError, reportOf } from '../../cli/cli-error';
import { exitCodes } from '../../cli/exit-codes';
import { exitCodeFor } from '../../cli/show-run';
import { CadreError } from '../../contracts/failures';
import { endStatuses } from '../../contracts/run';

test('docs/cli.md lists every exit code and no other', () => {
  const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `(\d+)`\s*\| `(\w+)`\s*\|/gm)].map(([, code, name]) => [name, Number(code)]);
  expect(Object.fromEntries(listed)).toEqual(exitCodes);
});

test('a run that did not complete never ends with 0', () => {
  expect(endStatuses.map((status) => [status, exitCodeFor(status)])).toEqual([
    ['completed', 0],
    ['partial', 3],
    ['rejected', 3],
    ['failed', 1],
    ['cancelled', 1],
    ['budget-exhausted', 3],
    ['compensation-failed', 3],
  ]);
});

test('errors become a sentence, the next thing to try and a code', () => {
  expect(reportOf(new CliError('No.', 'this', 4))).toEqual({
    message: 'No.',
    next: 'this',
    kind: 'CliError',
    exitCode: 4,
  });
  expect(reportOf(new CadreError('InvalidTeam', 'Faulty.'))).toMatchObject({ kind: 'InvalidTeam', exitCode: 2 });
  expect(reportOf(new TypeError('x is undefined'))).toMatchObject({
    kind: 'InternalError',
    exitCode: 1,
    next: 'npx cadre doctor',
  });
});
