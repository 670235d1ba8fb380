import type { WorkflowHandle } from '@temporalio/client';
import type { Approval } from '../../../contracts/approval';
import type { RunResult } from '../../../contracts/run';
import type { DrillRequest } from '../drill-model';
import { until } from '../harness';
import { markOf, type Lab, type TrialRun } from './lab';

/** The person in the trials. */
export const person = 'dana';

export async function approvalsOf(handle: WorkflowHandle): Promise<Approval[]> {
  return (await handle.query<{ items: Approval[] }>('approvals')).items;
}

export async function openApprovals(handle: WorkflowHandle): Promise<Approval[]> {
  return (await approvalsOf(handle)).filter(({ state }) => state === 'open');
}

/** Approves what is open now, by signal: it is kept by the server also while no worker lives. */
export async function approveOpen(run: TrialRun): Promise<void> {
  for (const { id, digest } of await openApprovals(run.handle)) {
    await run.handle.signal('decide', { id, decision: 'approve', by: person, digest });
    await until(run.lab.patienceMs, `approval ${id} to be settled`, async () => {
      return (await openApprovals(run.handle)).every((approval) => approval.id !== id);
    });
  }
}

/** Approves whatever the run asks for until it ends; fails by saying what it was waiting for. */
export async function finish(run: TrialRun): Promise<RunResult> {
  const ended = run.result();
  let over = false;
  const watched = ended.finally(() => {
    over = true;
  });
  watched.catch(() => undefined);
  const approving = until(run.lab.patienceMs, `the end of ${run.handle.workflowId}`, async () => {
    if (!over) await approveOpen(run).catch(() => undefined);
    return over;
  });
  await Promise.race([watched, approving]);
  return ended;
}

/** Waits for the end without deciding anything. */
export function ended(run: TrialRun): Promise<RunResult> {
  return within(run.lab.patienceMs, `the end of ${run.handle.workflowId}`, run.result());
}

export function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${timeoutMs} ms for ${what}.`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Holds model requests of one run back until they are let go. */
export class Gate {
  readonly held: DrillRequest[] = [];
  private open: () => void = () => undefined;
  private readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  private constructor(private readonly lab: Lab) {}

  /** Holds what `wanted` picks: by the request, and by its place among those of the run, counted from 0. */
  static at(lab: Lab, wanted: (request: DrillRequest, index: number) => boolean): Gate {
    const gate = new Gate(lab);
    const others = lab.model.beforeAnswer;
    const counts = new Map<string, number>();
    lab.model.beforeAnswer = async (request, index) => {
      const mark = markOf(request);
      const place = counts.get(mark) ?? 0;
      counts.set(mark, place + 1);
      await others(request, index);
      if (!wanted(request, place)) return;
      gate.held.push(request);
      await gate.opened;
    };
    return gate;
  }

  /** The first request that is held. */
  async first(what: string): Promise<DrillRequest> {
    return until(this.lab.patienceMs, `${what} at the model`, () => Promise.resolve(this.held[0]));
  }

  release(): void {
    this.open();
    this.lab.model.beforeAnswer = () => undefined;
  }
}
