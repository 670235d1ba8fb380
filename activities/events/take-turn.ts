import type { Consumer } from '../../contracts/event-delivery';
import { CadreError } from '../../contracts/failures';
import type { ActivityDeps } from '../deps';
import type { LaneKey, LaneTurn } from '../stores/lanes';
import { buryUnsettled } from './bury-unsettled';
import { eventFor, eventOf } from './event-of';
import { startConsumer } from './start-consumer';

const turnsMax = 100;

/**
 * Starts the run whose turn it is in a lane, whoever claimed it, and says which that is. A run that is closed and has not
 * settled (it was terminated) passes nothing on: it becomes a dead letter, and the next one has its turn.
 */
export async function takeTurn(
  deps: ActivityDeps,
  eventPrefix: string,
  lane: LaneKey,
  to: Consumer,
): Promise<LaneTurn | null> {
  const { team, consumer } = lane;
  for (let turns = 0; turns < turnsMax; turns += 1) {
    const turn = await deps.store.lanes.take(lane);
    if (!turn) return null;
    const stored = await deps.store.events.get(team, turn.eventId);
    if (!stored)
      throw new CadreError('InternalError', `The event ${turn.eventId} is to be delivered and is not in the store.`);
    const event = await eventFor(deps, team, eventOf(stored), consumer);
    if (await startConsumer(deps, team, event, to, turn.workflowId)) return turn;
    if (!(await buryUnsettled(deps, { team, eventPrefix, event, to, workflowId: turn.workflowId }))) {
      const delivery = await deps.store.deliveries.get({ team, eventId: turn.eventId, consumer });
      if (delivery?.state === 'started') return turn;
    }
  }
  throw new CadreError('StorageUnavailable', `The lane ${lane.lane} of ${consumer} does not come to rest.`);
}
