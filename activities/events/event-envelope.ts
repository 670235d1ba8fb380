import { digestOf } from '../../contracts/digest';
import type { EventRecord } from '../../contracts/event-delivery';
import { untrustedSetOf } from '../../contracts/untrusted';
import type { AuditEntry, StoredMessage } from '../stores';

/** An event handed to a consumer, as the same envelope that a delegation or a notification is (contract §5). */
export function envelopeOfEvent(run: string, event: EventRecord, sender: string, recipient: string): StoredMessage {
  const { id, subject, causationId, correlationId, hops, data, time } = event;
  return {
    id: eventMessageId(event, recipient),
    run,
    type: 'event',
    sender,
    recipient,
    correlationId,
    causationId,
    path: [subject],
    depth: hops,
    payload: { inline: { id, subject, data } },
    schema: 'cloudevents/1.0',
    untrusted: untrustedSetOf([eventSource(event)]),
    sentAt: time,
    signature: null,
  };
}

/** What an event is called among the sources of a run that has read it. */
export const eventSource = ({ id }: Pick<EventRecord, 'id'>): string => `event:${id}`;

export function eventMessageId({ id, subject }: Pick<EventRecord, 'id' | 'subject'>, recipient: string): string {
  return digestOf({ event: id, subject, recipient });
}

export function auditOfEvent(action: string, key: string, at: string, actor: string, body: object): AuditEntry {
  return {
    eventKey: `${action} ${key}`,
    at,
    actor,
    action,
    subject: key,
    body: JSON.parse(JSON.stringify(body)) as AuditEntry['body'],
  };
}
