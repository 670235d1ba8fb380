import { searchAttributes as ourSearchAttributes } from '../../../contracts/names';
import { isLoopback } from '../address';
import { loadConnection } from '../connection-settings';
import type { DoctorCheck } from './doctor-check';
import { checkQueues } from './doctor-queues';
import type { Env } from '../env';
import { type ConnectSettings, probeServer } from '../probe-server';
import { findRunningServer } from '../server-record';
import { findUiUrl, uiAnswers } from '../web-ui';

interface Target {
  readonly connection: ConnectSettings;
  readonly namespace: string;
  readonly uiUrl?: string;
  /** In words. */
  readonly from: string;
  readonly configured: boolean;
}

/** Which server would be used, whether it answers, and what is registered there. Starts nothing, never rejects. */
export async function checkServer(
  env: Env,
  home: string,
  production: boolean,
  queues: readonly string[],
): Promise<DoctorCheck[]> {
  try {
    const target = await targetOf(env, home);
    if (target) return await checkTarget(target, production, queues);
    const status = production ? 'missing' : 'warn';
    const mend = production ? 'set TEMPORAL_ADDRESS' : '`npx cadre dev` or `npm run demo` starts one';
    return [{ name: 'Temporal server', status, found: 'none is configured and none of this home runs', mend }];
  } catch (error) {
    return [
      { name: 'Temporal server', status: 'missing', found: error instanceof Error ? error.message : String(error) },
    ];
  }
}

async function targetOf(env: Env, home: string): Promise<Target | undefined> {
  const { connection, namespace, configuredBy } = loadConnection({ env });
  if (configuredBy) {
    const uiUrl = await findUiUrl(connection.address);
    return { connection, namespace, from: configuredBy, configured: true, ...(uiUrl ? { uiUrl } : {}) };
  }
  const record = await findRunningServer(home);
  if (!record) return undefined;
  const { address, uiUrl, owner } = record;
  const from = `started by process ${owner.pid}`;
  return { connection: { address }, namespace: record.namespace, uiUrl, from, configured: false };
}

async function checkTarget(
  { connection, namespace, uiUrl, from, configured }: Target,
  production: boolean,
  queues: readonly string[],
): Promise<DoctorCheck[]> {
  const { address } = connection;
  const name = 'Temporal server';
  const probe = await probeServer({ connection, namespace, timeoutMs: 5000 });
  if (!probe.ok) {
    const mend = configured ? `start it, or correct or unset ${from}` : 'stop the process that started it';
    return [{ name, status: 'missing', found: `${probe.reason} (${from})`, mend }];
  }
  const server = {
    name,
    status: 'ok',
    found: `${address}, namespace ${namespace}, ${from}`,
    version: probe.serverVersion,
  } as const;
  return [
    server,
    ...(production ? [checkProtection(connection, configured)] : []),
    await checkUi(uiUrl),
    checkAttributes(probe.searchAttributes, namespace),
    ...(await checkQueues(connection, namespace, queues)),
  ];
}

function checkProtection({ address, tls, apiKey }: ConnectSettings, configured: boolean): DoctorCheck {
  const name = 'Server protection';
  if (!configured) {
    const mend = 'set TEMPORAL_ADDRESS to a Temporal cluster';
    return { name, status: 'missing', found: 'a development server: one machine, no access control', mend };
  }
  if (tls || apiKey) return { name, status: 'ok', found: apiKey ? 'TLS and an API key' : 'TLS' };
  const found = isLoopback(address)
    ? 'no TLS; the server is on this machine'
    : 'no TLS: whoever is on the way can read and decide';
  const mend = 'set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH, or TEMPORAL_API_KEY';
  return { name, status: isLoopback(address) ? 'warn' : 'missing', found, mend };
}

async function checkUi(uiUrl: string | undefined): Promise<DoctorCheck> {
  const name = 'Temporal web UI';
  if (uiUrl && (await uiAnswers(uiUrl))) return { name, status: 'ok', found: uiUrl };
  return { name, status: 'warn', found: uiUrl ? `${uiUrl} does not answer` : 'its address is not known here' };
}

function checkAttributes(registered: readonly string[], namespace: string): DoctorCheck {
  const name = 'Search attributes';
  const ours = Object.entries(ourSearchAttributes);
  const absent = ours.filter(([attribute]) => !registered.includes(attribute));
  if (absent.length === 0) return { name, status: 'ok', found: ours.map(([attribute]) => attribute).join(', ') };
  const flags = absent.map(([attribute, type]) => `--name ${attribute} --type ${type}`).join(' ');
  const mend = `npx cadre temporal operator search-attribute create --namespace ${namespace} ${flags}`;
  const found = `not registered: ${absent.map(([attribute]) => attribute).join(', ')} (runs work, lists cannot filter)`;
  return { name, status: 'warn', found, mend };
}
