import type { JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { cycleIn } from '../../../../contracts/task-graph';
import type { Knowledge } from '../data/knowledge';
import { offlineLabel } from '../answer/label';
import type { Choice } from './plan';
import { matchingChoices, taskFor } from './plan';

interface Task {
  id: string;
  agent: string;
  task: string;
  dependsOn: string[];
}

/**
 * One task for each matching choice. A task waits for another where the description of its agent names the other agent,
 * as in "Writes up what the readers found"; a description that would close a circle waits for nobody.
 */
export function planGraph(request: ModelRequest, known: Knowledge): JsonObject {
  const choices = request.choices ?? [];
  const chosen = new Set(matchingChoices(known.reading.task, choices).map(({ choice }) => choice.name));
  const taking = choices.filter(({ name }) => chosen.has(name));
  const tasks = taking.map((choice): Task => {
    return { id: choice.name, agent: choice.name, task: taskFor(known.reading.task, choice), dependsOn: [] };
  });
  for (const [index, choice] of taking.entries()) {
    const task = tasks[index];
    if (!task) continue;
    task.dependsOn = namedIn(choice, taking);
    if (cycleIn(tasks)) task.dependsOn = [];
  }
  const waiting = tasks.filter(({ dependsOn }) => dependsOn.length > 0).length;
  return {
    tasks: tasks.map((task) => ({ ...task })),
    note: `Planned by matching the task to ${choices.length} descriptions; ${tasks.length} fit, ${waiting} wait for others they name. ${offlineLabel}`,
  };
}

function namedIn({ name, description }: Choice, others: readonly Choice[]): string[] {
  const words = new Set(description.toLowerCase().match(/[\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu) ?? []);
  return others
    .filter((other) => other.name !== name && words.has(other.name.toLowerCase()))
    .map((other) => other.name);
}
