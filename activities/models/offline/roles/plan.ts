import type { JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { bounds } from '../bounds';
import type { Knowledge } from '../data/knowledge';
import { offlineLabel } from '../answer/label';
import { compareText } from '../words/order';
import { idfOver, overlap, termSet } from '../words/terms';

export interface Choice {
  name: string;
  description: string;
}

const share = 0.35;

/**
 * The choices a task is for: those it names, and those whose descriptions share enough with it. When none stands out
 * the task is for all of them: what is left out cannot be found later.
 */
export function matchingChoices(task: string, choices: readonly Choice[]): { choice: Choice; score: number }[] {
  const wanted = termSet(task);
  const about = choices.map((choice) => ({
    choice,
    name: termSet(choice.name),
    all: termSet(`${choice.name} ${choice.description}`),
  }));
  const idf = idfOver(about.map(({ all }) => all));
  const scored = about
    .map(({ choice, name, all }) => {
      const shared = [...all].filter((term) => wanted.has(term));
      const strong = overlap(name, wanted) > 0 || shared.length >= 2;
      return { choice, strong, score: overlap(all, wanted, idf) + 2 * overlap(name, wanted, idf) };
    })
    .sort((a, b) => b.score - a.score || compareText(a.choice.name, b.choice.name));
  const best = scored[0]?.score ?? 0;
  const stands = scored.some(({ strong }) => strong);
  const matching = stands
    ? scored.filter(({ strong, score }) => strong || (score > 0 && score >= best * share))
    : scored;
  return matching.slice(0, bounds.planTasks);
}

/** One task for each matching choice, in the order they were given: the whole task, and which part of it is theirs. */
export function planTasks(request: ModelRequest, known: Knowledge): JsonObject {
  const choices = request.choices ?? [];
  const chosen = new Set(matchingChoices(known.reading.task, choices).map(({ choice }) => choice.name));
  const tasks = choices
    .filter((choice) => chosen.has(choice.name))
    .map((choice) => ({
      agent: choice.name,
      task: taskFor(known.reading.task, choice),
      reason: reasonFor(known.reading.task, choice),
    }));
  return {
    tasks,
    note: `Planned by matching the task to ${choices.length} descriptions; ${tasks.length} fit. ${offlineLabel}`,
  };
}

export function taskFor(task: string, choice: Choice): string {
  const part = choice.description.trim().replace(/[.\s]+$/, '');
  return `${task}\n\nYour part: ${part === '' ? choice.name : part}.`;
}

function reasonFor(task: string, choice: Choice): string {
  const wanted = termSet(task);
  const shared = [...termSet(`${choice.name} ${choice.description}`)]
    .filter((term) => wanted.has(term))
    .sort(compareText);
  return shared.length > 0
    ? `Shares with the task: ${shared.slice(0, 8).join(', ')}`
    : 'No description stands out, so each is asked';
}
