import type { EventRecord } from '../../contracts/event-delivery';
import type { Json } from '../../contracts/json';
import type { ActivityDeps } from '../deps';
import type { StoredEvent } from '../stores';

type WithStore = Pick<ActivityDeps, 'store'>;

/** An event as consumers are handed it. */
export function eventOf({ team: _team, publishedBy: _by, untrusted: _always, at, ...event }: StoredEvent): EventRecord {
  return { ...event, time: at };
}

/** The same for one consumer: an event that has completed a set (`allOf`) carries the data of all of it, by subject. */
export async function eventFor(
  { store }: WithStore,
  team: string,
  event: EventRecord,
  consumer: string,
): Promise<EventRecord> {
  const joined = await store.deliveries.joinedBy(team, event.correlationId, consumer, event.id);
  if (!joined) return event;
  const ids = [...new Set(joined.map(({ eventId }) => eventId))];
  const all = await Promise.all(ids.map((id) => store.events.get(team, id)));
  const data: Record<string, Json> = {};
  for (const one of all) if (one) data[one.subject] = one.data;
  return { ...event, data };
}
