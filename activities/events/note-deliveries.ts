import { activityInfo } from '@temporalio/activity';
import type { Consumer, DeliverEventRequest, EventRecord } from '../../contracts/event-delivery';
import type { ActivityDeps } from '../deps';
import type { Delivery } from '../stores';
import { auditOfEvent, envelopeOfEvent } from './event-envelope';

interface Noted {
  to: Consumer;
  event: EventRecord;
  delivery: Delivery;
}

const perTransaction = 50;

/** Envelopes and audit entries of deliveries, many in one transaction; those that are kept already stand. */
export async function noteDeliveries(
  { store, now }: Pick<ActivityDeps, 'store' | 'now'>,
  { run, publishedBy }: Pick<DeliverEventRequest, 'run' | 'publishedBy'>,
  noted: readonly Noted[],
): Promise<void> {
  const root = `${run.rootWorkflowId}#${run.rootFirstRunId}`;
  const by = activityInfo().workflowExecution?.workflowId;
  const at = now().toISOString();
  for (let first = 0; first < noted.length; first += perTransaction) {
    const some = noted.slice(first, first + perTransaction);
    const envelopes = some.map(({ to, event }) => envelopeOfEvent(root, event, publishedBy, to.agent));
    const entries = some.map(({ event, delivery: { workflowId } }) =>
      auditOfEvent('event-delivered', workflowId, at, publishedBy, {
        event: event.id,
        subject: event.subject,
        workflowId,
        by,
      }),
    );
    await store.audit.commit(
      root,
      entries,
      envelopes.map((envelope) => store.messages.statementFor(envelope)),
    );
  }
}
