import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import type { Knowledge } from '../data/knowledge';
import { labelled } from '../answer/label';
import { matchingChoices } from './plan';

interface Standing {
  id: string;
  agent: string;
  task: string;
  dependsOn: string[];
  state: string;
}

const finished = ['completed', 'partial'];

/**
 * Keeps what waits. A task that failed goes to the choice that fits it best of those that have no task of the plan with
 * these words; where there is none it is given up, and what waited for it goes on without it.
 */
export function replanGraph(request: ModelRequest, known: Knowledge): JsonObject {
  const plan = standingIn(known);
  const said: string[] = [];
  const next: Standing[] = [];
  const givenUp = new Set<string>();
  for (const task of plan) {
    if (finished.includes(task.state) || task.state === 'running') continue;
    if (task.state !== 'failed') {
      next.push(task);
      continue;
    }
    const taken = new Set(plan.filter((other) => other.task === task.task).map(({ agent }) => agent));
    const free = (request.choices ?? []).filter(({ name }) => !taken.has(name));
    const other = matchingChoices(task.task, free)[0];
    if (other && other.score > 0) {
      next.push({ ...task, agent: other.choice.name });
      said.push(`${task.id} goes from ${task.agent} to ${other.choice.name}`);
    } else {
      givenUp.add(task.id);
      said.push(`${task.id} is given up: nobody else fits it`);
    }
  }
  const tasks = next.map(({ id, agent, task, dependsOn }) => {
    return { id, agent, task, dependsOn: dependsOn.filter((before) => !givenUp.has(before)) };
  });
  return { reason: labelled(said.length > 0 ? `${said.join('; ')}.` : 'The plan still fits.'), tasks };
}

/** The newest account of how the plan stands. */
function standingIn(known: Knowledge): Standing[] {
  const accounts = known.reading.materials.flatMap(({ value }) => (isJsonObject(value) ? [value['tasks']] : []));
  const lists = accounts.filter((value): value is Json[] => Array.isArray(value));
  const rows = lists.filter((list) => list.some((row) => isJsonObject(row) && 'state' in row)).at(-1) ?? [];
  return rows.flatMap((row) => {
    if (!isJsonObject(row)) return [];
    const { id, agent, task, state, dependsOn } = row;
    if (typeof id !== 'string' || typeof agent !== 'string' || typeof task !== 'string' || typeof state !== 'string')
      return [];
    const before = Array.isArray(dependsOn) ? dependsOn.filter((one) => typeof one === 'string') : [];
    return [{ id, agent, task, state, dependsOn: before }];
  });
}
