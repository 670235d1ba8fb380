import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { idsIn } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { offlineLabel } from '../answer/label';
import { parseValue } from '../data/parse-value';
import type { Material } from '../data/read-request';
import { scalarText } from '../words/order';

/** What was handed in for a subtask. */
export interface Delivery {
  subtask: string;
  agent: string;
  attempt: number;
  failed: boolean;
  error: string;
  content: Json;
  /** The result itself is here, and not only what was said of it. */
  whole: boolean;
}

/** Deliveries among the materials, the newest for each subtask: by a `subtask` field, else by the material's label. */
export function deliveriesOf(materials: readonly Material[]): Delivery[] {
  const found = new Map<string, Delivery>();
  for (const material of materials) {
    if (material.kind !== 'data' || /^(?:the )?inputs?$|^background$/i.test(material.label)) continue;
    const members = Array.isArray(material.value)
      ? material.value.filter(isJsonObject).filter((member) => member['subtask'] !== undefined)
      : [];
    for (const value of members.length > 0 ? members : [material.value]) {
      const delivery = deliveryOf(value, material);
      found.set(delivery.subtask, delivery);
    }
  }
  return [...found.values()];
}

function deliveryOf(value: Json, material: Material): Delivery {
  const own = isJsonObject(value) ? value : {};
  const named = own['subtask'];
  const id =
    typeof named === 'string' || typeof named === 'number'
      ? String(named)
      : (/(\S+)\s*$/.exec(material.label)?.[1] ?? material.label);
  const status = scalarText(own['status']);
  const error = own['error'] ?? own['failure'];
  const content = ['output', 'result', 'summary', 'answer']
    .map((key) => own[key])
    .find((member) => member !== undefined && member !== null);
  return {
    subtask: id,
    agent: typeof own['agent'] === 'string' ? own['agent'] : material.from,
    attempt: typeof own['attempt'] === 'number' ? own['attempt'] : 1,
    failed: named !== undefined && (/fail|error|not started|reject|cancel/i.test(status) || error !== undefined),
    error: typeof error === 'string' ? error : status,
    whole: named === undefined,
    content: parseValue(named === undefined ? value : (content ?? null)).value,
  };
}

const attemptsMax = 2;

/** Accepts what delivers something, sends back once what failed or is empty, and then drops it. */
export function reviewSubtasks(_request: ModelRequest, known: Knowledge): JsonObject {
  const verdicts = deliveriesOf(known.reading.materials).map((delivery): JsonObject => {
    const again = delivery.attempt < attemptsMax;
    const subtask = delivery.subtask;
    const say = (verdict: string, reason: string, feedback?: string): JsonObject => ({
      subtask,
      verdict,
      reason: `${reason} ${offlineLabel}`,
      ...(feedback ? { feedback } : {}),
    });
    if (delivery.failed) {
      return again
        ? say(
            'retry',
            `It failed: ${delivery.error.slice(0, 300)}.`,
            `The attempt before failed: ${delivery.error.slice(0, 300)}. Do the task in another way, or say why it cannot be done.`,
          )
        : say('drop', `It failed again: ${delivery.error.slice(0, 300)}.`);
    }
    const size = sizeOf(delivery.content);
    if (size === 0)
      return again
        ? say(
            'retry',
            'The result is empty.',
            'The result was empty: answer the task, or say what was looked at and why there is nothing.',
          )
        : say('drop', 'The result is empty again.');
    const text = typeof delivery.content === 'string' ? delivery.content : JSON.stringify(delivery.content);
    const ids = idsIn(text).length;
    return say(
      'accept',
      `It delivers ${size} value${size === 1 ? '' : 's'}${ids > 0 ? ' and names its sources' : ''}.`,
    );
  });
  return { verdicts };
}

/** Values that say something: texts, numbers, members of lists. */
export function sizeOf(value: Json): number {
  if (value === null || value === false) return 0;
  if (typeof value === 'string') return value.trim() === '' ? 0 : 1;
  if (typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, member) => sum + sizeOf(member), 0);
}
