import { staff, staffIds } from './people';
import { routineTickets, ticketRemarks } from './routine-tickets';
import { storyTickets } from './story-tickets';
import type { StaffId } from './people';
import type { Random } from './random';
import type { StoryTicket } from './story-tickets';

const firstNumbers: Record<string, number> = { DOCK: 301, PLAT: 101, OPS: 61, MOB: 31 };
const engineers: StaffId[] = ['tomasz', 'aoife', 'devika', 'lars', 'hana', 'mateus', 'fatima', 'yuki', 'samuel'];
const labels = ['customer', 'quick-win', 'tech-debt', 'wording', 'performance', 'needs-decision', 'good-first-task'];

/** A minute of the sample's week or before it, as `YYYY-MM-DDTHH:MM`, in working hours. */
export function workMinute(random: Random, fromDay: number, toDay: number): string {
  for (;;) {
    const at = new Date(Date.UTC(2026, 2, random.int(fromDay, toDay), random.int(7, 16), random.int(0, 59)));
    if (at.getUTCDay() >= 1 && at.getUTCDay() <= 5) return at.toISOString().slice(0, 16);
  }
}

/** All tickets, the week's stories among the ordinary ones, by key. */
export function makeTickets(random: Random): StoryTicket[] {
  const taken = new Set(storyTickets.map(({ key }) => key));
  const next = { ...firstNumbers };
  const routine = routineTickets.map(({ project, component, type, title, text }): StoryTicket => {
    let number = next[project] ?? 1;
    while (taken.has(`${project}-${number}`)) number++;
    next[project] = number + 1;
    const created = workMinute(random, -18, 4);
    const comments = remarks(random, created);
    const status = random.pick(['To Do', 'To Do', 'In Progress', 'In Review', 'Done', 'Blocked'] as const);
    const quiet = random.next() < 0.25 && status !== 'Done';
    const last = comments.at(-1)?.[1] ?? created;
    const worked = [last, quiet ? created : workMinute(random, 2, 7)].sort().at(-1) ?? last;
    return {
      key: `${project}-${number}`,
      type,
      status,
      priority: random.pick(['High', 'Medium', 'Medium', 'Low']),
      title,
      reporter: random.pick(staffIds),
      assignee: status === 'To Do' && random.next() < 0.5 ? null : random.pick(engineers),
      created,
      updated: worked,
      ...(status === 'Done' ? { resolved: worked } : {}),
      labels: random.shuffle(labels).slice(0, random.int(0, 2)),
      component,
      text,
      comments,
    };
  });
  return [...storyTickets, ...routine].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function remarks(random: Random, created: string): StoryTicket['comments'] {
  const writers = random.shuffle(engineers).slice(0, random.int(0, 3));
  const texts = random.shuffle(ticketRemarks);
  return writers
    .map((who, index): StoryTicket['comments'][number] => {
      const other = staff[random.pick(staffIds)].name.split(' ')[0] ?? '';
      const text = texts[index] ?? '';
      return [
        who,
        workMinute(random, 2, 6),
        random.next() < 0.5 ? `${other}: ${text.charAt(0).toLowerCase()}${text.slice(1)}` : text,
      ];
    })
    .filter(([, when]) => when > created)
    .sort((a, b) => (a[1] < b[1] ? -1 : 1));
}
