import { Seeded } from '../exports/seeded';
import type { Wiki, WikiPage } from './wiki';

/** A change that the generated company made, and the page and the ticket that tell of it. */
export interface Change {
  question: string;
  /** The sentence that says why; on the page alone. */
  reason: string;
  pageId: string;
  ticket: string;
  summary: string;
}

export interface GeneratedWiki {
  wiki: Wiki;
  changes: Change[];
  /** Numbers of pages and tickets that do not exist and are named in the texts. */
  missing: { page: string; ticket: string };
}

const things = 'lighthouse turbine orchard observatory foundry aquarium tramway brewery archive glasshouse'.split(' ');
const works = 'inspection repainting rewiring inventory calibration overhaul relocation survey'.split(' ');
const days = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const causes = [
  'the crane of the {thing} is on loan until {day}',
  'the permit for the {thing} came back unsigned on {day}',
  'two of the three fitters of the {thing} are at a wedding on {day}',
  'the parts for the {thing} were delivered to the wrong island on {day}',
];

/** The wiki of a company that no sample knows: all of it from the seed. */
export function generateWiki(seed: number, pageCount = 60): GeneratedWiki {
  const random = new Seeded(seed);
  const project = `Q${String.fromCharCode(65 + random.int(0, 25))}${String.fromCharCode(65 + random.int(0, 25))}`;
  const first = random.int(20_000, 90_000) * 10;
  const users = Array.from({ length: 6 }, (_, index) => ({
    key: `k${seed}x${index}`,
    accountId: `7120:${seed}-${index}`,
    username: `user${index}`,
    name: `${random.pick(['Ada', 'Ŵil', 'Zoë', 'Bø', 'Ewa'])} ${random.pick(['Larch', 'Ümit', 'Stone', 'Ní Bhriain'])}${index}`,
  }));
  const page = (index: number, title: string, text: string): WikiPage => {
    const createdMs = Date.UTC(2026, random.int(0, 5), random.int(1, 28), random.int(0, 23), random.int(0, 59));
    return {
      id: String(first + index), title, text, parent: index === 0 ? '' : 'Start', author: random.pick(users).username, editor: random.pick(users).username,
      createdMs, updatedMs: createdMs + random.int(0, 20) * 86_400_000, version: random.int(1, 9), labels: random.chance(0.5) ? ['plan'] : [], attachments: [],
      comments: random.chance(0.2) ? [{ author: 'user1', atMs: createdMs + 3_600_000, text: random.sentence() }] : [],
      older: random.chance(0.3) ? [random.sentence()] : [], status: 'current',
    };
  }; // prettier-ignore
  const missing = { page: String(first + 900), ticket: `${project}-${900 + random.int(1, 99)}` };
  const changes = things.slice(0, 5).map((thing, index): Change & { text: string } => {
    const [work, from, to] = [random.pick(works), random.pick(days), random.pick(days)];
    const ticket = `${project}-${index + 1}`;
    const cause = random.pick(causes).replace('{thing}', thing).replace('{day}', to);
    const reason = `The ${work} of the ${thing} was moved from ${from} to ${to} because ${cause}.`;
    return {
      question: `Why was the ${work} of the ${thing} moved to ${to}?`, reason, ticket, pageId: String(first + index + 1), summary: `${work} of the ${thing}`,
      text: `${reason} The ticket is {jira:${ticket}}.\n# Notes\n- ${random.sentence()}\n- Nobody has written ${missing.ticket} yet, and [[A page that was never written]] neither.\n${random.sentence()}`,
    };
  }); // prettier-ignore
  const told = changes.map(({ summary, text }, index) => page(index + 1, `Change: ${summary} ${seed}`, text));
  const rest = Array.from({ length: Math.max(0, pageCount - told.length - 1) }, (_, index) => {
    const number = told.length + 1 + index;
    const text = `${random.sentence()} ${random.sentence()}\n| ${random.words(2)} | ${random.words(1)} |\n| ${random.words(2)} | {status:OK} |\n\`\`\`sql\nselect '<b>' || ']]>' from t where n < ${number} && m > 1;\n\`\`\`\n@[user2] ${random.sentence()} {:smile}\n- [[Start]]\n- ${random.words(3)} *${random.words(1)}*`;
    return page(number, `${random.words(3)} ${number}`, text);
  });
  const hidden = [
    { ...page(800, `Draft ${seed}`, changes[0]?.reason ?? ''), status: 'draft' as const },
    { ...page(801, `Deleted ${seed}`, changes[1]?.reason ?? ''), status: 'deleted' as const },
  ];
  const wiki: Wiki = { space: { id: '1', key: `SP${seed % 1000}`, name: `Space ${seed}` }, domain: 'wiki.example', users, pages: [page(0, 'Start', random.sentence()), ...told, ...rest, ...hidden] }; // prettier-ignore
  return { wiki, changes, missing };
}

/** A Jira search page with a ticket for each change. */
export function jiraOf({ changes }: GeneratedWiki): string {
  const issues = changes.map(({ ticket, summary }, index) => ({
    id: String(7000 + index),
    key: ticket,
    fields: {
      summary,
      description: `Please do the ${summary} as planned and say when it is done.`,
      created: '2026-01-05T10:00:00.000+0000',
      updated: '2026-02-05T10:00:00.000+0000',
      status: { name: 'Open' },
      labels: [],
      issuelinks: [],
      comment: { comments: [] },
    },
  }));
  return JSON.stringify({ startAt: 0, maxResults: 100, total: issues.length, issues }, null, 1);
}
