import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { Logger } from 'pino';

import type { Config } from '../workers/config';
import { CliError } from './cli-error';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';
import { lazy } from './lazy';

export interface DoorOptions {
  webhookPort?: string;
  webhookHost?: string;
  nats?: string | true;
}

/** The ways in which events come from outside, for a process that runs a worker. */
export function withDoorOptions(command: Command): Command {
  return command
    .option('--webhook-port <port>', 'take signed events over HTTP on this port (CADRE_WEBHOOK_SECRET)')
    .option('--webhook-host <address>', 'address to listen on in place of 127.0.0.1')
    .option('--nats [url]', 'exchange events with a NATS server (NATS_URL)');
}

/** Opens the doors that were asked for, until the command ends; what is open, as lines for a person and as JSON. */
export async function openDoors(
  ctx: CliContext,
  options: DoorOptions,
  made: { client: () => Promise<Client>; config: Config; log: Logger },
): Promise<{ lines: string[]; doors: Record<string, unknown> }> {
  const { webhookPort, webhookHost, nats } = options;
  const lines: string[] = [];
  const doors: Record<string, unknown> = {};
  if (webhookPort === undefined && nats === undefined) return { lines, doors };
  const { config, log } = made;
  const client = await made.client();
  const publish = (event: Parameters<ReturnType<typeof lazy.client>['publishEvent']>[1]) =>
    lazy.client().publishEvent(client, event);
  const teams = lazy.eventTeams().makeEventTeams(config, log);
  if (webhookPort !== undefined) {
    const host = webhookHost === undefined ? {} : { host: webhookHost };
    const port = portFrom(webhookPort);
    const keysOf = lazy.webhookSecrets().makeWebhookSecrets(config);
    const names = async (): Promise<string[]> => (await teams()).map(({ name }) => name);
    const open = () => lazy.webhook().startWebhook({ port, ...host, keysOf, teams: names, publish, log });
    const webhook = await ctx.lifetime.acquire('the webhook', open, (one) => one.close());
    doors['webhook'] = webhook.url;
    lines.push(`  Webhook       ${webhook.url}/events/<team>/<subject>`);
  }
  if (nats !== undefined) {
    const url = nats === true ? undefined : nats;
    const given = { config, url, teams: await teams(), publish, log };
    const door = await ctx.lifetime.acquire('the NATS bridge', () => natsDoor().openNatsDoor(given), (one) => one.close()); // prettier-ignore
    doors['nats'] = { address: door.place, teams: door.places };
    const places = door.places.map(({ team, stream }) => `${team} from ${stream}`).join(', ');
    lines.push(`  NATS          ${door.place}: ${places || 'no team takes events'}`);
  }
  return { lines, doors };
}

function natsDoor(): ReturnType<typeof lazy.natsDoor> {
  try {
    return lazy.natsDoor();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND' || !String(error).includes('@nats-io'))
      throw error;
    throw new CliError(
      'The NATS bridge needs two packages that are not installed.',
      'npm install @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0',
      exitCodes.usage,
    );
  }
}

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CliError('--webhook-port takes a port.', '--webhook-port 8790', exitCodes.usage);
}
