/**
 * pipeline: stages one after another, each on the output of the one before.
 *
 *   task ──▶ stage 1 ──check──▶ stage 2 ──check──▶ … ──▶ output of the last stage
 *               ▲       │ findings
 *               └───────┘
 *
 * A check that fails sends its findings back to its stage, a bounded number of times; a later stage never sees what a
 * check did not pass. When a stage fails for good, the compensations of the finished stages run in reverse order.
 */
import { CadreError } from '../../contracts/failures';
import type { PipelineFields, Stage } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { compensate } from '../run/compensate';
import { after, nodeName } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { asStage, runStage } from '../run/run-stage';

export const pipelinePattern: Pattern<PipelineFields> = {
  name: 'pipeline',
  about: 'Stages one after another, each with its check.',
  fields: { stages: field.shape('stages', 'The nodes to run one after another.', { needed: true }) },
  example: { team: 'daily-report', input: { date: '2026-03-20' } },
  async perform(scope, { stages: given = [] }) {
    const stages = given.map(asStage);
    if (stages.length === 0) throw new CadreError('InvalidInput', `The pipeline ${scope.path} has no stages.`);
    const finished: { stage: Stage; scope: Scope }[] = [];
    const states = stages.map((stage) => ({ stage: nodeName(stage.node), state: 'waiting' }));
    scope.run.planView = () => states.map((state) => ({ ...state }));
    let here = scope;
    let outcome: Outcome | null = null;
    for (const [index, stage] of stages.entries()) {
      const state = states[index] ?? { state: '' };
      state.state = 'running';
      try {
        outcome = await runStage(here, stage);
      } catch (error) {
        state.state = 'failed';
        await compensate(finished, error);
        throw error;
      }
      state.state = outcome.status;
      if (outcome.status === 'rejected' || outcome.status === 'budget-exhausted') break;
      finished.push({ stage, scope: after(here, outcome, stage.node) });
      here = {
        ...after(scope, outcome, stage.node),
        material: [...scope.material, ...after(scope, outcome, stage.node).material],
      };
    }
    if (!outcome) throw new CadreError('InternalError', 'A pipeline ended without an outcome.');
    return { ...outcome, parts: states.map((state) => ({ ...state })) };
  },
};
