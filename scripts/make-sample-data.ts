import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { joinedFacts } from './sample/facts';
import { makeChat } from './sample/make-chat';
import { makeMails } from './sample/make-mails';
import { makeTickets } from './sample/make-tickets';
import { Random } from './sample/random';
import { resolveRefs } from './sample/resolve-refs';
import { chatFiles } from './sample/write-chat';
import { jiraJson } from './sample/write-jira';
import { mbox } from './sample/write-mbox';
import type { SampleMessage } from './sample/make-chat';
import type { SampleMail } from './sample/make-mails';
import type { ExportPart, Refs } from './sample/resolve-refs';
import type { StoryTicket } from './sample/story-tickets';

const seed = 20_260_302;
const missingTicket = 'PLAT-999';

/** Writes the sample of team daily-report into `folder`: the same bytes on every machine. */
export function writeSample(folder: string): void {
  const random = new Random(seed);
  const tickets = makeTickets(random);
  const mails = makeMails(random, tickets);
  const messages = makeChat(random, tickets);
  const refs: Refs = {
    mails: new Map(mails.map(({ ref, id, subject }) => [ref, { id, subject }])),
    chats: new Map(messages.flatMap(({ ref, id }) => (ref ? [[ref, id] as const] : []))),
  };
  rmSync(path.join(folder, 'chat'), { recursive: true, force: true });
  const files = new Map<string, string | Buffer>([
    ['jira.json', jiraJson(tickets, refs)],
    ['mail.mbox', mbox(mails, refs)],
    ...[...chatFiles(messages, refs)].map(([name, content]) => [`chat/${name}`, content] as const),
    ['FACTS.json', `${JSON.stringify(factsOf(tickets, mails, messages, refs), null, 2)}\n`],
  ]);
  for (const [name, content] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** What tests may rely on; they find it again in the files by their own means. */
function factsOf(tickets: StoryTicket[], mails: SampleMail[], messages: SampleMessage[], refs: Refs): object {
  const idOf = (part: ExportPart): { source: string; id: string } => {
    if ('ticket' in part) return { source: 'jira', id: part.ticket };
    if ('mail' in part) return { source: 'mail', id: refs.mails.get(part.mail)?.id ?? '' };
    return { source: 'chat', id: refs.chats.get(part.chat) ?? '' };
  };
  return {
    company: 'Larkspur Freight (fictional)',
    week: { from: '2026-03-02', to: '2026-03-08' },
    counts: { tickets: tickets.length, mails: mails.length, chatMessages: messages.length },
    crossReferences: crossReferences(tickets, mails, messages, refs),
    hijackMail: refs.mails.get('hijack')?.id,
    missingTicket: { key: missingTicket, mentionedIn: refs.chats.get('missing') },
    privateMails: mails.filter(({ isPrivate }) => isPrivate).map(({ id }) => id),
    facts: joinedFacts.map(({ id, fact, parts }) => ({
      id,
      fact,
      parts: parts.map((part) => ({ ...idOf(part), contains: part.contains })),
    })),
  };
}

/** Pairs of records in different sources, one of which names the other by key, id or quoted subject. */
function crossReferences(tickets: StoryTicket[], mails: SampleMail[], messages: SampleMessage[], refs: Refs): number {
  const pairs = new Set<string>();
  const keys = new Set(tickets.map(({ key }) => key));
  const note = (from: string, text: string, own: string): void => {
    const words = resolveRefs(text, refs);
    if (own !== 'jira')
      for (const [key] of words.matchAll(/\b[A-Z]{3,4}-\d+\b/g)) if (keys.has(key)) pairs.add(`${from} ${key}`);
    if (own !== 'mail')
      for (const { id, subject } of mails)
        if (words.includes(id) || words.includes(`“${subject}”`)) pairs.add(`${from} ${id}`);
    if (own !== 'chat') for (const { id } of messages) if (words.includes(id)) pairs.add(`${from} ${id}`);
  };
  for (const { key, text, comments } of tickets)
    note(key, [text, ...comments.map(([, , comment]) => comment)].join('\n'), 'jira');
  for (const { id, subject, text } of mails) note(id, `${subject}\n${text}`, 'mail');
  for (const { id, text } of messages) note(id, text, 'chat');
  return pairs.size;
}

if (require.main === module || process.argv[1] === __filename)
  writeSample(path.join(__dirname, '..', 'agents', 'daily-report', 'sample'));
