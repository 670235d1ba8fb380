import type { ModelConfig, ProviderName } from '../../contracts/team';
import type { Vendor } from './ai-sdk-provider';

/** What a vendor's file needs of a model entry, `${NAME}` filled in. */
export interface VendorSettings {
  modelId: string;
  apiKey: string;
  baseUrl?: string;
  /** Shown instead of the provider's name, e.g. `ollama`. */
  name?: string;
}

export type VendorFactory = (settings: VendorSettings) => Vendor;

export type VendorName = Exclude<ProviderName, 'auto' | 'scripted' | 'offline'>;

/** Applies what a team says of a model to its vendor. */
export function withConfig(vendor: Vendor, config: ModelConfig): Vendor {
  const { structuredOutput: mode, temperature, seed } = config;
  const withTools = config.provider === 'google' && mode !== 'prompt' ? vendor.output.withTools : mode;
  return {
    ...vendor,
    ...(mode ? { output: { withTools: withTools ?? mode, withoutTools: mode } } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
  };
}
