import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

import { sha256Hex } from '../contracts/digest';
import { CadreError } from '../contracts/failures';
import { subjectFits } from '../contracts/subjects';

const keptMs = 7 * 24 * 3600_000;
const messagesMax = 1_000_000;
const bytesMax = 1024 ** 3;
const ackWaitMs = 30_000;
/** As many may be on their way to Temporal at the same time. */
const inFlightMax = 64;

/**
 * The stream that captures `<prefix>.events.>`, so that a plain `nats pub` is kept until it is taken: one that exists, else
 * `CADRE_EVENTS_<PREFIX>` with bounds of ours (I5): seven days, a million messages, one gibibyte.
 */
export async function ensureEventStream(manager: JetStreamManager, eventPrefix: string): Promise<string> {
  const subject = `${eventPrefix}.events.>`;
  const overlapping = await manager.streams.list(subject).next();
  const whole = overlapping.find(({ config }) => config.subjects.some((one) => coversEvents(one, eventPrefix)));
  if (whole) return whole.config.name;
  if (overlapping.length > 0) {
    const names = overlapping.map(({ config }) => config.name).join(', ');
    throw new CadreError(
      'InvalidInput',
      `The NATS stream ${names} captures a part of ${subject} only, and NATS allows no second one beside it: let it capture all of it (nats stream edit), or remove it.`,
    );
  }
  const name = nameFor(`CADRE_EVENTS_${eventPrefix.toUpperCase()}`);
  await manager.streams.add({
    name,
    subjects: [subject],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(keptMs),
    max_msgs: messagesMax,
    max_bytes: bytesMax,
  });
  return name;
}

function coversEvents(pattern: string, eventPrefix: string): boolean {
  return [`${eventPrefix}.events.one`, `${eventPrefix}.events.one.two.three`].every((one) => subjectFits(pattern, one));
}

/**
 * The durable place of a team in a stream: what is published while no worker runs is taken by the next one. A place that
 * is made anew begins with what comes from now on, not with what a stream has kept for others.
 */
export async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  team: { name: string; eventPrefix: string },
): Promise<string> {
  const durable = nameFor(`cadre-${team.name}`);
  try {
    await manager.consumers.info(stream, durable);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: `${team.eventPrefix}.events.>`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: inFlightMax,
      deliver_policy: DeliverPolicy.New,
    });
  }
  return durable;
}

/** NATS takes no dots, spaces or slashes in names; a name that had some keeps apart from others by its digest. */
function nameFor(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_-]/g, '_');
  return plain === text && text.length <= 64 ? plain : `${plain.slice(0, 48)}-${sha256Hex(text).slice(0, 8)}`;
}
