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

/**
 * The audit entry of an event, and envelopes and entries of its deliveries, many in one transaction; what is kept already
 * stands. Answers the end of the run's audit chain.
 */
export async function noteDeliveries(
  { store, now }: Pick<ActivityDeps, 'store' | 'now'>,
  { run, publishedBy, event: { id, subject } }: Pick<DeliverEventRequest, 'run' | 'publishedBy' | 'event'>,
  noted: readonly Noted[],
): Promise<string> {
  const root = `${run.rootWorkflowId}#${run.rootFirstRunId}`;
  const by = activityInfo().workflowExecution?.workflowId;
  const at = now().toISOString();
  const published = auditOfEvent('event-published', id, at, publishedBy, { event: id, subject, by });
  let hash = '';
  for (let first = 0; first === 0 || first < noted.length; first += perTransaction) {
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
    const statements = envelopes.map((envelope) => store.messages.statementFor(envelope));
    const { head } = await store.audit.commit(root, first === 0 ? [published, ...entries] : entries, statements);
    hash = head.hash;
  }
  return hash;
}
