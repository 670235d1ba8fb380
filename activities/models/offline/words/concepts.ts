import { remembered } from './remembered';
import { nameWords, stem } from './terms';

/**
 * Names under which the same kind of thing is known in data and in schemas. A closed list of plain words about any
 * subject: nothing here belongs to one source or product.
 */
const named = {
  id: 'id key identifier uuid guid ref code number no nr sku isbn barcode hash sha commit serial slug handle',
  title: 'title subject heading headline caption label topic',
  name: 'name',
  text: 'body text content message description details detail abstract comment comments remark note notes snippet excerpt story',
  date: 'date at time timestamp when day on created updated modified started ended due sent received published opened closed occurred logged datetime',
  status: 'status state phase stage condition disposition resolution outcome',
  person:
    'person people author authors owner owners assignee reporter creator committer editor user users member members participant participants from to cc sender senders recipient recipients ' +
    'contact contacts customer borrower reader reviewer approver attendee attendees guest employee staff operator inspector handler carrier who by responsible names name display',
  link: 'link links url urls uri uris href website permalink web',
  quote: 'quote quotes quotation citation verbatim evidence extract passage',
  cites: 'cite cites citation citations source sources reference references ref refs evidence provenance basis',
  statement:
    'statement statements finding findings claim claims fact facts observation observations highlight highlights point points insight insights sentence sentences conclusion',
  summary: 'summary overview synopsis digest gist recap abstract introduction intro',
  note: 'note notes remark remarks method comment comments caveat caveats disclaimer limitation limitations explanation rationale reason',
  count: 'count counts total totals number quantity how many size amount tally',
  tags: 'tag tags label labels keyword keywords category categories topic topics',
  place: 'place location site city country address room where position',
  path: 'path file filename folder directory dir root repo repository location',
  query: 'query q search text term terms keyword keywords phrase pattern filter',
  limit: 'limit max maximum size count top first',
  offset: 'offset skip start begin page cursor token after position',
  since: 'since from start begin after earliest lower base old',
  until: 'until to end before latest upper till head new',
  conflict:
    'conflict conflicts contradiction contradictions disagreement disagreements discrepancy discrepancies inconsistency',
  missing: 'missing unresolved gap gaps unknown open question questions absent omitted dangling',
  problem: 'problem problems error errors warning warnings skipped rejected failure failures',
  artifact: 'artifact artefact ref reference blob digest attachment',
  data: 'output result results items records data value values entries rows content list payload response report draft findings structured',
} as const;

export type Concept = keyof typeof named;

const sets = new Map<Concept, Set<string>>(
  (Object.keys(named) as Concept[]).map((concept) => [
    concept,
    new Set(named[concept].split(' ').flatMap((word) => [word, stem(word)])),
  ]),
);

const namesMax = 10_000;
const ofLastWord = remembered(namesMax, (name) => conceptsOf(nameWords(name).slice(-1)));
const ofAnyWord = remembered(namesMax, (name) => conceptsOf(nameWords(name)));

function conceptsOf(candidates: readonly string[]): ReadonlySet<Concept> {
  const found = new Set<Concept>();
  for (const [concept, set] of sets)
    if (candidates.some((word) => set.has(word) || set.has(stem(word)))) found.add(concept);
  return found;
}

/** Whether a field name stands for the concept: by its last word (`createdAt`, `loan_status`), or by any of its words. */
export function means(name: string, concept: Concept, anywhere = false): boolean {
  return (anywhere ? ofAnyWord : ofLastWord)(name).has(concept);
}

/** The concepts both names stand for. */
export function sharedConcepts(a: string, b: string): Concept[] {
  const others = ofLastWord(b);
  return [...ofLastWord(a)].filter((concept) => others.has(concept));
}
