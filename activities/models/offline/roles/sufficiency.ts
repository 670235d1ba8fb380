import type { JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { bounds } from '../bounds';
import { lookUpTask } from '../data/look-up';
import { shapeOf } from '../data/mentions';
import { askedIds } from '../tools/fill-arguments';
import type { Knowledge } from '../data/knowledge';
import { labelled } from '../answer/label';
import { compareText } from '../words/order';
import { matchingChoices, taskFor } from './plan';
import { deliveriesOf, sizeOf } from './review';
import type { Delivery } from './review';

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
  const asked = new Set((request.choices ?? []).map((choice) => choice.name));
  const lookUps = shownWhole
    ? lookUpsFor(
        good.filter(({ agent }) => asked.has(agent)),
        known,
      )
    : [];
  const missing = [
    ...(good.length === 0 ? ['No specialist has delivered anything'] : []),
    ...absent.map((choice) => `${choice.name} has delivered nothing that was accepted`),
    ...unnamed.map((id) => `${id} is named in the task and in none of the results`),
    ...lookUps.map(({ agent, ids }) => `${ids.join(', ')} of ${agent}: named, and among no results`),
  ].slice(0, missingMax);
  const tasks = [
    ...absent.map((choice) => ({ agent: choice.name, task: taskFor(reading.task, choice) })),
    ...lookUps.map(({ agent, ids }) => ({ agent, task: lookUpTask(ids) })),
  ].slice(0, missingMax);
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

/**
 * Ids that the results name and do not hold, by the specialist whose own records have ids of that form. Nobody is asked
 * twice: who was asked again has said what there is.
 */
function lookUpsFor(good: readonly Delivery[], known: Knowledge): { agent: string; ids: string[] }[] {
  const times = new Map<string, number>();
  for (const { agent } of good) times.set(agent, (times.get(agent) ?? 0) + 1);
  const wanted = new Map<string, string[]>();
  for (const { id } of known.mentions.dangling) {
    if (known.absent.has(id)) continue;
    const agent = ownerOf(id, good, known);
    if (agent === undefined || times.get(agent) !== 1) continue;
    wanted.set(agent, [...(wanted.get(agent) ?? []), id]);
  }
  return [...wanted]
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([agent, ids]) => ({ agent, ids: ids.slice(0, bounds.lookUps) }));
}

/** The one specialist, of those whose results are here whole, that has most records with ids of this form. */
function ownerOf(id: string, good: readonly Delivery[], known: Knowledge): string | undefined {
  const shape = shapeOf(id);
  const counted = good
    .filter((delivery) => delivery.whole)
    .map(({ agent }) => ({
      agent,
      count: known.all.filter((record) => record.origins.includes(agent) && shapeOf(record.id) === shape).length,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || compareText(a.agent, b.agent));
  const [best, second] = counted;
  return best !== undefined && best.count > (second?.count ?? 0) ? best.agent : undefined;
}
