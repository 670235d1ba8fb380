import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Wiki, WikiPage } from './wiki';

/** Where the team's sample stands. */
export const sampleFile = path.join(__dirname, '../../../agents/work-genie/sample/confluence/entities.xml');

const people: readonly [username: string, name: string][] = [
  ['otto.brennwald', 'Otto Brennwald'],
  ['ines.carvalho', 'Inês Carvalho'],
  ['fatima.elamrani', 'Fatima El Amrani'],
  ['aoife.brannigan', 'Aoife Brannigan'],
  ['tomasz.wieczorek', 'Tomasz Wieczorek'],
  ['devika.raman', 'Devika Raman'],
  ['hana.sedlackova', 'Hana Sedláčková'],
  ['yuki.tanabe', 'Yuki Tanabe'],
  ['lars.mikkelborg', 'Lars Mikkelborg'],
  ['samuel.okonjo', 'Samuel Okonjo'],
  ['gwendolyn.pryce', 'Gwendolyn Pryce'],
  ['colm.hartigan', 'Colm Hartigan'],
  ['wanjiru.kamau', 'Wanjiru Kamau'],
];

/** The wiki of Larkspur Freight, the company of the daily report's sample data, as of Monday 9 March 2026. */
export function sampleWiki(): Wiki {
  const text = readFileSync(path.join(__dirname, 'sample-pages.txt'), 'utf8');
  const pages = text.split(/^=== /m).slice(1).map(pageOf);
  return {
    space: { id: '1310720', key: 'ENG', name: 'Larkspur Engineering' },
    domain: 'larkspurfreight.example',
    users: people.map(([username, name], index) => ({
      key: `8a7f808a63c21f0e0163c2${String(index).padStart(4, '0')}`,
      accountId: `5f8a1c0${String(index).padStart(2, '0')}e2b7d10076b1c9${index}`,
      username,
      name,
    })),
    pages: [...pages, ...unpublished(pages)],
  };
}

function pageOf(block: string): WikiPage {
  const [head = '', ...lines] = block.trimEnd().split('\n');
  const [id = '', title = '', parent = '', author = '', created = '', updated = '', version = '', labels = ''] = head
    .split('|')
    .map((part) => part.trim());
  const text = lines.join('\n');
  const decided = id === '1310731';
  return {
    id,
    title,
    parent,
    author,
    editor: author,
    createdMs: Date.parse(`${created}T09:12:00Z`),
    updatedMs: Date.parse(`${updated}T16:40:00Z`),
    version: Number(version),
    labels: labels.split(',').map((label) => label.trim()),
    attachments: id === '1310751' ? ['timeline.png', 'meridian-notice.pdf'] : [],
    comments: decided
      ? [
          {
            author: 'samuel.okonjo',
            atMs: Date.parse('2026-03-04T10:31:00Z'),
            text: 'Castellane has confirmed that Sunday is fine: nothing is loaded before noon.',
          },
        ]
      : [],
    text,
    older: decided ? ['The move of the booking database stays on Thursday 5 March, 02:00 UTC.'] : [],
    status: 'current',
  };
}

/** What an export holds besides its pages, and nobody can open: it must never be cited. */
function unpublished(pages: readonly WikiPage[]): WikiPage[] {
  const [first] = pages;
  if (!first) return [];
  const base = { ...first, parent: 'Decision log', older: [], attachments: [], comments: [], labels: [], version: 1 };
  return [
    { ...base, id: '1310990', title: 'Decision: move everything to the cloud', status: 'draft', text: 'The booking database moves to a hosted service on Sunday.' },
    { ...base, id: '1310991', title: 'Old plan for the booking database', status: 'deleted', text: 'The booking database is moved on Thursday because Thursday is quiet.' },
  ]; // prettier-ignore
}
