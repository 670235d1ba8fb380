export const concerns = ['correctness', 'security', 'tests', 'upkeep'] as const;
export type Concern = (typeof concerns)[number];
export type Severity = 'high' | 'medium' | 'low';

/** What can be seen in one added line without knowing its language well. */
export interface LineRule {
  concern: Concern;
  severity: Severity;
  problem: string;
  why: string;
  pattern: RegExp;
  /** Comments are looked at as well. */
  comments?: true;
  /** Where it is looked for; everywhere but in prose when left out. `shipped`: everywhere but in tests. */
  where?: 'tests' | 'product' | 'shipped' | 'everywhere';
}

const mark = (...words: string[]): RegExp => new RegExp(`\\b(?:${words.join('|')})\\b`);

export const lineRules: readonly LineRule[] = [
  {
    concern: 'correctness',
    severity: 'high',
    problem: 'Conflict marker left in the file',
    why: 'a merge was not finished: the file cannot be meant like this.',
    comments: true,
    pattern: /^(?:<{7} |>{7} |={7}$)/,
    where: 'everywhere',
  },
  {
    concern: 'correctness',
    severity: 'high',
    problem: 'Error swallowed',
    why: 'whatever fails here is lost: neither reported nor handled.',
    pattern: /\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}|\bexcept\b[^:]*:\s*pass\b|\.catch\(\s*\(\w*\)\s*=>\s*\{\s*\}\s*\)/,
  },
  {
    concern: 'correctness',
    severity: 'high',
    problem: 'Assignment inside a condition',
    why: 'a condition that assigns is always as true as the value: a comparison was probably meant.',
    pattern: /\b(?:if|while)\s*\(\s*[\w.[\]]+\s=\s(?!=)[^=>]*\)\s*(?:\{|$)/,
  },
  {
    concern: 'correctness',
    severity: 'medium',
    problem: 'Loop without an end of its own',
    why: 'it ends only from inside: check that every way through it gets there.',
    pattern: /\bwhile\s*\(\s*(?:true|1)\s*\)|\bfor\s*\(\s*;\s*;\s*\)|\bwhile True:|\bloop\s*\{/,
    where: 'product',
  },
  {
    concern: 'correctness',
    severity: 'medium',
    problem: 'Unfinished work announced',
    why: 'the line itself says that something is missing.',
    comments: true,
    pattern: mark('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'),
  },
  {
    concern: 'correctness',
    severity: 'medium',
    problem: 'Promise that nobody waits for',
    why: 'its failure goes nowhere, and what follows may run before it.',
    pattern: /\bforEach\(\s*async\b/,
  },
  {
    concern: 'security',
    severity: 'high',
    problem: 'Secret in the source',
    why: 'who can read the repository, or its history, has it: take it back and replace it.',
    comments: true,
    pattern:
      /\b(?:password|passwd|secret|api_?key|access_?key|private_?key|auth_?token)\b["']?\s*[:=]\s*["'][^"'${}<>\s]{8,}["']|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b/i,
    where: 'shipped',
  },
  {
    concern: 'security',
    severity: 'high',
    problem: 'Text run as code or as a command',
    why: 'if any part of the text comes from outside, outside decides what runs.',
    pattern:
      /\beval\s*\(|\bnew Function\s*\(|\bshell\s*[:=]\s*[Tt]rue|\bos\.system\s*\(|\bexecSync?\s*\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)/,
    where: 'product',
  },
  {
    concern: 'security',
    severity: 'high',
    problem: 'Certificate check switched off',
    why: 'anybody on the way can read and change what is sent.',
    pattern:
      /rejectUnauthorized\s*:\s*false|verify\s*=\s*False|InsecureSkipVerify\s*:\s*true|NODE_TLS_REJECT_UNAUTHORIZED/,
  },
  {
    concern: 'security',
    severity: 'high',
    problem: 'Query put together from text',
    why: 'values belong into parameters: in the text they can change the query.',
    pattern: /["'`]\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b[^"'`]*(?:["']\s*\+|\$\{|["']\s*%\s)/i,
    where: 'product',
  },
  {
    concern: 'security',
    severity: 'medium',
    problem: 'Markup from data',
    why: 'text that is set as markup runs in the browser of whoever sees it.',
    pattern: /\.innerHTML\s*=|dangerouslySetInnerHTML|\bv-html=|\|\s*safe\b/,
    where: 'product',
  },
  {
    concern: 'security',
    severity: 'medium',
    problem: 'Rights for everybody',
    why: 'whoever is on the machine, or on the net, may read or write it.',
    pattern: /\bchmod\s+(?:-R\s+)?0?777\b|\b0o?777\b|Access-Control-Allow-Origin["']?\s*[,:]\s*["']\*/,
  },
  {
    concern: 'tests',
    severity: 'high',
    problem: 'Tests narrowed to a few',
    why: 'all other tests of the file no longer run.',
    pattern: /\b(?:describe|it|test|context)\.only\s*\(|\bf(?:describe|it)\s*\(/,
    where: 'tests',
  },
  {
    concern: 'tests',
    severity: 'medium',
    problem: 'Test switched off',
    why: 'what it held is no longer held; say why, and until when.',
    comments: true,
    pattern:
      /\b(?:describe|it|test)\.skip\s*\(|\bx(?:describe|it)\s*\(|@(?:Ignore|Disabled)\b|@(?:pytest\.mark|unittest)\.skip|\bt\.Skip\(/,
    where: 'tests',
  },
  {
    concern: 'upkeep',
    severity: 'medium',
    problem: 'Check of the tools switched off',
    why: 'what the tools would have said is not said any more; give the reason beside it.',
    comments: true,
    pattern: /eslint[-]disable|@ts-(?:ignore|nocheck)|# type: ignore|# noqa|#\[allow\(|nolint\b|@SuppressWarnings/,
  },
  {
    concern: 'upkeep',
    severity: 'medium',
    problem: 'Output for finding a fault left in',
    why: 'it is printed for everybody, and nobody will know why.',
    pattern: /\bconsole\.(?:log|debug)\s*\(|\bdebugger\b|\bdbg!\(|\bbreakpoint\(\)|\bpdb\.set_trace\(/,
    where: 'product',
  },
  {
    concern: 'upkeep',
    severity: 'low',
    problem: 'Type given up',
    why: 'from here on nothing is checked.',
    pattern: /:\s*any\s*(?:[;,)>=\]|&]|$)|\bas any\b|<any>|\binterface\{\}/,
    where: 'product',
  },
];

const testPath = /(?:^|\/)(?:tests?|spec|__tests__)\/|[._-](?:test|spec)\.[a-z]+$|(?:^|\/)test_[^/]+$|_test\.[a-z]+$/i;
const prosePath = /\.(?:md|markdown|txt|rst|adoc|csv|svg|json|lock|snap|html?|mbox|xml)$/i;
const sourcePath =
  /\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|php|c|cc|cpp|h|hpp|cs|swift|scala|sh|sql|vue|svelte|ex|exs|clj|lua|pl)$/i;

const comment = /^\s*(?:\/\/|\/?\*|#|--|<!--)/;

/** Whether a line is what the rule speaks of. */
export function sees({ pattern, comments }: LineRule, text: string): boolean {
  return (comments === true || !comment.test(text)) && pattern.test(text);
}

export const isTest = (path: string): boolean => testPath.test(path);
export const isSource = (path: string): boolean => sourcePath.test(path) && !isTest(path);

export function appliesTo({ where }: LineRule, path: string): boolean {
  if (where === 'everywhere') return true;
  if (where === 'shipped') return !isTest(path);
  if (prosePath.test(path)) return false;
  return where === undefined || isTest(path) === (where === 'tests');
}
