import { createHash } from 'node:crypto';
import { isJsonObject } from '../../../../contracts/json';
import { readLimits } from '../record';
import { tidyText } from '../text/html-to-text';
import { mentionsIn } from '../text/mentions';
import { readDate } from '../text/read-date';
import type { ExportRecord, RecordLocation, RecordPerson } from '../record';

type Message = Record<string, unknown>;

/** True for an entry of `messages.json`; a quoted message inside another one has no id, topic or state of its own. */
export function isChatMessage(value: unknown): value is Message {
  if (!isJsonObject(value) || typeof value['created_date'] !== 'string') return false;
  return ['message_id', 'topic_id', 'message_state', 'creator'].some((key) => key in value);
}

/** `space` is the name of the room or, without one, of its folder. */
export function toChatRecord(message: Message, space: string, location: RecordLocation): ExportRecord {
  const at = readDate(string(message['created_date']));
  const updatedAt = readDate(string(message['updated_date']));
  const creator = isJsonObject(message['creator']) ? message['creator'] : {};
  const body = tidyText(string(message['text']));
  const files = names(message['attached_files'], ['original_name', 'export_name']);
  const fields: Record<string, string> = {
    space,
    topic: string(message['topic_id']),
    state: string(message['message_state']).toLowerCase(),
    userType: string(creator['user_type']),
    attachments: files.join(', '),
    reactions: reactions(message['reactions']),
  };
  return {
    source: 'chat',
    id:
      string(message['message_id']) ||
      substituteId(space, message, string(creator['email']) || string(creator['name'])),
    threadId: string(message['topic_id']) || space,
    title: space,
    body,
    people: people(creator, message['annotations']),
    at,
    ...(updatedAt ? { updatedAt } : {}),
    activity: [...new Set([at, updatedAt])].filter((instant) => instant !== null).sort(),
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')),
    links: [...new Set([...mentionsIn(body), ...annotatedLinks(message['annotations'])])].slice(0, readLimits.links),
    location,
  };
}

function people(creator: Message, annotations: unknown): RecordPerson[] {
  const name = string(creator['name']) || string(creator['email']);
  const email = string(creator['email']).toLowerCase();
  const author: RecordPerson[] = name ? [{ name, ...(email ? { email } : {}), role: 'author' }] : [];
  const mentioned = objects(annotations).flatMap((annotation): RecordPerson[] => {
    const mention = annotation['user_mention_metadata'] ?? annotation['userMentionMetadata'];
    const user = isJsonObject(mention) && isJsonObject(mention['user']) ? mention['user'] : {};
    const who = string(user['name']) || string(user['email']);
    return who
      ? [
          {
            name: who,
            ...(string(user['email']) ? { email: string(user['email']).toLowerCase() } : {}),
            role: 'mentioned',
          },
        ]
      : [];
  });
  return [...author, ...mentioned].slice(0, readLimits.people);
}

function annotatedLinks(annotations: unknown): string[] {
  return objects(annotations).flatMap((annotation) => {
    const metadata = annotation['url_metadata'];
    if (!isJsonObject(metadata)) return [];
    const url = isJsonObject(metadata['url'])
      ? metadata['url']['private_do_not_access_or_else_safe_url_wrapped_value']
      : metadata['url'];
    return string(url) ? [string(url)] : [];
  });
}

function reactions(value: unknown): string {
  return objects(value)
    .map((reaction) => {
      const emoji = isJsonObject(reaction['emoji']) ? string(reaction['emoji']['unicode']) : string(reaction['emoji']);
      const who = Array.isArray(reaction['reactor_emails']) ? reaction['reactor_emails'].length : 1;
      return emoji ? `${emoji} ${who}` : '';
    })
    .filter(Boolean)
    .join(', ');
}

function names(value: unknown, keys: string[]): string[] {
  return objects(value).flatMap((entry) => keys.map((key) => string(entry[key])).find(Boolean) ?? []);
}

function objects(value: unknown): Message[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Older exports carry no message_id: a digest of space, time, author and text stands for it. */
function substituteId(space: string, message: Message, author: string): string {
  const parts = [space, string(message['created_date']), author, string(message['text'])];
  return `sha256-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)}`;
}
