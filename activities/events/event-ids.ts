import { sha256Hex } from '../../contracts/digest';
import { idPart } from '../../contracts/event';

/** `event/<team>/<event>/<consumer>`, with `/r<n>` at its end when it is redriven for the nth time. */
export function deliveryIdFor(team: string, eventId: string, consumer: string, redrive = 0): string {
  const id = ['event', idPart(team), idPart(eventId), consumer.replace(/[^\w.-]+/g, '-')].join('/');
  return redrive === 0 ? id : `${id}/r${redrive}`;
}

/** The id of the event that a consumer emits: the same for each attempt at it. */
export function emittedIdFor(cause: string, consumer: string, subject: string): string {
  return `ev-${sha256Hex(JSON.stringify([cause, consumer, subject])).slice(0, 24)}`;
}
