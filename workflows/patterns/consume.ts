/**
 * consume: what a consumer does with an event; `publish` starts it, once per event and consumer.
 *
 *   event ──▶ agent or tool ──▶ done ──▶ publishes what it emits
 *                 ▲    └ failed: waits, tries again
 *                 └────────┘ └ too often: dead letter
 *
 * It is a run of its own: budget, approvals and failures are its own too.
 */
import { isCancellation } from '@temporalio/workflow';
import { field } from '../../contracts/pattern-fields';
import type { ConsumeFields } from '../run/delivery';
import { deliveredTo, settle, stopped, tryOften } from '../run/delivery';
import { errorOf } from '../run/failure';
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
    attempts: field.count(20, 'How often it is tried before it becomes a dead letter; 3 by default.'),
  },
  defaultTask: 'Handle the event {{event.subject}}',
  example: {
    team: 'ship-feature',
    agent: 'devops',
    action: 'Deploy what was merged',
    event: { id: 'pr-42-merged', subject: 'genbrain.events.pr.merged', data: { pr: 42 } },
  },
  async perform(scope, fields) {
    const delivered = deliveredTo(scope, fields);
    try {
      const end = await tryOften(scope, delivered);
      await settle(scope, delivered, end);
      if ('kind' in end) throw errorOf(end);
      return end;
    } catch (error) {
      if (isCancellation(error)) await settle(scope, delivered, stopped);
      throw error;
    }
  },
};
