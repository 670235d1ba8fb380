/**
 * compose: patterns nested in patterns, as the team's YAML or the input writes them.
 *
 *   composition ──▶ any node ──▶ any node …
 */
import { CadreError } from '../../contracts/failures';
import type { ComposeFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { compositionNamed, performNode } from '../run/perform-node';
import type { Pattern } from '../run/registry';

export const composePattern: Pattern<ComposeFields> = {
  name: 'compose',
  about: 'A composition of the team, or any node.',
  fields: {
    composition: field.shape('composition', 'The name of a composition of the team, or a node.', { needed: true }),
  },
  example: { team: 'daily-report', composition: 'daily', input: { date: '2026-03-20' } },
  async perform(scope, { composition }) {
    if (composition === undefined)
      throw new CadreError('InvalidInput', `The node ${scope.path} names no "composition".`);
    const node = typeof composition === 'string' ? compositionNamed(scope, composition) : composition;
    return performNode(scope, node);
  },
};
