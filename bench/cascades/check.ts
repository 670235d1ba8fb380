import type { JsonObject } from '../../contracts/json';
import { agrees, answersIn } from './answer';
import { amountOf, slipOf, slipped } from './cases';
import { pick } from './chance';
import type { Prompt } from './read-prompt';
import type { Trial } from './trial';

/** `checker-85` is right 85 times of a hundred; a name without a number accepts everything and is no check. */
const reliabilityOf = (agent: string): number | null => {
  const percent = /-(\d+)$/.exec(agent)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
};

/** Says that something is wrong, and not where: it does not know. */
const finding = 'The rows or the total do not come to what the table says.';

/** A check of a stage, of a whole result or of a draft: the newest thing in front of it, worked out again. */
export function score(prompt: Prompt, trial: Trial): JsonObject {
  const shown = prompt.data.at(-1);
  // Whoever checks a part holds it to what it claims; whoever checks the whole misses rows that are not there.
  const rows = prompt.agent.startsWith('checker') ? [] : prompt.table.map(({ row }) => row);
  const accepted = judge(prompt, trial, `check:${shown?.label ?? ''}`, shown?.value, rows);
  return { score: accepted ? 1 : 0, problems: accepted ? [] : [finding] };
}

/** A supervisor's verdict on each of its specialists' results, from the summaries it is shown. */
export function review(prompt: Prompt, trial: Trial): JsonObject {
  const subtasks = prompt.data.map(({ value }) => value as { subtask: string; summary?: string });
  const verdicts = subtasks.map(({ subtask, summary }) => {
    const accepted = judge(prompt, trial, `check:subtask ${subtask}`, summary, [`r${subtask}`]);
    return accepted
      ? { subtask, verdict: 'accept', reason: 'it adds up' }
      : { subtask, verdict: 'retry', reason: finding };
  });
  return { verdicts };
}

/**
 * Works the claims out again from the table and compares. It fails in one of two ways, as often in the one as in the
 * other: it nods without looking, or makes a slip of its own, which makes right things look wrong, and hides a fault only
 * where the very same slip was made.
 */
function judge(prompt: Prompt, trial: Trial, item: string, value: unknown, rows: readonly string[]): boolean {
  const reliability = reliabilityOf(prompt.agent);
  if (reliability === null) return true;
  const { table } = prompt;
  const { wrong, key } = trial.attempt(item, reliability);
  const claimed = new Set(answersIn(value).flatMap(({ claims }) => claims.map(({ about }) => about)));
  const seen = table.filter(({ row }) => claimed.has(row));
  const at = seen[pick(seen.length, ...key, 'row')];
  const accepted =
    wrong && pick(2, ...key, 'how') === 0
      ? true
      : agrees(value, table, rows, (row) =>
          wrong && row === at ? slipped(table, row, slipOf(...key, 'slip')) : amountOf(row),
        );
  trial.judgements.push({ accepted, wrong: !agrees(value, table, rows) });
  return accepted;
}
