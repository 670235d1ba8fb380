import { staff, staffIds } from './people';
import { fill } from './resolve-refs';
import { deployOutcomes, followUps, questions, replies, services, smallTalk, standup } from './routine-chat';
import { spaces, storyTopics } from './story-chat';
import { workMinute } from './make-tickets';
import type { StaffId } from './people';
import type { Random } from './random';
import type { SpaceId } from './story-chat';
import type { StoryTicket } from './story-tickets';

export interface SampleMessage {
  ref?: string;
  id: string;
  topic: string;
  space: SpaceId;
  who: { name: string; email: string; isRobot: boolean };
  /** `YYYY-MM-DDTHH:MM:SS`, UTC. */
  when: string;
  text: string;
}

interface Topic {
  space: SpaceId;
  talk: { who: SampleMessage['who']; when: string; text: string; ref?: string }[];
}

const robot = { name: 'Deploy Robot', email: '', isRobot: true };
const talkers: StaffId[] = ['tomasz', 'aoife', 'devika', 'lars', 'hana', 'mateus', 'fatima', 'yuki', 'samuel', 'ines'];
const spaceOfProject: Record<string, SpaceId> = { DOCK: 'release', PLAT: 'platform', OPS: 'ops', MOB: 'mobile' };

/** All messages of the sample in the order in which a Takeout lists them: by space, then by time. */
export function makeChat(random: Random, tickets: StoryTicket[]): SampleMessage[] {
  const used = new Set<string>();
  const topics = [
    ...stories(),
    ...standups(random, tickets, used),
    ...ticketTalks(random, tickets, used),
    ...deployments(random),
    ...kitchenTalks(random),
  ];
  const messages = topics.flatMap(({ space, talk }): SampleMessage[] => {
    const code = spaces[space].folder.split(' ')[1] ?? space;
    const topic = random.token(11);
    return talk.map(({ who, when, text, ref }) => ({
      id: `${code}/${topic}/${random.token(11)}`, topic, space, who, text, ...(ref ? { ref } : {}),
      when: when.length === 16 ? `${when}:${String(random.int(0, 59)).padStart(2, '0')}` : when,
    })); // prettier-ignore
  });
  return messages.sort((a, b) => (a.when < b.when ? -1 : 1));
}

function person(id: StaffId): SampleMessage['who'] {
  return { name: staff[id].name, email: staff[id].email, isRobot: false };
}

function stories(): Topic[] {
  return storyTopics.map(({ space, talk }) => ({
    space,
    talk: talk.map(([who, when, text, ref]) => ({ who: person(who), when, text, ...(ref ? { ref } : {}) })),
  }));
}

/** Draws until the words are new: no two messages of the sample are the same. */
function fresh(used: Set<string>, draw: () => string): string {
  for (let attempt = 0; attempt < 200; attempt++) {
    const text = draw();
    if (used.has(text)) continue;
    used.add(text);
    return text;
  }
  throw new Error('The material does not yield another new sentence.');
}

function standups(random: Random, tickets: StoryTicket[], used: Set<string>): Topic[] {
  return [2, 3, 4, 5, 6].map((day): Topic => ({
    space: 'platform',
    talk: talkers.slice(0, 8).map((who, index) => {
      const when = `2026-03-0${day}T09:${String(index + 1).padStart(2, '0')}`;
      const text = fresh(used, () => {
        const name = staff[random.pick(talkers.filter((other) => other !== who))].name.split(' ')[0] ?? '';
        const part = (from: string[]): string => fill(random.pick(from), { key: random.pick(tickets).key, name });
        return `${part(standup.was)}, ${part(standup.is)}. ${part(standup.block)}`;
      });
      return { who: person(who), when, text };
    }),
  }));
}

function ticketTalks(random: Random, tickets: StoryTicket[], used: Set<string>): Topic[] {
  return random.shuffle(tickets).slice(0, 70).map((ticket): Topic => {
    const [asks, answers] = random.shuffle(talkers);
    if (!asks || !answers) throw new Error('Two people are needed to talk.');
    const values = { key: ticket.key, title: ticket.title, name: staff[answers].name.split(' ')[0] ?? '' };
    const say = (from: string[], to: StaffId): string =>
      fresh(used, () => withName(random, fill(random.pick(from), values), staff[to].name.split(' ')[0] ?? ''));
    const start = Date.parse(`${workMinute(random, 2, 6)}Z`);
    const later = (minutes: number): string => new Date(start + minutes * 60_000).toISOString().slice(0, 16);
    return {
      space: spaceOfProject[ticket.key.split('-')[0] ?? ''] ?? 'platform',
      talk: [
        { who: person(asks), when: later(0), text: say(questions, answers) },
        { who: person(answers), when: later(random.int(1, 6)), text: say(replies, asks) },
        { who: person(asks), when: later(random.int(7, 20)), text: say(followUps, answers) },
      ],
    };
  }); // prettier-ignore
}

/** Short answers come up often; what people put around them makes each its own. */
function withName(random: Random, text: string, name: string): string {
  const before = [
    '',
    '',
    '',
    `@${name} `,
    'hm, ',
    'ok. ',
    'so: ',
    'honestly, ',
    'well. ',
    `${name}, `,
    'quick one: ',
    'I think ',
  ];
  const after = [
    '',
    '',
    '',
    ' :)',
    ' 👍',
    ' (sorry for the delay)',
    ', if you ask me',
    '. Writing from the train',
    ' — just saying',
    '. Sleep first',
    ' 🙈',
  ];
  return `${random.pick(before)}${text}${random.pick(after)}`;
}

function deployments(random: Random): Topic[] {
  return Array.from({ length: 40 }, (_, index): Topic => {
    const outcome = fill(random.pick(deployOutcomes), { n: random.int(14, 320), m: random.int(120, 2400) });
    const version = `${random.int(1, 6)}.${random.int(0, 30)}.${random.int(0, 9)}`;
    return {
      space: index % 2 ? 'release' : 'platform',
      talk: [
        {
          who: robot,
          when: workMinute(random, 2, 6),
          text: `${random.pick(services)} ${version} ${outcome} (run ${random.token(7)})`,
        },
      ],
    };
  });
}

function kitchenTalks(random: Random): Topic[] {
  return smallTalk.map((lines): Topic => {
    const who = random.shuffle(staffIds);
    const start = Date.parse(`${workMinute(random, 2, 6)}Z`);
    return {
      space: 'kitchen',
      talk: lines.map((text, index) => ({
        who: person(who[index] ?? 'otto'),
        text,
        when: new Date(start + index * random.int(1, 4) * 60_000).toISOString().slice(0, 16),
      })),
    };
  });
}
