import fc from 'fast-check';
import { checkCitations } from '../../activities/tools/exports/citations/check-citations';
import { KnownRecords } from '../../activities/tools/exports/citations/known-records';
import type { ExportRecord } from '../../activities/tools/exports/record';
import type { Json, JsonObject } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';

const record = (source: 'jira' | 'confluence', id: string, title: string, body: string): ExportRecord => ({
  source, id, threadId: id, title, body, people: [], at: null, activity: [], fields: {}, links: [],
  location: { file: `${source}.raw`, byteStart: 0, byteEnd: 10 },
}); // prettier-ignore
const records = [
  record('jira', 'ROW-1', 'Paint the boat', 'The boat is green and wants to be blue. Nobody opened ROW-77 yet.'),
  record('jira', 'ROW-2', 'Buy paint', 'Two pots of blue paint, please.'),
  record('confluence', '10001', 'Why blue', 'Blue is seen from the bridge. Green is not, says [the harbour master].'),
  record('confluence', '10002', 'Colours (old)', 'We liked green in those days.'),
];
const known = new KnownRecords(records);
const real = records.map(({ id }) => id);

const id = fc.constantFrom(...real, 'confluence:10001', 'Why blue', 'Colours (old)', 'ROW-77', 'ROW-3', '10003', 'confluence:ROW-1', 'jira:10001', '', 'page 10002', 'Why green', 'https://w.example/pages/viewpage.action?pageId=10009'); // prettier-ignore
const sentence = fc.constantFrom('Blue is seen from the bridge.', 'Nobody opened ROW-77 yet.', 'ROW-77 says so.', 'See [10003].', 'See [Why green].', 'See [Why blue] and ROW-2.', 'It is UTF-8 [DONE].', 'The page “Why green” is gone.', 'Two pots of blue paint, please.', 'blue', ''); // prettier-ignore
const prose = fc.array(sentence, { maxLength: 4 }).map((parts) => parts.join(' '));
const statement = fc.record(
  { id, title: sentence, source: fc.constantFrom('jira', 'x'), statement: prose, quote: sentence, context: sentence, cites: fc.array(id, { maxLength: 3 }) },
  { requiredKeys: [] },
); // prettier-ignore
const answer = fc.record(
  { answer: prose, evidence: fc.array(statement, { maxLength: 5 }), more: fc.array(fc.oneof(prose, statement)), unresolved: fc.array(id), deep: fc.jsonValue({ maxDepth: 4 }) },
  { requiredKeys: [] },
); // prettier-ignore

function visit(value: Json, see: (object: JsonObject) => void): void {
  if (Array.isArray(value)) for (const member of value) visit(member, see);
  if (!isJsonObject(value)) return;
  see(value);
  for (const member of Object.values(value)) visit(member, see);
}

test.each([true, false])('whatever a model answers, what is left cites only what exists (quotes needed: %s)', (needed) => {
  fc.assert(
    fc.property(answer, (given) => {
      const { answer: left, citations, refused } = checkCitations(given as Json, known, needed);
      const cited = new Set(citations.map((citation) => citation.id));
      visit(left, (object) => {
        if (!Array.isArray(object['cites'])) return;
        for (const cite of object['cites']) {
          expect(real).toContain(cite);
          expect(cited).toContain(cite);
        }
        if ('id' in object && object['id'] !== '') expect(real).toContain(object['id']);
        if (needed) expect(records.some(({ body, title }) => `${title}\n${body}`.includes(object['quote'] as string))).toBe(true);
      });
      expect(JSON.stringify({ ...(left as JsonObject), unresolved: [], deep: 0 })).not.toMatch(/ROW-77 says so|\[10003\]|Why green/);
      // Nothing is lost in silence, and what holds goes on holding.
      if (JSON.stringify(left) === JSON.stringify(given)) expect(refused).toEqual({});
      expect(checkCitations(left, known, needed)).toEqual({ answer: left, citations, refused: {} });
    }),
    { numRuns: 400 },
  );
}); // prettier-ignore

test('a title that ends in a bracket, a source before the id, and the wrong source', () => {
  expect(known.resolve('Colours (old)')?.id).toBe('10002');
  expect(known.resolve('[confluence:10001]')?.id).toBe('10001');
  expect(known.resolve('jira:10001')).toBeUndefined();
  expect(known.resolve('https://w.example/wiki/spaces/B/pages/10001/Why')?.id).toBe('10001');
});
