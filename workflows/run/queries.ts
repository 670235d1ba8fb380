import { isJsonObject } from '../../contracts/json';
import { shownApproval } from './bounded';
import { pageOf } from './event-ring';
import type { Run } from './run';

/** Queries and what they are for; all lists are paged by `{"from":0,"limit":100}`. */
export const queryNames: Readonly<Record<string, string>> = {
  status: 'Where the run stands: status, what it waits for, agents, usage, refused messages.',
  approvals: 'Approvals, open ones first, each with the exact action and its digest. {"from":0,"limit":100}',
  plan: 'The plan of the run as its pattern keeps it: subtasks, stages, rounds, verdicts.',
  budget: 'Limits and what is used, for the run and for each agent.',
  transcript: 'One entry for each step: agent, path, beginning of the answer, segment id. {"from":0,"limit":100}',
  messages: 'The envelopes that were handed over: id, type, sender, recipient. {"from":0,"limit":100}',
  events: 'What happened lately. {"from":0,"limit":100}',
  board: 'The blackboard, when the run has one.',
  help: 'What this run understands.',
};

/** Never throws: a bad argument is read as none (I7). */
export function answerQuery(run: Run, name: string, argument: unknown): unknown {
  const page = isJsonObject(argument) ? (argument as { from?: number; limit?: number }) : undefined;
  const max = run.limits.queryPage;
  switch (name) {
    case 'status':
      return statusOf(run);
    case 'approvals':
      return pageOf(
        [
          ...run.approvals.open(),
          ...run.approvals
            .list()
            .filter((each) => each.state !== 'open')
            .map(shownApproval),
        ],
        page,
        max,
      );
    case 'plan':
      return run.planView?.() ?? { note: 'This pattern keeps no plan.' };
    case 'budget':
      return {
        limits: run.budget.limits,
        used: run.budget.used,
        steps: run.budget.steps,
        leftMs: run.clock.leftMs(),
        agents: tallies(run),
      };
    case 'transcript':
      return pageOf(run.transcript, page, max);
    case 'messages':
      return pageOf(run.messages, page, max);
    case 'events':
      return run.events.page(page, max);
    case 'board':
      return run.boardView?.() ?? { note: 'This run has no board.' };
    default:
      return {
        type: run.info.workflowType,
        queries: queryNames,
        messages: 'See `temporal workflow metadata` for updates and signals with examples.',
      };
  }
}

function tallies(run: Run): Record<string, unknown> {
  return Object.fromEntries([...run.agents].map(([name, { steps, usage }]) => [name, { steps, usage }]));
}

function statusOf(run: Run): unknown {
  return {
    status: run.status,
    pattern: run.info.workflowType,
    workflowId: run.info.workflowId,
    runId: run.info.runId,
    ...(run.begun && {
      team: run.team.name,
      subject: run.started.subject,
      task: run.input.task.slice(0, 500),
      notices: run.started.notices,
    }),
    waitingFor: waitingFor(run),
    steps: run.budget.steps,
    usage: run.budget.used,
    agents: Object.fromEntries(run.agents),
    openChildren: [...run.children.keys()],
    failures: run.failures.slice(-10),
    rejectedMessages: run.rejectedMessages,
    events: run.events.total,
  };
}

/** Every wait of a run, with its deadline and what happens then (I6). */
function waitingFor(run: Run): string[] {
  const waits = run.approvals
    .open()
    .map(
      (each) =>
        `a person: approval ${each.id} of ${each.agent} for ${each.tool} until ${each.deadline}, then ${each.onTimeout}`,
    );
  if (run.paused) waits.push(`resume: paused by ${run.paused.by}`);
  for (const [name, { state }] of run.agents) if (state !== 'idle') waits.push(`${name}: ${state}`);
  return waits;
}
