import { joinedFacts } from './facts';
import { lists, outside, personOf, staff, staffIds } from './people';
import { fill } from './resolve-refs';
import {
  alerts,
  circulars,
  closings,
  customerProblems,
  customers,
  hosts,
  newsletters,
  supportAnswers,
} from './routine-mails';
import { storyMails } from './story-mails';
import { workMinute } from './make-tickets';
import type { Random } from './random';
import type { StoryMail } from './story-mails';
import type { StoryTicket } from './story-tickets';

interface Mailbox {
  name: string;
  email: string;
}

/** A mail with everything that its headers need. */
export interface SampleMail {
  ref: string;
  id: string;
  thread: string;
  from: Mailbox;
  to: Mailbox[];
  cc: Mailbox[];
  /** `YYYY-MM-DDTHH:MM`, UTC. */
  when: string;
  subject: string;
  text: string;
  /** Ids of the mails before it in its thread, oldest first. */
  references: string[];
  labels: string[];
  form: NonNullable<StoryMail['form']> | 'plain';
  isPrivate: boolean;
}

type Draft = Omit<SampleMail, 'id' | 'thread' | 'references' | 'cc' | 'isPrivate'> & {
  after?: string;
  cc?: Mailbox[];
  isPrivate?: boolean;
};

const support = lists.support;

/** All mails of the sample, oldest first. */
export function makeMails(random: Random, tickets: StoryTicket[]): SampleMail[] {
  const drafts = [
    ...storyDrafts(),
    ...circularDrafts(random),
    ...newsletterDrafts(random),
    ...alertDrafts(random),
    ...supportDrafts(random),
    ...noticeDrafts(random, tickets),
  ];
  const done = new Map<string, SampleMail>();
  for (const { after, ...draft } of drafts.sort((a, b) => (a.when < b.when ? -1 : 1))) {
    const before = after === undefined ? undefined : done.get(after);
    if (after !== undefined && !before)
      throw new Error(`${draft.ref} answers ${after}, which does not come before it.`);
    const domain = draft.from.email.split('@')[1] ?? 'example.com';
    done.set(draft.ref, {
      ...draft,
      cc: draft.cc ?? [],
      isPrivate: draft.isPrivate ?? false,
      id: `${random.token(12)}.${draft.when.replace(/\D/g, '')}@${domain}`,
      thread:
        before?.thread ??
        `18${String(random.int(10_000_000, 99_999_999))}${String(random.int(10_000_000, 99_999_999))}`,
      references: before ? [...before.references, before.id] : [],
    });
  }
  return [...done.values()];
}

function box(name: string): Mailbox {
  return name in lists ? lists[name as keyof typeof lists] : personOf(name as Parameters<typeof personOf>[0]);
}

function storyDrafts(): Draft[] {
  return storyMails.map(({ ref, from, to, cc, when, subject, text, after, labels, form, isPrivate }) => ({
    ref, when, subject, text, from: box(from), to: to.map(box), cc: (cc ?? []).map(box), isPrivate: isPrivate ?? false,
    labels: [...(labels ?? []), ...(isPrivate ? ['Private'] : [])], form: form ?? 'plain', ...(after ? { after } : {}),
  })); // prettier-ignore
}

function circularDrafts(random: Random): Draft[] {
  return circulars.map(([subject, text], index) => {
    const from = staff[random.pick(staffIds)];
    const signed = `Hello everybody,\n\n${text}\n\n${from.name}`;
    return {
      ref: `circular-${index}`,
      from,
      to: [lists.all],
      when: workMinute(random, 2, 6),
      subject,
      text: signed,
      labels: ['Circulars'],
      form: 'plain',
    };
  });
}

function newsletterDrafts(random: Random): Draft[] {
  return newsletters.flatMap(({ from, email, subjects, lines }, sender) =>
    subjects.map((subject, index): Draft => {
      const chosen = random.shuffle(lines).slice(0, 4);
      const text = `${subject}\n\n${chosen.join('\n\n')}\n\nYou get this letter because you once gave us your address. Unsubscribe at https://${email.split('@')[1]}/off/${random.token(8)}`;
      return {
        ref: `letter-${sender}-${index}`,
        from: { name: from, email },
        to: [staff[random.pick(staffIds)]],
        when: workMinute(random, 2, 7),
        subject,
        text,
        labels: ['Category Promotions'],
        form: 'html',
      };
    }),
  );
}

