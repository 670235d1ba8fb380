import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtins } from '../../activities/tools';
import type { BuiltinTool } from '../../activities/tools';
import { schemaProblems } from '../../activities/models/schema-check';
import { depthOf } from '../../activities/tools/json-depth';
import { effects } from '../../contracts/team';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { builtin, teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
beforeAll(async () => {
  bench = await openFaceBench();
  mkdirSync(path.join(bench.folder, 'mail'));
  const mails = Array.from(
    { length: 3 },
    (_none, n) =>
      `From x@y Thu Nov 20 10:00:0${n} 2026\nMessage-ID: <m${n}@y>\nFrom: Dana <dana@y>\nDate: Thu, 20 Nov 2026 10:00:0${n} +0000\nSubject: S${n}\n\nBody ${n}\n\n`,
  );
  writeFileSync(path.join(bench.folder, 'mail', 'all.mbox'), mails.join(''));
});
afterAll(() => bench.close());

const all = Object.entries(builtins).flatMap(([name, tools]) =>
  tools.map((tool): [string, string, BuiltinTool] => [name, tool.name, tool]),
);

/** What every builtin must keep, whoever adds one. */
describe.each(all)('the builtin %s.%s', (source, name, tool) => {
  const team = teamOver({ [source]: builtin(source) });

  it('has a name, a description, a closed schema with described needs, and an effect', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]{1,63}$/);
    expect(tool.description.length).toBeGreaterThan(20);
    expect(effects).toContain(tool.effect);
    expect(tool.input).toMatchObject({ type: 'object', additionalProperties: false });
    expect(depthOf(tool.input, 50)).toBeLessThan(25);
    if (tool.effect !== 'read') expect(tool.keyed).toBe(true);
  });

  it('refuses arguments that its schema refuses, and unknown ones', async () => {
    expect(schemaProblems(tool.input, { surprise: 1 })).not.toEqual([]);
    await expect(bench.invoke(team, `${source}.${name}`, { surprise: 1 })).rejects.toMatchObject({
      kind: 'ToolFailed',
    });
  });

  it('does nothing once it is cancelled', async () => {
    const args = {
      path: 'mail',
      id: `sha256:${'0'.repeat(64)}`,
      query: 'x',
      revision: 'HEAD',
      from: 'HEAD',
      content: 'x',
      title: 'T',
      sections: [],
    };
    const wanted = Object.keys(tool.input['properties'] ?? {});
    const fitting = Object.fromEntries(Object.entries(args).filter(([key]) => wanted.includes(key)));
    const signal = AbortSignal.abort(new Error('stopped'));
    const call = bench.invoke(team, `${source}.${name}`, fitting, { signal });
    await expect(call).rejects.toThrow('stopped');
  });
});

it('exports: every record that is shown is named as a source', async () => {
  const outcome = await bench.invoke(teamOver({ exports: builtin('exports') }), 'exports.list_mail', { path: 'mail' });
  expect(outcome.sources).toEqual(['mail:m0@y', 'mail:m1@y', 'mail:m2@y']);
  const outside = bench.invoke(teamOver({ exports: builtin('exports', { root: 'mail' }) }), 'exports.list_mail', {
    path: '..',
  });
  await expect(outside).rejects.toMatchObject({ kind: expect.stringMatching('Tool') as string });
});
