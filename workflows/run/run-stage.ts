import { CadreError } from '../../contracts/failures';
import type { Node, Stage } from '../../contracts/node';
import { checkStage } from './check-stage';
import { nodeName, performNode } from './perform-node';
import type { Outcome, Scope } from './scope';

export function asStage(given: Stage | Node): Stage {
  return 'node' in given ? given : { node: given };
}

export async function runStage(here: Scope, stage: Stage): Promise<Outcome> {
  const retries = stage.check?.retries ?? 1;
  let place = here;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await performNode(place, stage.node);
    if (!stage.check || outcome.status === 'rejected') return outcome;
    const findings = await checkStage(here, outcome, stage.check, nodeName(stage.node));
    if (findings.length === 0) return outcome;
    if (attempt >= retries) {
      throw new CadreError(
        'MalformedOutput',
        `The stage ${nodeName(stage.node)} did not pass its check: ${findings.join('; ')}`,
        { path: here.path },
      );
    }
    place = {
      ...here,
      material: [
        ...here.material,
        {
          kind: 'repair',
          problems: findings,
          untrusted: outcome.untrusted,
          ...(outcome.private && { private: true as const }),
        },
      ],
    };
  }
}
