import type { JsonObject } from '../../contracts/json';
import type { Row } from './cases';
import { amountOf } from './cases';

/** What every working agent here gives: what rows come to, and what those rows come to together. */
export interface Answer {
  amounts: ReadonlyMap<string, number>;
  total: number;
}

/** As `fanOut` merges it and other agents read it: a claim for each row, each with its source. */
export function answerJson({ amounts, total }: Answer): JsonObject {
  const claims = [...amounts].map(([about, value]) => ({
    about,
    value,
    claim: `${about}: ${value}`,
    sources: ['table'],
  }));
  return { claims, total };
}

export const sumOf = (amounts: ReadonlyMap<string, number>): number => [...amounts.values()].reduce((a, b) => a + b, 0);

/** Parts of a result that name what was not agreed: they claim nothing. */
const open = new Set(['conflicts', 'unresolved', 'minorityReport', 'disagreements']);
type Claim = { about: string; value: number };

/** All answers inside a value, whatever pattern wrapped them up; an answer written as text counts. */
export function answersIn(value: unknown): { claims: Claim[]; total: number | null }[] {
  if (typeof value === 'string') return value.startsWith('{') ? answersIn(parsed(value)) : [];
  if (Array.isArray(value)) return value.flatMap(answersIn);
  if (typeof value !== 'object' || value === null) return [];
  const { claims = (value as { agreed?: unknown }).agreed, total } = value as { claims?: unknown; total?: unknown };
  const rest = Object.entries(value).filter(([name]) => !open.has(name) && name !== 'claims' && name !== 'agreed');
  const below = rest.flatMap(([, part]) => answersIn(part));
  if (!Array.isArray(claims)) return below;
  const own = claims.filter(({ about, value: said }: Claim) => typeof about === 'string' && typeof said === 'number');
  return [{ claims: own as Claim[], total: typeof total === 'number' ? total : null }, ...below];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut short, or not JSON at all: it claims nothing that could be read.
    return null;
  }
}

/** Claims by row, the newest last; a reader here takes over what it is handed. */
export function amountsIn(values: readonly unknown[]): Map<string, number> {
  return new Map(answersIn([...values]).flatMap(({ claims }) => claims.map(({ about, value }) => [about, value])));
}

/** Whether every row and every total in it is what `amount` says; `rows` are those that must be there. */
export function agrees(
  value: unknown,
  table: readonly Row[],
  rows: readonly string[],
  amount: (row: Row) => number = amountOf,
): boolean {
  const right = new Map(table.map((row) => [row.row, amount(row)]));
  const answers = answersIn(value);
  const claimed = new Set(answers.flatMap(({ claims }) => claims.map(({ about }) => about)));
  return (
    rows.every((row) => claimed.has(row)) &&
    answers.every(({ claims, total }) => {
      const sum = [...new Set(claims.map(({ about }) => about))].reduce((all, row) => all + (right.get(row) ?? NaN), 0);
      return claims.every(({ about, value: said }) => right.get(about) === said) && (total === null || total === sum);
    })
  );
}
