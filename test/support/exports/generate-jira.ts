import { encode, enough, isoOf, someTime, type TrueRecord, type Truth, type World } from './world';

interface Made {
  files: Map<string, Buffer>;
  truth: Truth;
}

interface Issue {
  key: string;
  summary: string;
  description: string;
  created: number;
  updated: number;
  resolved: number | undefined;
  comments: { at: number; author: string; body: string }[];
  reporter: { name: string; email: string };
}

export function generateJira(world: World): Made {
  const { jiraForm } = world.options;
  const issues: Issue[] = [];
  for (let bytes = 0; !enough(world, issues.length, bytes);) {
    const issue = makeIssue(world, issues.length + 1, jiraForm === 'csv');
    issues.push(issue);
    bytes += 900 + Buffer.byteLength(issue.description);
  }
  const truth: Truth = { records: new Map(issues.map((issue) => [issue.key, truthOf(issue)])), broken: 0 };
  return { files: jiraForm === 'csv' ? csvFiles(world, issues, truth) : jsonFiles(world, issues, truth), truth };
}

function makeIssue({ random, people, projects, options }: World, number: number, toMinute: boolean): Issue {
  // The CSV export knows minutes only.
  const time = (): number => (toMinute ? Math.floor(someTime(random) / 60_000) * 60_000 : someTime(random));
  const [created = 0, updated = 0] = [time(), time()].sort((a, b) => a - b);
  const long = options.bytes === undefined ? random.int(1, 6) : 12;
  return {
    key: `${random.pick(projects)}-${number}`,
    summary: `${random.words(5)} ${number}`,
    description: Array.from({ length: long }, () => random.sentence()).join(random.chance(0.3) ? '\n\n' : ' '),
    created,
    updated,
    resolved: random.chance(0.3) ? time() : undefined,
    comments: Array.from({ length: random.int(0, 3) }, () => ({
      at: time(),
      author: random.pick(people).name,
      body: random.sentence(),
    })),
    reporter: random.pick(people),
  };
}

function truthOf({ key, summary, description, created, updated, resolved, comments, reporter }: Issue): TrueRecord {
  const times = [created, updated, ...(resolved === undefined ? [] : [resolved]), ...comments.map(({ at }) => at)];
  return {
    id: key,
    at: isoOf(created),
    activity: [...new Set(times.map(isoOf))].sort(),
    title: summary,
    says: description.split('\n')[0] ?? '',
    people: [reporter.name],
  };
}

/** Four spellings of the same instant, as servers in different zones write it. */
function stamp(world: World, timeMs: number): string {
  const minutes = world.random.pick([0, 60, -300, 330]);
  const local = isoOf(timeMs + minutes * 60_000).slice(0, -1);
  const two = (value: number): string => String(Math.abs(value)).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${two(minutes % 60)}`;
}

function issueJson(world: World, issue: Issue, id: number): object {
  const { random } = world;
  const adf = random.chance(0.3);
  const paragraphs = issue.description.split('\n\n');
  const description = adf
    ? {
        type: 'doc',
        version: 1,
        content: paragraphs.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
      }
    : issue.description;
  return {
    expand: 'operations', id: String(id), self: `https://jira.${world.domain}/rest/api/2/issue/${id}`, key: issue.key,
    fields: {
      summary: issue.summary, description, created: stamp(world, issue.created), updated: stamp(world, issue.updated),
      resolutiondate: issue.resolved === undefined ? null : stamp(world, issue.resolved),
      status: { name: random.pick(['Open', 'Doing', 'Closed']), id: '1' }, priority: null, labels: [random.pick(['a', 'b'])],
      reporter: { displayName: issue.reporter.name, emailAddress: issue.reporter.email }, assignee: null,
      // A linked issue looks like a record and is none.
      issuelinks: random.chance(0.2) ? [{ outwardIssue: { id: '1', key: `${world.projects[0]}-1`, fields: { summary: 'linked', status: { name: 'Open' } } } }] : [],
      comment: { comments: issue.comments.map(({ at, author, body }, index) => ({ id: `${id}${index}`, author: { displayName: author }, body, created: stamp(world, at), updated: stamp(world, at) })) },
    },
  }; // prettier-ignore
}

