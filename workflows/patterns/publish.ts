/**
 * publish: something has happened; everybody who subscribed to it gets a run of their own.
 *
 *   event ──▶ kept ──▶ consumer 1 (run of its own)
 *                 └──▶ consumer … ──▶ emits ──▶ publish …
 *
 * The publisher knows no consumer and waits for none. The same event id reaches each consumer once, however often it is
 * published. Chains end at the hop limit, as dead letters.
 */
import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { EventInput } from '../../contracts/event';
import { eventFault } from '../../contracts/event';
import type { EventRecord } from '../../contracts/event-delivery';
import { consumersOf } from '../../contracts/event-delivery';
import { digestOf, shortDigest } from '../../contracts/digest';
import type { Json } from '../../contracts/json';
import { field } from '../../contracts/pattern-fields';
import { deliverEvent } from '../run/activities';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import { outcomeOf } from '../run/scope';

type PublishFields = Omit<EventInput, 'team'>;

export const publishPattern: Pattern<PublishFields> = {
  name: 'publish',
  about: 'An event, and a run for everybody who subscribed to it.',
  fields: {
    subject: field.line('What happened, as words joined by dots.', {
      needed: true,
      examples: ['acme.events.pr.merged'],
    }),
    data: field.json('What is to be known about it: any JSON.', { needed: true }),
    id: field.line('The same id is the same event, however often it comes; made from the run by default.'),
    source: field.line('Who says so, as a URI reference.'),
    subjectKey: field.line('What it is about; ordered consumers get events of one key one after another.'),
    correlationId: field.line('The same for all events that follow from one; the id by default.'),
    causationId: field.line('The event it follows from.'),
    hops: field.count(1_000, 'Events before it in its chain.', { min: 0 }),
    only: field.line('The one consumer that gets it once more: a dead letter that is tried again.'),
  },
  defaultTask: 'Publish {{subject}}',
  example: { team: 'ship-feature', subject: 'genbrain.events.pr.merged', data: { pr: 42 }, id: 'pr-42-merged' },
  async perform(scope, fields) {
    const { run } = scope;
    const event = eventOf(scope, fields);
    const all = consumersOf(run.team, event.subject);
    const consumers = all.filter(({ consumer }) => fields.only === undefined || consumer === fields.only);
    const refused = refusalOf(scope, event);
    const { fresh, reached, auditHead } = await deliverEvent.executeWithOptions(
      { summary: `publish · ${event.subject} · ${consumers.length} consumers` },
      [
        {
          run: run.ref,
          team: run.team.name,
          eventPrefix: run.team.eventPrefix ?? run.team.name,
          event,
          publishedBy: event.source,
          consumers,
          ...(fields.only !== undefined && { again: true as const }),
          ...(refused && { refused }),
        },
      ],
    );
    run.auditHead = auditHead;
    for (const { consumer, agent, state } of reached)
      run.note('event-delivered', agent, scope.path, `${consumer}: ${state}`);
    return outcomeOf({
      status: refused ? 'partial' : 'completed',
      output: { inline: { eventId: event.id, fresh, consumers: reached as unknown as Json } },
      from: 'publish',
      untrusted: scope.untrusted,
      ...(refused && { stoppedBecause: refused.message }),
    });
  },
};

function eventOf(scope: Scope, fields: PublishFields): EventRecord {
  const { run } = scope;
  const { only: _only, ...given } = fields;
  const fault = eventFault({ ...given });
  if (fault !== undefined) throw new CadreError('InvalidInput', `The event ${fault}.`, { path: scope.path });
  if (run.team.inline)
    throw new CadreError(
      'InvalidInput',
      'Events go to the consumers of a registered team: name a "team", an inline one has no runs of its own.',
    );
  if (scope.private || run.input.privacy === 'private')
    throw new CadreError('InvalidInput', 'An event goes to whoever subscribes: it cannot be private.', {
      path: scope.path,
    });
  const id = fields.id ?? `ev-${shortDigest(digestOf({ run: run.ref.firstRunId, path: scope.path }), 24)}`;
  return {
    id,
    subject: fields.subject,
    source: fields.source ?? `cadre/${run.team.name}`,
    subjectKey: fields.subjectKey ?? null,
    data: fields.data,
    correlationId: fields.correlationId ?? id,
    causationId: fields.causationId ?? null,
    hops: fields.hops ?? 0,
    time: new Date().toISOString(),
  };
}

/** Consumers that publish for one another would go on for ever: past the limit nobody gets the event. */
function refusalOf(scope: Scope, { hops, subject, correlationId }: EventRecord): FailureRecord | undefined {
  const { maxEventHops } = scope.run.limits;
  if (hops <= maxEventHops) return undefined;
  return {
    kind: 'LoopDetected',
    message: `The event ${subject} is number ${hops + 1} of its chain ${correlationId}; at most ${maxEventHops} may follow from one.`,
    retryable: false,
    path: scope.path,
  };
}
