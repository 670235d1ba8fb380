import path from 'node:path';

import { searchAttributes as ourSearchAttributes } from '../../contracts/names';
import { isBuiltInAddress, isLoopback } from './address';
import { builtInNamespace, loadConnection, type TemporalSettings } from './connection-settings';
import type { Env, OnProgress } from './env';
import type { GuardedExit } from './process/guarded-process';
import { locateCli } from './locate-cli';
import { isAlive } from './process/process-identity';
import { type ConnectSettings, probeServer } from './probe-server';
import type { SearchAttributeTypes } from './register-attributes';
import { findRunningServer, type ServerRecord } from './server-record';
import { useOrStartDevServer } from './start-dev-server';
import { findUiUrl } from './web-ui';

export interface ResolveOptions {
  readonly env: Env;
  /** CADRE_HOME. */
  readonly home: string;
  /** Whether a configured address may be used: `loopback` = only when it means this machine. */
  readonly allowConfigured: 'always' | 'loopback' | 'never';
  /** false = never start (or fetch) anything; throws when no server is there. */
  readonly start?: boolean;
  /** Default: 7233 and 8233 if they are free. false = any free ports. */
  readonly usualPorts?: boolean;
  readonly searchAttributes?: SearchAttributeTypes;
  readonly onProgress?: OnProgress;
}

export interface ResolvedServer {
  readonly address: string;
  readonly namespace: string;
  /** For `Connection.connect` and `NativeConnection.connect`. */
  readonly connection: ConnectSettings;
  /** Base of the web UI, without a slash at the end, where one is known. */
  readonly uiUrl?: string;
  /** `running` belongs to another command of the same home, which also stops it; `started` is ours. */
  readonly source: 'configured' | 'running' | 'started';
  /** Only for `started`: settles when the server has ended. */
  readonly ended?: Promise<GuardedExit>;
  /** Only for `running`: whether its process has gone. Costs no connection, which would find it out far later. */
  readonly isGone?: () => boolean;
  /** Ends the server if this process started it; otherwise does nothing. */
  stop(): Promise<void>;
}

const answerWithinMs = 5000;
const leaveIt = (): Promise<void> => Promise.resolve();

/** The server to work with: a configured one that answers, else the one of this home, else one started now. */
export async function resolveServer(options: ResolveOptions): Promise<ResolvedServer> {
  const { env, onProgress = () => undefined } = options;
  const home = path.resolve(options.home);
  const settings = loadConnection({ env });
  const useConfigured = mayUse(settings, options.allowConfigured, onProgress);
  const configured = useConfigured ? await useConfiguredServer(settings, onProgress) : undefined;
  if (configured) return configured;
  const running = await findRunningServer(home);
  if (running) return shared(running, onProgress);
  if (options.start === false) {
    throw new Error(
      'No Temporal server runs here. Start one with `npx cadre dev`, or set TEMPORAL_ADDRESS to one that runs.',
    );
  }
  const cli = await locateCli({ env, home, onProgress });
  const outcome = await useOrStartDevServer({
    cli,
    env,
    home,
    dbFile: path.join(home, 'temporal.db'),
    namespace: useConfigured || !settings.configuredBy ? settings.namespace : builtInNamespace,
    searchAttributes: options.searchAttributes ?? ourSearchAttributes,
    usualPorts: options.usualPorts ?? true,
    onProgress,
  });
  if ('running' in outcome) return shared(outcome.running, onProgress);
  const { started } = outcome;
  const { address, namespace, uiUrl, ended } = started;
  onProgress(`Temporal server ${cli.version} started on ${address}.`);
  const stop = (): Promise<void> => started.stop();
  return { address, namespace, connection: { address }, uiUrl, source: 'started', ended, stop };
}

function mayUse(
  settings: TemporalSettings,
  allowed: ResolveOptions['allowConfigured'],
  onProgress: OnProgress,
): boolean {
  if (!settings.configuredBy || allowed === 'never') return false;
  const { address } = settings.connection;
  if (allowed === 'always' || isLoopback(address)) return true;
  onProgress(`${settings.configuredBy} names ${address}, which is not this machine; it is not used here.`);
  return false;
}

/** undefined only for the built-in address, written out, where nothing answers: starting ours there is what was meant. */
async function useConfiguredServer(
  settings: TemporalSettings,
  onProgress: OnProgress,
): Promise<ResolvedServer | undefined> {
  const { connection, namespace, configuredBy = '' } = settings;
  const { address } = connection;
  const probe = await probeServer({ connection, namespace, timeoutMs: answerWithinMs });
  if (probe.ok) {
    const uiUrl = await findUiUrl(address);
    return { address, namespace, connection, source: 'configured', stop: leaveIt, ...(uiUrl ? { uiUrl } : {}) };
  }
  if (probe.cause === 'unreachable' && isBuiltInAddress(address)) {
    onProgress(`Nothing answers at ${address}, which is the usual address; looking for a server of our own.`);
    return undefined;
  }
  throw new Error(
    `${probe.reason}. It is configured by ${configuredBy}: start that server, correct the setting, or unset it.`,
  );
}

function shared(record: ServerRecord, onProgress: OnProgress): ResolvedServer {
  const { address, namespace, uiUrl, owner } = record;
  const isGone = (): boolean => !isAlive(record.server);
  onProgress(`Using the Temporal server on ${address}; it ends with process ${owner.pid}, which started it.`);
  return { address, namespace, connection: { address }, uiUrl, source: 'running', isGone, stop: leaveIt };
}
