import type { DiffLine, FileDiff, Hunk } from './parse-diff';
import type { Concern, Severity } from './review-rules';
import { appliesTo, isSource, isTest, lineRules, sees } from './review-rules';

/** A place of a diff that a reviewer should look at. A type, since it is handed on as JSON. */
export type ReviewPlace = {
  /** `path:line` of the new file. */
  id: string;
  concern: Concern;
  severity: Severity;
  problem: string;
  statement: string;
  /** The line as it stands in the diff. */
  context: string;
};

export interface Review {
  /** By severity, then in the order of the diff. */
  places: ReviewPlace[];
  verdict: 'approve' | 'request changes';
}

const ranks: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 };
const mediumMax = 2;
const assertion = /\b(?:expect|assert\w*|should|require)\b\s*[.(!]/;

/** What the rules see in a diff. One grave place, or more than two others that matter, ask for changes. */
export function reviewDiff(files: readonly FileDiff[], only?: Concern): Review {
  const all = [...files.flatMap((file) => [...inLines(file), ...inTests(file)]), ...untested(files)];
  const places = all
    .filter(({ concern }) => only === undefined || concern === only)
    .sort((a, b) => ranks[a.severity] - ranks[b.severity]);
  const count = (severity: Severity): number => places.filter((place) => place.severity === severity).length;
  const isGrave = count('high') > 0 || count('medium') > mediumMax;
  return { places, verdict: isGrave ? 'request changes' : 'approve' };
}

function inLines(file: FileDiff): ReviewPlace[] {
  const rules = lineRules.filter((rule) => appliesTo(rule, file.path));
  return file.hunks.flatMap(({ added }) =>
    added.flatMap((line) =>
      rules.filter((rule) => sees(rule, line.text)).map((rule) => placeAt(file, line, rule, rule.why)),
    ),
  );
}

/** A hunk that takes more assertions out of a test than it puts in. */
function inTests(file: FileDiff): ReviewPlace[] {
  if (!isTest(file.path) || file.state === 'deleted') return [];
  return file.hunks.flatMap((hunk) => {
    const lost = hunk.removed.filter(isAssertion).length - hunk.added.filter(isAssertion).length;
    const line = shownIn(hunk);
    if (lost <= 0 || !line) return [];
    const rule = { concern: 'tests', severity: lost > 2 ? 'high' : 'medium', problem: 'Assertions taken out' } as const;
    return [placeAt(file, line, rule, `the test checks ${lost} thing${lost === 1 ? '' : 's'} less than before.`)];
  });
}

const isAssertion = ({ text }: DiffLine): boolean => assertion.test(text);
const shownIn = (hunk: Hunk): DiffLine | undefined => hunk.added[0] ?? hunk.context[0];

/** Product code that grew while no test was touched. */
function untested(files: readonly FileDiff[]): ReviewPlace[] {
  if (files.some(({ path, state }) => isTest(path) && state !== 'deleted')) return [];
  return files.flatMap((file) => {
    const added = file.hunks.flatMap((hunk) => hunk.added).filter(({ text }) => text.trim() !== '');
    const [first] = added;
    if (!isSource(file.path) || !first || added.length < 5) return [];
    const severity = added.length >= 40 ? 'high' : 'medium';
    const rule = { concern: 'tests', severity, problem: 'Change without a test' } as const;
    return [placeAt(file, first, rule, `${added.length} lines are new in ${file.path}, and no test was changed.`)];
  });
}

function placeAt(
  file: FileDiff,
  line: DiffLine,
  { concern, severity, problem }: Pick<ReviewPlace, 'concern' | 'severity' | 'problem'>,
  why: string,
): ReviewPlace {
  const whole = line.text.trim().slice(0, 300);
  // A secret is not carried further than it has come.
  const context =
    concern === 'security' ? whole.replace(/(["'])[^"'${}\s]{8,}["'].*$|(?<=BEGIN ).*$|(?<=AKIA).*$/, '$1…') : whole;
  return { id: `${file.path}:${line.number}`, concern, severity, problem, statement: `${problem}: ${why}`, context };
}

/** How much of what was looked at: what a review without a finding rests on. */
export function sizeOf(files: readonly FileDiff[]): { filesChanged: number; additions: number; deletions: number } {
  const hunks = files.flatMap((file) => file.hunks);
  return {
    filesChanged: files.length,
    additions: hunks.reduce((sum, { added }) => sum + added.length, 0),
    deletions: hunks.reduce((sum, { removed }) => sum + removed.length, 0),
  };
}
