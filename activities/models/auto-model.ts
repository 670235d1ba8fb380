import { setTimeout as sleep } from 'node:timers/promises';
import { CadreError } from '../../contracts/failures';
import { isJsonObject } from '../../contracts/json';
import { providerNames, type ModelConfig, type ProviderName } from '../../contracts/team';
import type { Environment } from '../deps';
import { defaultModels, keyVariables, type KeyedProvider } from './default-models';
import type { Fetch } from './guarded-fetch';

/** What `auto` settled on, and the sentence that says why. */
export interface AutoChoice {
  config: ModelConfig;
  why: string;
}

const keyedProviders: readonly KeyedProvider[] = ['openai', 'anthropic', 'google'];

/**
 * The first that works: `CADRE_MODEL`, a provider whose key is set, Ollama on `OLLAMA_HOST` or loopback, else the
 * offline model. Nothing but Ollama is asked; it has a fraction of a second to answer.
 */
export async function chooseAutoModel(env: Environment, fetch: Fetch): Promise<AutoChoice> {
  const wanted = env['CADRE_MODEL']?.trim();
  if (wanted) return { config: await namedModel(wanted, env, fetch), why: `CADRE_MODEL names ${wanted}` };
  for (const provider of keyedProviders) {
    const variable = keyVariables[provider].find((name) => env[name]);
    if (variable) return { config: { provider, model: defaultModels[provider] }, why: `${variable} is set` };
  }
  const base = ollamaAddress(env);
  const models = await ollamaModels(base, fetch);
  if (models.length > 0) return { config: ollamaConfig(base, models), why: `Ollama answers on ${base}` };
  return { config: { provider: 'offline' }, why: `no API key is set and no Ollama answers on ${base}` };
}

/** A model named as `provider` or `provider/model`; `ollama` is a name for the local server. Throws `InvalidInput`. */
export async function namedModel(wanted: string, env: Environment, fetch: Fetch): Promise<ModelConfig> {
  const slash = wanted.indexOf('/');
  const provider = slash < 0 ? wanted : wanted.slice(0, slash);
  const model = slash < 0 ? undefined : wanted.slice(slash + 1);
  if (provider === 'ollama') {
    const base = ollamaAddress(env);
    return ollamaConfig(base, model ? [model] : await ollamaModels(base, fetch), model);
  }
  if (!isNamable(provider)) {
    throw new CadreError(
      'InvalidInput',
      `There is no model provider "${provider}". Known: openai, anthropic, google, ollama, offline.`,
    );
  }
  if (provider === 'offline') return { provider };
  return { provider, model: model ?? defaultModels[provider] };
}

function isNamable(provider: string): provider is KeyedProvider | 'offline' {
  const named: readonly ProviderName[] = [...keyedProviders, 'offline'];
  return (providerNames as readonly string[]).includes(provider) && (named as readonly string[]).includes(provider);
}

/** `OLLAMA_HOST` as Ollama reads it: a host, a host with a port, or a URL. */
function ollamaAddress(env: Environment): string {
  const host = env['OLLAMA_HOST']?.trim().replace(/\/+$/, '') || '127.0.0.1:11434';
  const withScheme = /^https?:\/\//.test(host) ? host : `http://${host}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : new URL('http://127.0.0.1:11434');
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (!url.port && !/^https?:\/\//.test(host)) url.port = '11434';
  return url.origin;
}

/** Local by nature only on this machine: an Ollama elsewhere has to be declared in a team. */
function ollamaConfig(base: string, models: readonly string[], wanted?: string): ModelConfig {
  const model =
    wanted ?? (models.includes(defaultModels.ollama) ? defaultModels.ollama : (models[0] ?? defaultModels.ollama));
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(base).hostname);
  return {
    provider: 'openai-compatible',
    model,
    baseUrl: `${base}/v1`,
    locality: loopback ? 'local' : 'remote',
    usdPerMillionTokens: { input: 0, output: 0 },
  };
}

const probeMs = 400;

async function ollamaModels(base: string, fetch: Fetch): Promise<string[]> {
  const stop = new AbortController();
  const asked = fetch(`${base}/api/tags`, { signal: stop.signal, redirect: 'error' }).then((response) =>
    response.json(),
  );
  asked.catch(() => undefined);
  try {
    const body: unknown = await Promise.race([asked, sleep(probeMs, null, { signal: stop.signal })]);
    const models = isJsonObject(body) && Array.isArray(body['models']) ? body['models'] : [];
    return models.flatMap((model) => (isJsonObject(model) && typeof model['name'] === 'string' ? [model['name']] : []));
  } catch {
    return [];
  } finally {
    stop.abort();
  }
}
