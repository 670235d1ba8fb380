import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isBuiltInAddress, isLoopback, splitAddress } from '../../workers/server/address';
import { loadConnection } from '../../workers/server/connection-settings';
import { checkNode } from '../../workers/server/doctor/doctor-machine';
import { checkDatabase, checkModels } from '../../workers/server/doctor/doctor-settings';
import { doctor, renderDoctor } from '../../workers/server/doctor';
import { probeServer } from '../../workers/server/probe-server';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'cadre-settings-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const configFile = (text: string): { TEMPORAL_CONFIG_FILE: string } => {
  const file = path.join(folder, 'temporal.toml');
  writeFileSync(file, text);
  return { TEMPORAL_CONFIG_FILE: file };
};

describe('loadConnection', () => {
  it('is the built-in default when nothing is configured', () => {
    const settings = loadConnection({ env: { HOME: folder, TEMPORAL_ADDRESS: '' } });
    expect(settings).toEqual({ connection: { address: '127.0.0.1:7233' }, namespace: 'default' });
  });

  it('takes a config file without any profile for an absent one', () => {
    expect(loadConnection({ env: configFile('') }).connection.address).toBe('127.0.0.1:7233');
  });

  it('reads profiles, and lets variables win over them', () => {
    const file = configFile('[profile.prod]\naddress = "prod.example:7233"\nnamespace = "ops"\napi_key = "k"\n');
    const env = { ...file, TEMPORAL_PROFILE: 'prod' };
    expect(loadConnection({ env })).toEqual({
      connection: { address: 'prod.example:7233', apiKey: 'k', tls: true },
      namespace: 'ops',
      configuredBy: `profile prod of ${file.TEMPORAL_CONFIG_FILE}`,
    });
    const both = loadConnection({ env: { ...env, TEMPORAL_ADDRESS: 'other:1', TEMPORAL_NAMESPACE: 'mine' } });
    expect(both).toMatchObject({
      connection: { address: 'other:1' },
      namespace: 'mine',
      configuredBy: 'TEMPORAL_ADDRESS',
    });
  });

  it('reads certificates for TLS', () => {
    const cert = { TEMPORAL_TLS_CLIENT_CERT_DATA: 'CERT', TEMPORAL_TLS_CLIENT_KEY_DATA: 'KEY' };
    const { connection } = loadConnection({ env: { HOME: folder, TEMPORAL_ADDRESS: 'a:1', ...cert } });
    expect(connection.tls).toMatchObject({
      clientCertPair: { crt: expect.anything() as Buffer, key: expect.anything() as Buffer },
    });
  });

  it('says in a sentence what cannot be read', () => {
    const missing = { env: { ...configFile('[profile.default]'), TEMPORAL_PROFILE: 'nowhere' } };
    expect(() => loadConnection(missing)).toThrow("The Temporal settings cannot be read: Profile 'nowhere' not found");
    const empty = { env: { ...configFile(''), TEMPORAL_PROFILE: 'nowhere' } };
    expect(() => loadConnection(empty)).toThrow('the config file has no profile nowhere');
    expect(() => loadConnection({ env: configFile('[profile') })).toThrow('The Temporal settings cannot be read');
  });
});

it.each([
  ['127.0.0.1:7233', true, true],
  ['localhost:7233', true, true],
  ['localhost', true, true],
  ['[::1]:7233', true, true],
  ['::1', true, true],
  ['127.4.5.6:9', true, false],
  ['http://127.0.0.1:11434', true, false],
  ['127.0.0.1.example:7233', false, false],
  ['localhost.example:7233', false, false],
  ['10.0.0.1:7233', false, false],
  ['0.0.0.0:7233', false, false],
])('%s: loopback %s, built in %s', (address, loopback, builtIn) => {
  expect(isLoopback(address)).toBe(loopback);
  expect(isBuiltInAddress(address)).toBe(builtIn);
});

it('splits addresses', () => {
  expect(splitAddress('[2001:db8::1]:80')).toEqual({ host: '2001:db8::1', port: 80 });
  expect(splitAddress('host')).toEqual({ host: 'host', port: 7233 });
});

it('answers at once when nothing listens, and in time when something listens that is not Temporal', async () => {
  const startedAt = Date.now();
  const nobody = await probeServer({ connection: { address: '127.0.0.1:9' }, namespace: 'default', timeoutMs: 5000 });
  expect(nobody).toMatchObject({ ok: false, cause: 'unreachable', reason: 'nothing listens on 127.0.0.1:9' });
  expect(Date.now() - startedAt).toBeLessThan(500);
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const probe = await probeServer({ connection: { address }, namespace: 'default', timeoutMs: 800 });
  mute.closeAllConnections();
  mute.close();
  expect(probe).toMatchObject({ ok: false, cause: 'unreachable' });
  expect(Date.now() - startedAt).toBeLessThan(4000);
});

describe('doctor', () => {
  it('asks for the Node.js version we need', () => {
    expect(checkNode('v20.18.3')).toMatchObject({ status: 'missing', mend: 'install Node.js 20.19 or later' });
    expect(checkNode('v20.19.0').status).toBe('ok');
    expect(checkNode('v24.1.0').status).toBe('ok');
  });

  it('finds Ollama on this machine, and asks no other machine', async () => {
    const ollama = createServer((request, response) =>
      response.end(request.url === '/api/version' ? '{"version":"9.9"}' : ''),
    );
    await new Promise<void>((resolve) => ollama.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(ollama.address() as AddressInfo).port}`;
    const [keys, found] = await checkModels({ OLLAMA_HOST: host });
    ollama.close();
    expect(found).toEqual({ name: 'Ollama', status: 'ok', found: `http://${host}`, version: '9.9' });
    expect(keys?.status).toBe('ok');
    const [noKeys, elsewhere] = await checkModels({ OLLAMA_HOST: 'gpu.example' });
    expect(elsewhere?.found).toBe('OLLAMA_HOST names gpu.example:11434; not asked, since it is not this machine');
    expect(noKeys?.status).toBe('warn');
  });

  it('prints no value of a secret and says what production needs', async () => {
    const env = { HOME: folder, PATH: '', OPENAI_API_KEY: 'sk-hidden', DATABASE_URL: 'postgres://u:hidden@h/d' };
    const text = renderDoctor(await doctor({ env, home: path.join(folder, 'home'), production: true }));
    expect(text).not.toContain('hidden');
    expect(text).toMatch(
      /^missing Temporal server +none is configured and none of this home runs\n +→ set TEMPORAL_ADDRESS$/m,
    );
    expect(text).toMatch(/^missing Temporal CLI /m);
    expect(text).toMatch(/^ok {6}Database +DATABASE_URL is set$/m);
    expect(text).toMatch(/\n\n2 missing, \d+ to look at, \d+ checked$/);
    expect(checkDatabase({}, '/h', true).status).toBe('warn');
  });

  it('says when the home cannot be written', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const checks = await doctor({ env: { HOME: folder, PATH: '' }, home: path.join(file, 'home') });
    expect(checks.find(({ name }) => name === 'CADRE_HOME')).toMatchObject({ status: 'missing' });
  });
});
