import { loadClientConnectConfig } from '@temporalio/envconfig';

import { builtInAddress } from './address';
import { type Env, setVariables } from './env';
import type { ConnectSettings } from './probe-server';

export interface TemporalSettings {
  readonly connection: ConnectSettings;
  readonly namespace: string;
  /** Where the address was configured, in words; undefined when it is the built-in default. */
  readonly configuredBy?: string;
}

/** What the `temporal` CLI uses when nothing is configured. */
export const builtInNamespace = 'default';

/**
 * Address, namespace and credentials exactly as the `temporal` CLI reads them: `TEMPORAL_*`, then the profile of the
 * config file. Throws a sentence when they cannot be read.
 */
export function loadConnection({ env }: { readonly env: Env }): TemporalSettings {
  const { connectionOptions, namespace } = readSettings(env);
  const { address, apiKey, tls, metadata } = connectionOptions;
  const connection: ConnectSettings = {
    address: address ?? builtInAddress,
    ...(apiKey ? { apiKey } : {}),
    ...(tls === undefined ? {} : { tls }),
    ...(metadata && Object.keys(metadata).length > 0 ? { metadata: metadata as Record<string, string> } : {}),
  };
  const settings = { connection, namespace: namespace ?? builtInNamespace };
  return address ? { ...settings, configuredBy: configuredBy(env) } : settings;
}

function readSettings(env: Env): ReturnType<typeof loadClientConnectConfig> {
  const overrideEnvVars = setVariables(env);
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    // The library stumbles over a config file without any profile, which the CLI takes for an absent one.
    const noProfiles = error instanceof TypeError;
    const profile = env['TEMPORAL_PROFILE'];
    if (noProfiles && !profile) return loadClientConnectConfig({ overrideEnvVars, disableFile: true });
    const why = noProfiles ? `the config file has no profile ${profile}` : (error as Error).message.split('\n')[0];
    throw new Error(
      `The Temporal settings cannot be read: ${why}. Look at TEMPORAL_* and at the config file they name.`,
    );
  }
}

function configuredBy(env: Env): string {
  if (env['TEMPORAL_ADDRESS']) return 'TEMPORAL_ADDRESS';
  return `profile ${env['TEMPORAL_PROFILE'] ?? 'default'} of ${env['TEMPORAL_CONFIG_FILE'] ?? 'the Temporal config file'}`;
}