function alertDrafts(random: Random): Draft[] {
  return Array.from({ length: 36 }, (_, index): Draft => {
    const [subject, text] = alerts[index % alerts.length] ?? alerts[0];
    const values = { host: random.pick(hosts), n: random.int(12, 96), m: random.int(3, 480) };
    const when = new Date(Date.UTC(2026, 2, random.int(2, 8), random.int(0, 23), random.int(0, 59))).toISOString().slice(0, 16);
    return {
      ref: `alert-${index}`, from: outside.monitor, to: [lists.engineering], when, subject: fill(subject, values),
      text: `${fill(text, values)}\n\nTime of the check: ${when.replace('T', ' ')} UTC\nRule: ${random.token(6)}`, labels: ['Alerts'], form: 'plain',
    };
  }); // prettier-ignore
}

function supportDrafts(random: Random): Draft[] {
  const endings = random.shuffle(closings.flatMap((closing) => supportAnswers.map((answer) => ({ closing, answer }))));
  return Array.from({ length: 26 }, (_, index): Draft[] => {
    const customer = customers[index % customers.length] ?? customers[0];
    const [subject, problem] = customerProblems[(index * 3) % customerProblems.length] ?? customerProblems[0];
    if (!customer) return [];
    const values = { n: random.int(2, 29) };
    const { closing, answer } = endings[index] ?? { closing: '', answer: '' };
    const asked = workMinute(random, 2, 5);
    const answered = new Date(Date.parse(`${asked}Z`) + random.int(20, 300) * 60_000).toISOString().slice(0, 16);
    const ask = `Hello,\n\n${fill(problem, values)}. ${closing}\n\n${customer.name}\n${customer.company}`;
    const reply = `Dear ${customer.name},\n\nthank you for writing. ${answer}\n\nAbout “${fill(subject, values)}”: I keep an eye on it until you tell me that it is settled.\n\nSamuel Okonjo, support`;
    return [
      { ref: `ask-${index}`, from: customer, to: [support], when: asked, subject: fill(subject, values), text: ask.replace('Hello,\n\n', `Hello,\n\nthis is ${customer.company}: `), labels: ['Support'], form: index % 4 === 0 ? 'quoted-printable' : 'plain' },
      { ref: `answer-${index}`, from: staff.samuel, to: [customer], cc: [support], when: answered, subject: `Re: ${fill(subject, values)}`, text: reply, after: `ask-${index}`, labels: ['Support'], form: index % 3 === 0 ? 'alternative' : 'plain' },
    ];
  }).flat(); // prettier-ignore
}

/** What Jira mails when somebody writes under a ticket. */
function noticeDrafts(random: Random, tickets: StoryTicket[]): Draft[] {
  const all = tickets.flatMap((ticket) => ticket.comments.map(([who, when, text]) => ({ ticket, who, when, text })));
  // A notice repeats a comment: of one that is half of a joined fact it would put both halves into the mail.
  const isHalfAFact = (text: string): boolean =>
    joinedFacts.some(({ parts }) => parts.some(({ contains }) => text.includes(contains)));
  const recent = random
    .shuffle(all.filter(({ when, text }) => when >= '2026-03-02' && !isHalfAFact(text)))
    .slice(0, 60);
  return recent.map(({ ticket, who, when, text }, index): Draft => {
    const writer = staff[who];
    const body = `${writer.name} commented on ${ticket.key}\n\n${ticket.title}\n\n${text}\n\n--\nThis message was sent by Jira. Status of the ticket: ${ticket.status}. Priority: ${ticket.priority}.`;
    return {
      ref: `notice-${index}`, from: { name: `${writer.name} (Jira)`, email: outside.jira.email }, to: [staff[ticket.assignee ?? ticket.reporter]], when,
      subject: `[JIRA] (${ticket.key}) ${ticket.title}`, text: body, labels: ['Jira'], form: index % 5 === 0 ? 'alternative' : 'plain',
    };
  }); // prettier-ignore
}
