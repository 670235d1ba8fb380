import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { makeModelDirectory, makeScript, type ModelDirectoryOptions, type Models } from '../../activities/models';
import type { ModelConfig, Team } from '../../contracts/team';
import { startModelServer } from '../support/model-server';
import { teamWith } from '../support/model-server/call-bench';

const { signal } = new AbortController();
const nowhere = { OLLAMA_HOST: '127.0.0.1:9' };
const directory = (env: Record<string, string>, more: Partial<ModelDirectoryOptions> = {}): Models =>
  makeModelDirectory({ env: { ...nowhere, ...env }, log: pino({ level: 'silent' }), ...more });
const team = (models: Record<string, ModelConfig>, over: Partial<Team> = {}): Team => ({
  ...teamWith({}, models),
  ...over,
});
const auto = team({ auto: { provider: 'auto' } });

describe('auto', () => {
  it.each([
    [{ CADRE_MODEL: 'anthropic/claude-x', ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' }, 'anthropic', 'claude-x'],
    [{ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' }, 'openai', 'gpt-5-mini'],
    [{ ANTHROPIC_API_KEY: 'k', GEMINI_API_KEY: 'k' }, 'anthropic', 'claude-haiku-4-5'],
    [{ GOOGLE_GENERATIVE_AI_API_KEY: 'k' }, 'google', 'gemini-2.5-flash'],
    [{}, 'offline', undefined],
  ])('with %j is %s', async (env, provider, model) => {
    const models = directory(env);
    const { config } = await models.resolve(auto, 'auto', signal);
    expect(config.provider).toBe(provider);
    expect(config.model).toBe(model);
    expect((await models.auto()).why).not.toBe('');
  });

  it('finds an Ollama that answers, takes a model it has, and counts it as local', async () => {
    const ollama = createServer((_request, response) => response.end('{"models":[{"name":"tiny:1b"}]}'));
    await new Promise<void>((resolve) => ollama.listen(0, '127.0.0.1', resolve));
    const { port } = ollama.address() as AddressInfo;
    const { config } = await directory({ OLLAMA_HOST: `127.0.0.1:${port}` }).resolve(auto, 'auto', signal);
    expect(config).toMatchObject({
      provider: 'openai-compatible',
      model: 'tiny:1b',
      locality: 'local',
      baseUrl: `http://127.0.0.1:${port}/v1`,
    });
    await new Promise((resolve) => ollama.close(resolve));
  });

  it('does not wait for an Ollama that says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const began = Date.now();
    const { config } = await directory({ OLLAMA_HOST: `http://127.0.0.1:${port}` }).resolve(auto, 'auto', signal);
    expect(config.provider).toBe('offline');
    expect(Date.now() - began).toBeLessThan(1_500);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('the model directory', () => {
  it('forceModel stands in for every model of every team', async () => {
    const paid = team({ main: { provider: 'openai', model: 'gpt-5' } });
    const { provider } = await directory({ OPENAI_API_KEY: 'k' }, { forceModel: 'offline' }).resolve(
      paid,
      'main',
      signal,
    );
    expect(provider.name).toBe('offline');
    await expect(directory({}, { forceModel: 'nobody/x' }).resolve(paid, 'main', signal)).rejects.toMatchObject({
      kind: 'InvalidInput',
    });
  });

  it('says which variable is missing', async () => {
    await expect(directory({}).resolve(team({ m: { provider: 'anthropic' } }), 'm', signal)).rejects.toMatchObject({
      kind: 'ModelAuth',
      message: expect.stringContaining('ANTHROPIC_API_KEY') as unknown,
    });
    const lan = team({
      m: { provider: 'openai-compatible', model: 'x', baseUrl: 'http://127.0.0.1:1/v1', apiKey: '${LAN_KEY}' },
    });
    await expect(directory({}).resolve(lan, 'm', signal)).rejects.toMatchObject({
      message: expect.stringContaining('LAN_KEY') as unknown,
    });
  });

  it.each(['ftp://host/v1', 'not a url', 'http://user:pass@host/v1', 'http://host/v1?x=1'])(
    'refuses the address %s',
    async (baseUrl) => {
      const lan = team({ m: { provider: 'openai-compatible', model: 'x', baseUrl } });
      await expect(directory({}).resolve(lan, 'm', signal)).rejects.toMatchObject({ kind: 'InvalidTeam' });
    },
  );

  it('gives an inline team nothing of the environment', async () => {
    const models = {
      m: { provider: 'openai-compatible', model: 'x', baseUrl: 'http://127.0.0.1:1/${SECRET}' } as const,
    };
    const env = { SECRET: 'value', OPENAI_API_KEY: 'k' };
    await expect(directory(env).resolve(team(models, { inline: true }), 'm', signal)).rejects.toMatchObject({
      kind: 'InvalidTeam',
    });
    const server = await startModelServer({ protocol: 'openai', script: [{ kind: 'text', text: 'x' }] });
    const stolen = team({ m: { provider: 'openai', model: 'x', baseUrl: server.baseUrl } }, { inline: true });
    await expect(directory(env).resolve(stolen, 'm', signal)).rejects.toMatchObject({ kind: 'ModelAuth' });
    expect(server.requests).toHaveLength(0);
    await server.close();
  });

  it('finds scripts by name, and an inline team reads no files', async () => {
    const script = makeScript({ calls: [{ reply: { text: 'x' } }] });
    const named = team({ m: { provider: 'scripted', script: 'mine' } });
    expect((await directory({}, { scripts: { mine: script } }).resolve(named, 'm', signal)).provider).toBe(
      script.provider,
    );
    const inline = team({ m: { provider: 'scripted', script: '/etc/hostname' } }, { inline: true });
    await expect(directory({}).resolve(inline, 'm', signal)).rejects.toMatchObject({ kind: 'InvalidTeam' });
  });

  it('names the models there are when one is not', async () => {
    await expect(directory({}).resolve(team({ quick: { provider: 'offline' } }), 'slow', signal)).rejects.toMatchObject(
      {
        message: expect.stringContaining('quick') as unknown,
      },
    );
  });
});
