import type { EventInput } from '../contracts/event';
import { CadreError } from '../contracts/failures';
import { isJsonObject, type Json, type JsonObject } from '../contracts/json';

/** A message as it came: over HTTP or over NATS, which carry CloudEvents in the same two ways. */
export interface RawMessage {
  body: Buffer;
  contentType: string | undefined;
  /** Value of the CloudEvents attribute `name` when the message carries its attributes as headers (binary mode). */
  attribute(name: string): string | undefined;
  /** What holds where the message does not say it itself. `subject` always holds: it is where the message was sent. */
  defaults: { subject?: string; id: string; source: string };
}

/** An event without the team it is for. */
export type ReadEvent = EventInput & { id: string; source: string };

/**
 * Reads a CloudEvent 1.0 in binary or structured mode; anything else is the data of an event that is described by the
 * defaults: JSON as it is, other text as a text, other bytes as `{contentType, base64}`. Throws `InvalidInput` with a
 * sentence for what claims to be a CloudEvent and is none.
 */
export function readCloudEvent(message: RawMessage): ReadEvent {
  const type = (message.contentType ?? '').toLowerCase();
  if (type.startsWith('application/cloudevents-batch')) {
    throw invalid('A batch of CloudEvents is not taken; send them one by one');
  }
  if (message.attribute('specversion') !== undefined) {
    return toEvent((name) => message.attribute(name), dataOf(message), message);
  }
  const structured = type.startsWith('application/cloudevents');
  const parsed = parsedOf(message.body);
  if (structured || (parsed !== undefined && looksLikeCloudEvent(parsed))) {
    if (parsed === undefined || !isJsonObject(parsed))
      throw invalid('The body is no CloudEvent: it is not a JSON object');
    return toEvent((name) => attributeOf(parsed, name), structuredData(parsed), message);
  }
  const { subject, id, source } = message.defaults;
  if (subject === undefined) {
    throw invalid('It is not said what the event is: send a CloudEvent, or name the subject in the address');
  }
  return { subject, id, source, data: parsed === undefined ? dataOf(message) : parsed };
}

function toEvent(attribute: (name: string) => string | undefined, data: Json, { defaults }: RawMessage): ReadEvent {
  const version = attribute('specversion');
  if (version !== '1.0') throw invalid(`A CloudEvent of version ${version ?? '(none)'} is not known, only 1.0`);
  const subject = defaults.subject ?? attribute('type');
  if (subject === undefined) throw invalid('The CloudEvent has no type, which is the subject it is published to');
  const hops = attribute('hops');
  const optional = {
    subjectKey: attribute('subject'),
    correlationId: attribute('correlationid'),
    causationId: attribute('causationid'),
    hops: hops === undefined ? undefined : Number(hops),
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const { id = defaults.id, source = defaults.source } = { id: attribute('id'), source: attribute('source') };
  return { subject, id, source, data, ...given };
}

/** Without its content type, as a plain NATS message comes: only something with all four required attributes. */
function looksLikeCloudEvent(value: Json): boolean {
  return (
    isJsonObject(value) &&
    value['specversion'] === '1.0' &&
    ['id', 'source', 'type'].every((name) => typeof value[name] === 'string')
  );
}

function attributeOf(event: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(event, name) ? event[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function structuredData(event: JsonObject): Json {
  const base64 = attributeOf(event, 'data_base64');
  if (base64 !== undefined) return { contentType: attributeOf(event, 'datacontenttype') ?? '', base64 };
  return Object.hasOwn(event, 'data') ? (event['data'] ?? null) : null;
}

function parsedOf(body: Buffer): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json;
  } catch {
    return undefined;
  }
}

function dataOf({ body, contentType }: RawMessage): Json {
  if (body.length === 0) return null;
  const parsed = parsedOf(body);
  if (parsed !== undefined) return parsed;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { contentType: contentType ?? '', base64: body.toString('base64') };
  }
}

const invalid = (what: string): CadreError => new CadreError('InvalidInput', `${what}.`);
