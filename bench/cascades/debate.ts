import type { JsonObject } from '../../contracts/json';
import { amountsIn, answerJson, answersIn } from './answer';
import { sumOf } from './answer';
import type { Prompt } from './read-prompt';
import type { Trial } from './trial';
import { workOut } from './work';

const positionOf = (answer: string): JsonObject => ({ answer, argument: 'By the table.' });

/** First on its own; then it goes over to an answer that more than half of all hold, and stays with its own otherwise. */
export function takePosition(prompt: Prompt, trial: Trial): JsonObject {
  const { agent, step, rows, data, before } = prompt;
  if (step === 0) {
    const item = `${agent}:${rows.join(', ')}`;
    return positionOf(JSON.stringify(answerJson(workOut({ ...prompt, data: [] }, trial, item, rows))));
  }
  const own = (JSON.parse(before) as { answer: string }).answer;
  const all = [own, ...data.map(({ value }) => (value as { answer: string }).answer)];
  const [most = own] = byHolders(all);
  const answer = holders(all, most) * 2 > all.length ? most : own;
  note(trial, `${agent}:round ${step + 1}`, answer);
  return positionOf(answer);
}

/** The answer that most of the last round hold; of equally held ones always the same, in whatever order they stand. */
export function giveVerdict({ data }: Prompt, trial: Trial): JsonObject {
  const positions = data.flatMap(({ label, value }) => {
    const [, name, round] = /answer (\w+) of round (\d+)/.exec(label) ?? [];
    return name === undefined
      ? []
      : [{ label: name, round: Number(round), answer: (value as { answer: string }).answer }];
  });
  const last = Math.max(...positions.map(({ round }) => round));
  const final = positions.filter(({ round }) => round === last);
  const [answer = ''] = byHolders(final.map((one) => one.answer));
  note(trial, 'judge:verdict', answer);
  return {
    answer,
    verdict: 'What most of them hold.',
    positions: final.map((one) => ({ label: one.label, upheld: one.answer === answer, reason: 'by the holders' })),
    agreements: [],
    disagreements: [],
  };
}

const holders = (all: readonly string[], answer: string): number => all.filter((one) => one === answer).length;
const byHolders = (all: readonly string[]): string[] =>
  [...new Set(all)].sort((a, b) => holders(all, b) - holders(all, a) || (a < b ? -1 : 1));

function note(trial: Trial, item: string, answer: string): void {
  const amounts = amountsIn([answer]);
  trial.given.push({ item, answer: { amounts, total: answersIn(answer)[0]?.total ?? sumOf(amounts) } });
}
