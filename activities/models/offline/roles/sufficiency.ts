import type { JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { askedIds } from '../tools/fill-arguments';
import type { Knowledge } from '../data/knowledge';
import { labelled } from '../answer/label';
import { compareText } from '../words/order';
import { matchingChoices, taskFor } from './plan';
import { deliveriesOf, sizeOf } from './review';

const missingMax = 16;

/** Whether every specialist the task is for has delivered, and every id the task names is in what they delivered. */
export function judgeSufficiency(request: ModelRequest, known: Knowledge): JsonObject {
  const { reading } = known;
  const deliveries = deliveriesOf(reading.materials);
  const good = deliveries.filter((delivery) => !delivery.failed && sizeOf(delivery.content) > 0);
  const delivered = new Set(good.map((delivery) => delivery.agent));
  const absent = matchingChoices(reading.task, request.choices ?? [])
    .map(({ choice }) => choice)
    .filter((choice) => !delivered.has(choice.name))
    .sort((a, b) => compareText(a.name, b.name));
  const text = JSON.stringify(good.map((delivery) => delivery.content));
  const shownWhole = reading.materials.every((material) => material.cut === undefined);
  const unnamed = shownWhole
    ? askedIds(known).filter((id) => !text.includes(id) && !Object.values(reading.input).includes(id))
    : [];
  const missing = [
    ...(good.length === 0 ? ['No specialist has delivered anything'] : []),
    ...absent.map((choice) => `${choice.name} has delivered nothing that was accepted`),
    ...unnamed.map((id) => `${id} is named in the task and in none of the results`),
  ].slice(0, missingMax);
  const tasks = absent
    .slice(0, missingMax)
    .map((choice) => ({ agent: choice.name, task: taskFor(reading.task, choice) }));
  const reason =
    missing.length === 0
      ? `All ${good.length} results are there, and they hold ${known.all.length} records.`
      : `${missing.length} thing${missing.length === 1 ? ' is' : 's are'} missing.`;
  return {
    sufficient: missing.length === 0,
    reason: labelled(reason),
    missing,
    ...(tasks.length > 0 ? { tasks } : {}),
  };
}
