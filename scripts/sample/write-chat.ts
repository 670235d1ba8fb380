import { resolveRefs } from './resolve-refs';
import { spaces } from './story-chat';
import type { SampleMessage } from './make-chat';
import type { Refs } from './resolve-refs';
import type { SpaceId } from './story-chat';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');

/** The files of a Google Chat Takeout: for each space its description and its messages. Path → content. */
export function chatFiles(messages: SampleMessage[], refs: Refs): Map<string, string> {
  const files = new Map<string, string>();
  for (const id of Object.keys(spaces) as SpaceId[]) {
    const { name, folder } = spaces[id];
    const own = messages.filter(({ space }) => space === id);
    const members = [...new Map(own.map(({ who }) => [who.name, user(who)])).values()];
    files.set(`Groups/${folder}/group_info.json`, json({ ...(name ? { name } : {}), members }));
    files.set(`Groups/${folder}/messages.json`, json({ messages: own.map((message) => entry(message, refs)) }));
  }
  return files;
}

function entry(message: SampleMessage, refs: Refs): object {
  return {
    creator: user(message.who),
    created_date: dateOf(message.when),
    text: resolveRefs(message.text, refs),
    topic_id: message.topic,
    message_id: message.id,
  };
}

function user({ name, email, isRobot }: SampleMessage['who']): object {
  return { name, ...(email ? { email } : {}), user_type: isRobot ? 'Bot' : 'Human' };
}

/** As Takeout writes it, with the narrow space that its locale data puts before AM and PM. */
function dateOf(when: string): string {
  const at = new Date(`${when}Z`);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${at.getUTCHours() % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}\u202f${at.getUTCHours() < 12 ? 'AM' : 'PM'}`;
  return `${days[at.getUTCDay()]}, ${months[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()} at ${clock} UTC`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