function jsonFiles(world: World, issues: Issue[], truth: Truth): Map<string, Buffer> {
  const { random, options } = world;
  const indent = options.jiraForm === 'ndjson' ? undefined : random.pick([undefined, 1, 2]);
  const texts = issues.map((issue, index) => JSON.stringify(issueJson(world, issue, 5000 + index), null, indent));
  if (options.withBroken) {
    for (const [place, spoil] of [[0.2, unclosedString], [0.5, lostBrace], [0.8, notANumber]] as const) {
      const at = Math.floor(texts.length * place);
      texts.splice(at, 0, spoil(JSON.stringify(issueJson(world, makeIssue(world, 90_000 + at, false), 9000 + at), null, indent)));
      truth.broken++;
    }
  } // prettier-ignore
  const page = (part: string[]): string =>
    `{"expand":"schema,names","startAt":0,"issues":[${part.join(',')}],"total":${issues.length}}`;
  const half = Math.floor(texts.length / 2);
  const encoded = (text: string): Buffer => encode(text, random.pick(['utf8', 'bom', 'utf16']));
  switch (options.jiraForm) {
    case 'ndjson':
      return new Map([['issues.ndjson', encoded(`${texts.join('\n')}\n`)]]);
    case 'array':
      return new Map([['issues.json', encoded(`[${texts.join(',\n')}]`)]]);
    case 'pages':
      return new Map([['page-1.json', encoded(page(texts.slice(0, half)))], ['page-2.json', encoded(page(texts.slice(half)))]]); // prettier-ignore
    default:
      return new Map([['search.json', encoded(page(texts))]]);
  }
}

const unclosedString = (json: string): string => json.replace(/("summary": ?"[^"]*)"/, '$1\n');
const lostBrace = (json: string): string => json.slice(0, -1);
const notANumber = (json: string): string => json.replace(/"priority": ?null/, '"priority": NaN');

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function csvFiles(world: World, issues: Issue[], truth: Truth): Map<string, Buffer> {
  const { random, options } = world;
  const mark = random.pick([',', ';', '\t']);
  const style = random.pick(['jira', 'german', 'american']);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = (timeMs: number): string => {
    const at = new Date(timeMs);
    const [day, month, year] = [at.getUTCDate(), at.getUTCMonth(), at.getUTCFullYear()];
    const half = `${at.getUTCHours() % 12 || 12}:${two(at.getUTCMinutes())} ${at.getUTCHours() < 12 ? 'AM' : 'PM'}`;
    if (style === 'jira') return `${two(day)}/${monthNames[month]}/${two(year % 100)} ${half}`;
    if (style === 'german')
      return `${two(day)}.${two(month + 1)}.${year} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
    return `${month + 1}/${day}/${year} ${half}`;
  };
  const german = style === 'german';
  const header = german
    ? ['Zusammenfassung', 'Vorgangsschlüssel', 'Status', 'Autor', 'Erstellt', 'Aktualisiert', 'Erledigt', 'Beschreibung', 'Kommentar', 'Kommentar', 'Kommentar']
    : ['Summary', 'Issue key', 'Status', 'Reporter', 'Created', 'Updated', 'Resolved', 'Description', 'Comment', 'Comment', 'Comment']; // prettier-ignore
  const cell = (text: string): string => (/["\n\r;,\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = issues.map((issue) => {
    const comments = [0, 1, 2].map((index) => issue.comments[index]).map((comment) => (comment ? `${date(comment.at)};${comment.author};${comment.body}` : ''));
    return [issue.summary, issue.key, 'Open', issue.reporter.name, date(issue.created), date(issue.updated), issue.resolved === undefined ? '' : date(issue.resolved), issue.description, ...comments].map(cell).join(mark);
  }); // prettier-ignore
  if (options.withBroken) {
    rows.splice(Math.floor(rows.length / 3), 0, `"never closed${mark}${world.projects[0]}-80001${mark}Open`);
    rows.splice(Math.floor(rows.length / 2), 0, ['a row', 'without a key', 'Open', 'x'].join(mark));
    truth.broken += 2;
  }
  return new Map([
    ['jira.csv', encode(`${[header.join(mark), ...rows].join('\r\n')}\r\n`, random.pick(['utf8', 'bom']))],
  ]);
}
