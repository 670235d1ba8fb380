import path from 'node:path';
import type { Logger } from 'pino';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { ModelProvider } from '../../contracts/model';
import type { ModelConfig, Team } from '../../contracts/team';
import type { Environment, ModelDirectory } from '../deps';
import { makeRedactor } from '../redact';
import { RecentMap } from '../stores/recent-map';
import { aiSdkProvider } from './ai-sdk-provider';
import { anthropicVendor } from './anthropic';
import { chooseAutoModel, namedModel, type AutoChoice } from './auto-model';
import { defaultModels, keyVariables } from './default-models';
import { googleVendor } from './google';
import type { Fetch } from './guarded-fetch';
import { fillModelSettings } from './model-settings';
import { offlineProvider } from './offline';
import { openaiVendor } from './openai';
import { openaiCompatibleVendor } from './openai-compatible';
import { readScriptFile } from './script';
import { makeScript, type Script } from './scripted';
import { withConfig, type VendorFactory, type VendorName } from './vendor';

export interface ModelDirectoryOptions {
  env: Environment;
  log: Pick<Logger, 'info'>;
  /** Node's own by default. */
  fetch?: Fetch;
  /** Scripted models by the name a team's `script` uses. */
  scripts?: Readonly<Record<string, Script>>;
  /** Folder that relative script files of teams are looked for in. */
  scriptFolder?: string;
  /** Stands in for every model of every team: `offline`, or `provider/model`. */
  forceModel?: string;
}

export interface Models extends ModelDirectory {
  /** What `auto` means in this process, and why; asked for once. */
  auto(): Promise<AutoChoice>;
}

const vendors: Readonly<Record<VendorName, VendorFactory>> = {
  openai: openaiVendor,
  anthropic: anthropicVendor,
  google: googleVendor,
  'openai-compatible': openaiCompatibleVendor,
};
const rememberedMax = 100;

/** Finds the provider behind each model entry of a team. Keys are read here, from the worker's environment, and stay. */
export function makeModelDirectory(options: ModelDirectoryOptions): Models {
  const { env, log, fetch = globalThis.fetch } = options;
  const providers = new RecentMap<string, ModelProvider>(rememberedMax);
  const scripts = new Map<string, Script>();
  let chosen: Promise<AutoChoice> | null = null;
  const forced = new Map<string, Promise<ModelConfig>>();

  const auto = (): Promise<AutoChoice> => {
    chosen ??= chooseAutoModel(env, fetch).then((choice) => {
      const { provider, model } = choice.config;
      log.info({ provider, model, why: choice.why }, `auto model: ${provider}${model ? `/${model}` : ''}`);
      return choice;
    });
    chosen.catch(() => (chosen = null));
    return chosen;
  };
  const force = (wanted: string): Promise<ModelConfig> => {
    let known = forced.get(wanted);
    known ??= wanted === 'auto' ? auto().then(({ config }) => config) : namedModel(wanted, env, fetch);
    if (forced.size < rememberedMax) forced.set(wanted, known);
    return known;
  };
  const settle = async (team: Team, name: string, asked?: string): Promise<{ config: ModelConfig; own: boolean }> => {
    // What the run was started with goes before what this worker was: nobody asked for another model in its name.
    const wanted = asked ?? options.forceModel;
    if (wanted !== undefined) return { config: await force(wanted), own: true };
    const declared = team.models[name];
    const config = declared ?? (name === 'auto' ? { provider: 'auto' as const } : undefined);
    if (!config) {
      throw new CadreError(
        'InvalidTeam',
        `The team ${team.name} has no model "${name}". It has: ${Object.keys(team.models).join(', ')}.`,
      );
    }
    if (config.provider !== 'auto') return { config: fillModelSettings(team, name, config, env), own: !team.inline };
    const { provider: _auto, model: _model, ...said } = config;
    return { config: { ...said, ...(await auto()).config }, own: true };
  };
  const scriptOf = (team: Team, name: string, config: ModelConfig): Script => {
    const wanted = config.script ?? name;
    const registered = options.scripts?.[wanted];
    if (registered) return registered;
    if (team.inline || config.script === undefined) {
      throw new CadreError(
        'InvalidTeam',
        `The scripted model ${name} names no script that is registered here ("${wanted}").`,
      );
    }
    const file = path.resolve(options.scriptFolder ?? '.', config.script);
    const known = scripts.get(file) ?? makeScript(readScriptFile(file), config.script);
    scripts.set(file, known);
    return known;
  };

  const providerFor = (name: string, config: ModelConfig & { model: string }, own: boolean): ModelProvider => {
    const secrets = config.apiKey === undefined ? [] : [config.apiKey];
    return aiSdkProvider(vendorFor(name, config, own, env), fetch, makeRedactor(env, secrets));
  };

  return {
    auto,
    async resolve(team, name, _signal, asked) {
      const { config, own } = await settle(team, name, asked);
      if (config.provider === 'offline') return { provider: offlineProvider, config };
      if (config.provider === 'scripted') return { provider: scriptOf(team, name, config).provider, config };
      const settled = { ...config, model: config.model ?? defaultModelOf(name, config) };
      const key = digestOf({ settled, own });
      const provider = providers.get(key) ?? providerFor(name, settled, own);
      providers.set(key, provider);
      return { provider, config: withEnvBaseUrl(settled, env) };
    },
  };
}

function defaultModelOf(name: string, { provider }: ModelConfig): string {
  if (provider === 'openai' || provider === 'anthropic' || provider === 'google') return defaultModels[provider];
  throw new CadreError('InvalidTeam', `The model ${name} (${provider}) names no model; add model: <name>.`);
}

/** `own`: the entry was written by an operator, so the operator's keys may go to the address it names. */
function vendorFor(name: string, config: ModelConfig & { model: string }, own: boolean, env: Environment) {
  const provider = config.provider as VendorName;
  const baseUrl = withEnvBaseUrl(config, env).baseUrl;
  const mayUseEnvKey = own || config.baseUrl === undefined;
  const variables = provider === 'openai-compatible' ? [] : keyVariables[provider];
  const envKey = mayUseEnvKey ? variables.map((variable) => env[variable]).find(Boolean) : undefined;
  const apiKey = config.apiKey ?? envKey;
  if (!apiKey && provider !== 'openai-compatible') {
    throw new CadreError(
      'ModelAuth',
      `The model ${name} (${provider}) has no API key; set ${variables[0] ?? 'apiKey'} for the worker.`,
    );
  }
  const settings = { modelId: config.model, apiKey: apiKey ?? '', ...(baseUrl ? { baseUrl } : {}) };
  return withConfig(vendors[provider](settings), config);
}

/** `OPENAI_BASE_URL` moves OpenAI for everybody, as OpenAI's own clients read it; such a place has no list price. */
function withEnvBaseUrl(config: ModelConfig, env: Environment): ModelConfig {
  const moved = config.provider === 'openai' && config.baseUrl === undefined ? env['OPENAI_BASE_URL'] : undefined;
  return moved ? { ...config, baseUrl: moved.replace(/\/+$/, '') } : config;
}
