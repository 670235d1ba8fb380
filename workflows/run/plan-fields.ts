import { CadreError } from '../../contracts/failures';
import { graphFaults } from '../../contracts/task-graph';
import { acceptsTasks, Assignment, standInsFor } from './assignment';
import type { TaskDraft } from './planned-tasks';
import { PlannedTask } from './planned-tasks';
import { Planner } from './planner';
import type { Scope } from './scope';
import { templateValues } from './scope';
import { fillText } from './template';

export interface PlanFields {
  planner?: string;
  specialists?: string[];
  tasks?: { id: string; agent: string; task?: string; dependsOn?: string | string[] }[];
  maxReplans?: number;
  maxParallel?: number;
  attempts?: number;
  synthesizer?: string;
}

const defaults = { maxReplans: 2, attempts: 2 };

/** Makes tasks of drafts: who has each, who assigned it, and who may stand in. */
export function taskMaker(scope: Scope, fields: PlanFields): (draft: TaskDraft) => PlannedTask {
  const assigner = fields.planner ?? scope.from;
  const peers = fields.specialists ?? fields.tasks?.map(({ agent }) => agent) ?? agentsFor(scope, fields);
  return (draft) => {
    const standIns = standInsFor(scope.run.team, draft.agent, peers, assigner);
    const attempts = fields.attempts ?? defaults.attempts;
    return new PlannedTask(draft, new Assignment(draft.agent, assigner, standIns, attempts));
  };
}

/** The agents that accept tasks of whoever assigns them here. */
function agentsFor(scope: Scope, { planner, specialists }: PlanFields): string[] {
  const { team } = scope.run;
  const all = specialists ?? Object.keys(team.agents).filter((name) => name !== planner);
  return all.filter((name) => acceptsTasks(team, name, planner ?? scope.from));
}

/** The planner with the agents it may choose among; null when there is none. */
export function plannerOf(scope: Scope, fields: PlanFields): Planner | null {
  if (fields.planner === undefined) return null;
  const { agents } = scope.run.team;
  const choices = agentsFor(scope, fields).map((name) => ({
    name,
    description: [agents[name]?.description, ...(agents[name]?.capabilities ?? [])].join(' · '),
  }));
  if (choices.length === 0)
    throw new CadreError('InvalidInput', `No agent takes tasks of the planner ${fields.planner} in ${scope.path}.`);
  return new Planner(scope, fields.planner, choices, fields.maxReplans ?? defaults.maxReplans);
}

/** The plan that was given, its templates filled in. Throws `InvalidInput` with everything that is wrong with it. */
export function givenTasks(scope: Scope, fields: PlanFields): TaskDraft[] | null {
  if (!fields.tasks) return null;
  const values = templateValues(scope);
  const drafts = fields.tasks.map(({ id, agent, task = scope.task, dependsOn = [] }) => {
    return { id, agent, task: fillText(task, values), dependsOn: [dependsOn].flat() };
  });
  const accepted = Object.keys(scope.run.team.agents).filter((name) =>
    acceptsTasks(scope.run.team, name, fields.planner ?? scope.from),
  );
  const faults = graphFaults(drafts, { agents: accepted, max: scope.run.limits.maxTasks });
  if (faults.length === 0) return drafts;
  throw new CadreError('InvalidInput', `The plan ${scope.path} cannot be carried out: ${faults.join(' ')}`);
}
