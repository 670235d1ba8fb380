import type { JsonObject } from '../../contracts/json';
import type { Answer } from './answer';
import { amountsIn, answerJson, sumOf } from './answer';
import type { Row } from './cases';
import { amountOf, doRows, slipOf, slipped } from './cases';
import { pick } from './chance';
import type { Prompt } from './read-prompt';
import type { Trial } from './trial';

/** Added to a right amount by the seeded false claim; no slip makes this number, so that it is known wherever it turns up. */
export const falseBy = 7;

/**
 * A working step: takes over every claim it is handed, as agents do that trust one another, works its own rows out of
 * the table, and adds up. When it fails, one of its rows has a slip in it, and its total follows that.
 */
export function workOut(prompt: Prompt, trial: Trial, item: string, rows: readonly string[]): Answer {
  const { table } = prompt;
  const handed = /Given: (\{.*\})/.exec(prompt.task)?.[1] ?? '';
  const amounts = amountsIn([handed, ...prompt.data.map(({ value }) => value)]);
  const own = table.filter(({ row }) => rows.includes(row));
  for (const row of own) amounts.set(row.row, amountOf(row));
  const { nth, wrong, key } = trial.attempt(item, trial.reliability);
  const at = own[pick(own.length, ...key, 'row')];
  if (wrong && at) amounts.set(at.row, slipped(table, at, slipOf(...key, 'slip')));
  const [first] = own;
  if (first && nth === 1 && item === trial.seeded) amounts.set(first.row, amountOf(first) + falseBy);
  const answer = { amounts: inOrder(amounts, table), total: sumOf(amounts) };
  trial.given.push({ item, answer });
  return answer;
}

/** The supervisor's last word: the rows as it was given them, and their sum, which is a step like any other. */
export function putTogether(prompt: Prompt, trial: Trial): Answer {
  const { table } = prompt;
  const amounts = inOrder(amountsIn(prompt.data.map(({ value }) => value)), table);
  const { wrong, key } = trial.attempt('chief:total', trial.reliability);
  const sum = sumOf(amounts);
  const forgotten = [...amounts.values()].at(-1) ?? 10;
  const total = { digit: sum + 10, neighbour: sum - forgotten, unit: sum * 100 }[slipOf(...key, 'slip')];
  const answer = { amounts, total: wrong ? total : sum };
  trial.given.push({ item: 'chief:total', answer });
  return answer;
}

/** A task of the swarm; the first two each bring another one, which starts from what they found. */
export function findRow(prompt: Prompt, trial: Trial): JsonObject {
  const [row = ''] = prompt.rows;
  const finding = answerJson(workOut(prompt, trial, row, [row]));
  const further = { r1: 'r3', r2: 'r4' }[row];
  const task = further && `${doRows([further])} Given: ${JSON.stringify(finding)}`;
  return { finding, ...(task !== undefined && { tasks: [{ task }] }) };
}

function inOrder(amounts: ReadonlyMap<string, number>, table: readonly Row[]): Map<string, number> {
  const known = table.flatMap(({ row }) => {
    const amount = amounts.get(row);
    return amount === undefined ? [] : [[row, amount] as const];
  });
  return new Map(known);
}
