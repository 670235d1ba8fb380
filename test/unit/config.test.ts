import path from 'node:path';

import { describeConfig, readConfig, withModel } from '../../workers/config';

const cwd = path.resolve('somewhere');
const bare = { PATH: '/usr/bin', HOME: path.join(cwd, 'no-such-home') };

describe('the configuration', () => {
  test('without any variable works in the current folder with a server of its own', () => {
    const config = readConfig(bare, cwd);
    expect(config.home).toBe(path.join(cwd, '.cadre'));
    expect(config.logLevel).toBe('info');
    expect(config.separatedZones).toEqual([]);
    expect(config.databaseUrl).toBeUndefined();
    expect(config.temporal.configuredBy).toBeUndefined();
    expect(config.temporal.namespace).toBe('default');
  });

  test('reads zones as a list and treats an empty variable as one that is not set', () => {
    const config = readConfig({ ...bare, CADRE_ZONES: 'model, tools', CADRE_TEAM: '', DATABASE_URL: ' ' }, cwd);
    expect(config.separatedZones).toEqual(['model', 'tools']);
    expect(config.team).toBeUndefined();
    expect(config.databaseUrl).toBeUndefined();
  });

  test('reports all faults at once, by name, and prints no value', () => {
    const env = {
      ...bare,
      CADRE_ZONES: 'model,sk-misplaced-key-12345',
      CADRE_LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:hunter22@db/cadre',
    };
    let message = '';
    try {
      readConfig(env, cwd);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('3 fault(s)');
    expect(message).toContain('CADRE_ZONES takes one of: model, tools, external, local, elevated.');
    expect(message).toContain('CADRE_LOG_LEVEL takes one of: trace, debug, info, warn, error, fatal, silent.');
    expect(message).toContain('DATABASE_URL takes an address that begins with postgres://.');
    expect(message).not.toMatch(/hunter22|sk-misplaced|loud/);
  });

  test('reads the Temporal settings as the CLI does', () => {
    const config = readConfig({ ...bare, TEMPORAL_ADDRESS: '127.0.0.1:7999', TEMPORAL_NAMESPACE: 'agents' }, cwd);
    expect(config.temporal.configuredBy).toBe('TEMPORAL_ADDRESS');
    expect(config.temporal.connection.address).toBe('127.0.0.1:7999');
    expect(config.temporal.namespace).toBe('agents');
  });

  test('is described without secrets', () => {
    const env = {
      ...bare,
      OPENAI_API_KEY: 'sk-very-secret-0123456789',
      DATABASE_URL: 'postgres://cadre:hunter22@db:5432/cadre',
    };
    const text = describeConfig(readConfig(env, cwd))
      .map(({ name, value }) => `${name}=${value}`)
      .join('\n');
    expect(text).toContain('OPENAI_API_KEY=set (redacted)');
    expect(text).toContain('postgres://cadre:[redacted]@db:5432/cadre');
    expect(text).not.toMatch(/hunter22|sk-very/);
  });

  test('offline takes every way to a provider out of the environment; another model does not', () => {
    const env = { ...bare, OPENAI_API_KEY: 'sk-very-secret-0123456789', GEMINI_API_KEY: 'g', OLLAMA_HOST: 'h' };
    const config = readConfig(env, cwd);
    const offline = withModel(config, 'offline');
    expect(offline).toMatchObject({
      model: 'offline',
      modelForced: true,
      env: { CADRE_MODEL: 'offline', PATH: '/usr/bin' },
    });
    for (const name of ['OPENAI_API_KEY', 'GEMINI_API_KEY', 'OLLAMA_HOST'])
      expect(offline.env).not.toHaveProperty(name);
    expect(withModel(config, 'openai/gpt-5-mini').env).toHaveProperty('OPENAI_API_KEY');
    expect(config.modelForced).toBe(false);
  });
});
