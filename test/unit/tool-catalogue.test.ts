import { gateDefinitions } from '../../activities/tools/definition-gate';
import { modelNames, plainName } from '../../activities/tools/model-names';
import { isInside } from '../../activities/tools/jail';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { agentWith, builtin, teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
beforeAll(async () => {
  bench = await openFaceBench();
});
afterAll(() => bench.close());

const two = { docs: builtin('files', { root: '.' }), code: builtin('files', { root: '.' }), git: builtin('git') };

describe('the catalogue of an agent', () => {
  it('holds what its grants say, in a stable order, with bare names where they are unique', async () => {
    const team = teamOver(two, {
      agents: { worker: agentWith({ name: 'worker', tools: ['git.git_log', 'docs.read_*'] }) },
    });
    const tools = await bench.tools(team);
    expect(tools.map(({ name, target, effect }) => [name, target, effect])).toEqual([
      ['artifacts_read', 'cadre.artifacts_read', 'read'],
      ['read_file', 'docs.read_file', 'read'],
      ['git_log', 'git.git_log', 'read'],
    ]);
    expect(await bench.tools(team)).toEqual(tools);
  });

  it('tells equal names apart by their source, and an alias hides the name behind it', async () => {
    const worker = agentWith({ name: 'worker', tools: ['docs.read_file', 'code', 'look', 'expert', 'unlisted'] });
    const expert = agentWith({ name: 'vm-specialist', description: 'Knows machines.' });
    const team = teamOver(two, {
      agents: { worker, [expert.name]: expert },
      toolAliases: { look: { tool: 'git.git_show' }, expert: { agent: 'vm-specialist' }, other: { tool: 'git.git_log' } },
    });
    const tools = await bench.tools(team);
    expect(Object.fromEntries(tools.map(({ name, target }) => [target, name]))).toEqual({
      'agent:vm-specialist': 'expert',
      'cadre.artifacts_read': 'artifacts_read',
      'code.list_files': 'list_files',
      'code.read_file': 'code_read_file',
      'code.search_files': 'search_files',
      'code.write_file': 'write_file',
      'docs.read_file': 'docs_read_file',
      'git.git_show': 'look',
    });
    expect(tools.find(({ name }) => name === 'expert')).toMatchObject({ description: 'Knows machines.', effect: 'read', input: { required: ['task'] } });
  }); // prettier-ignore

  it('takes effects from our configuration, a builtin without one from its own', async () => {
    const team = teamOver({ files: builtin('files', {}, { 'read_*': 'write' }) });
    const effects = Object.fromEntries((await bench.tools(team)).map(({ target, effect }) => [target, effect]));
    expect(effects).toMatchObject({
      'files.read_file': 'write',
      'files.list_files': 'read',
      'files.write_file': 'write',
    });
  });

  it('every name fits what providers take, and all differ', () => {
    const long = 'x'.repeat(80);
    const names = modelNames([
      { target: 'a.1', source: 'a', bare: `${long}1` },
      { target: 'a.2', source: 'a', bare: `${long}2` },
      { target: 'b.x y', source: 'b', bare: 'x y' },
      { target: 'c.x_y', source: 'c', bare: 'x_y' },
      { target: 'd.z', source: 'd', bare: 'z', alias: 'b_x_y' },
    ]);
    expect(new Set(names.values()).size).toBe(5);
    for (const name of names.values()) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(names.get('d.z')).toBe('b_x_y');
    expect(plainName('日本')).toBe('__');
  });
});

describe('the gate for foreign definitions', () => {
  const plain = { description: '', input: { type: 'object' } };

  it('refuses what a person cannot tell apart, and what is too large', () => {
    const given = ['ok', 'a', 'a', 'list1', 'listl', 'nаme', 'x y', 'sto-re', 'sto_re', 'modern', 'modem'].map(
      (name) => ({ name, ...plain }),
    );
    const { accepted, refused } = gateDefinitions([
      ...given,
      { name: 'wordy', description: 'w'.repeat(5_000), input: {} },
    ]);
    expect(accepted.map(({ name }) => name)).toEqual(['ok']);
    expect([...refused.keys()].sort()).toEqual(
      ['a', 'list1', 'listl', 'modem', 'modern', 'nаme', 'sto-re', 'sto_re', 'wordy', 'x y'].sort(),
    );
  });

  it("takes a server's regular expressions out of what is checked here, and keeps properties of that name", () => {
    const input = { type: 'object', properties: { pattern: { type: 'string', pattern: '(a+)+$' } } };
    const [tool] = gateDefinitions([{ name: 'grep', description: 'd', input }]).accepted;
    expect(tool?.input).toEqual({ type: 'object', properties: { pattern: { type: 'string' } } });
    const other = gateDefinitions([{ name: 'grep', description: 'd', input: { type: 'object' } }]).accepted[0];
    expect(tool?.definition).not.toBe(other?.definition);
  });

  it('knows inside from outside', () => {
    expect([isInside('/a', '/a'), isInside('/a', '/a/..b'), isInside('/a', '/ab'), isInside('/a', '/a/../b')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
