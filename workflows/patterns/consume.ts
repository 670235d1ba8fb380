/**
 * consume: what a consumer does with an event; `publish` starts it, once per event and consumer.
 *
 *   event ──▶ agent or tool ──▶ done ──▶ publishes what it emits
 *                 ▲    └ failed: waits, tries again
 *                 └────────┘ └ too often: dead letter
 *
 * It is a run of its own: budget, approvals and failures are its own too.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { FailureRecord } from '../../contracts/failures';
import { chainFailure } from '../../contracts/failures';
import { field } from '../../contracts/pattern-fields';
import type { ConsumeFields } from '../run/delivery';
import { cancelled, isWorthAnother, nodeOf, settle, waitAfter, wholeEvent, withEvent } from '../run/delivery';
import { errorOf, failureOf } from '../run/failure';
import { literal, performNode } from '../run/perform-node';
import type { Pattern } from '../run/registry';

export const consumePattern: Pattern<ConsumeFields> = {
  name: 'consume',
  about: 'What one consumer does with one event.',
  fields: {
    event: field.object('The event, as `publish` hands it over.', { needed: true }),
    agent: field.agent('The agent that handles it.', { needed: true }),
    consumer: field.line('Name of the subscription; that of the agent by default.'),
    action: field.text('What it is to do: a task, or the name of one of its tools.'),
    emits: field.list(field.line('A subject.'), 'What it publishes when it is done.'),
    attempts: field.count(20, 'How often it is tried before it becomes a dead letter.'),
  },
  defaultTask: 'Handle the event {{event.subject}}',
  example: {
    team: 'ship-feature',
    agent: 'devops',
    action: 'Deploy what was merged',
    event: { id: 'pr-42-merged', subject: 'genbrain.events.pr.merged', data: { pr: 42 } },
  },
  async perform(scope, given) {
    const fields = { ...given, event: wholeEvent(scope, given.event) };
    const place = withEvent(scope, fields.event);
    const attempts = fields.attempts ?? scope.run.limits.consumerAttempts;
    let failure: FailureRecord | null = null;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        const outcome = await performNode(place, nodeOf(scope, fields), literal);
        await settle(scope, fields, outcome);
        return outcome;
      } catch (error) {
        if (isCancellation(error)) await CancellationScope.nonCancellable(() => settle(scope, fields, cancelled));
        if (isCancellation(error)) throw error;
        const record: FailureRecord = { ...failureOf(error, { path: scope.path }), attempt };
        failure = failure ? chainFailure(record, failure) : record;
        scope.run.note('attempt-failed', fields.agent, scope.path, `${attempt} of ${attempts}: ${record.message}`);
        if (!isWorthAnother(record) || attempt === attempts) break;
        await waitAfter(scope, fields.agent, attempt);
      }
    }
    await settle(scope, fields, failure as FailureRecord);
    throw errorOf(failure as FailureRecord);
  },
};
