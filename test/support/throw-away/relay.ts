/**
 * relay: a throw-away pattern of the tests, one file and one line, to show that no other place has to know a pattern.
 *
 *   task ──▶ first agent ──▶ second … each adds a remark to what it was handed
 */
import { field } from '../../../contracts/pattern-fields';
import type { Pattern } from '../../../workflows/run/registry';
import { outcomeOf } from '../../../workflows/run/scope';
import { askFor, openConversation, opening } from '../../../workflows/run/talk';

interface RelayFields {
  runners?: string[];
  patience?: string;
  patienceMs?: number;
}

export const relayPattern: Pattern<RelayFields> = {
  name: 'relay',
  about: 'Agents hand a sheet on; each writes one remark on it.',
  fields: {
    runners: field.agents('The agents, in their order.', { needed: true, min: 2 }),
    patience: field.duration('How long each may take.'),
  },
  roles: {
    remark: {
      ask: 'Write one remark on the sheet now.',
      schema: {
        type: 'object',
        properties: { remark: { type: 'string', description: 'One remark about the task' } },
        required: ['remark'],
        additionalProperties: false,
      },
    },
  },
  example: { runners: ['first', 'second'], task: 'Remark on the plan' },
  async perform(scope, { runners = [], patienceMs = 0 }) {
    const sheet: string[] = [];
    scope.run.planView = () => ({ sheet: [...sheet], patienceMs });
    for (const runner of runners) {
      const talk = openConversation(scope, runner);
      const handed = { kind: 'note' as const, text: `The sheet so far: ${sheet.join(' · ') || 'empty'}` };
      const { remark } = await askFor<{ remark: string }>(talk, 'remark', [...opening(scope), handed]);
      sheet.push(`${runner}: ${remark}`);
    }
    return outcomeOf({ output: { inline: sheet }, from: runners.at(-1) ?? 'relay' });
  },
};
