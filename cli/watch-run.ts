import { setTimeout as sleep } from 'node:timers/promises';

import type { Approval } from '../contracts/approval';
import type { EventView } from '../client';
import { lazy } from './lazy';
import type { Session } from './session';
import { unservedOf, unservedText } from './unserved';

export interface Watcher {
  onEvent(event: EventView): void;
  /** Called for an open approval at every look, until it is settled. */
  onApproval(approval: Approval): Promise<void>;
  /** A sentence about the connection or the workers. */
  onNote(text: string): void;
}

const pollMinMs = 500;
const pollMaxMs = 2000;
/** Without an answer for this long, the worker that polled before is taken for gone. */
const silenceMs = 10_000;
/** How often the queues are asked for calls that nobody takes. */
const queuesMs = 5_000;
const eventsPerPage = 100;
const reopenMax = 20;

/**
 * Follows a run by its queries until it has ended. A worker that vanished is replaced by one of this process, a server
 * that vanished by another one for the same home, so that a run never waits in silence (I6).
 */
export async function watchRun(
  session: Session,
  workflowId: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<void> {
  const state = {
    next: 0,
    heardAt: Date.now(),
    pauseMs: pollMinMs,
    reopened: 0,
    queuesAt: Date.now(),
    told: new Set<string>(),
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      if (session.target.isGone?.()) throw new ServerGone();
      const { execution } = await lazy.client().describeRun(session.client, workflowId);
      const news = await look(session, workflowId, watcher, state);
      if (execution !== 'RUNNING' && execution !== 'CONTINUED_AS_NEW') return;
      state.pauseMs = news ? pollMinMs : Math.min(pollMaxMs, state.pauseMs * 1.3);
      if (Date.now() - state.heardAt > silenceMs) await replaceWorker(session, watcher, state);
      if (Date.now() - state.queuesAt > queuesMs) await tellUnserved(session, workflowId, watcher, state);
    } catch (error) {
      if (signal.aborted || !(error instanceof ServerGone || lazy.client().isTransient(error))) throw error;
      await goOnElsewhere(session, watcher, state, error);
    }
    await sleep(state.pauseMs, undefined, { signal });
  }
}

/** The process of the server, which another command of this home had started, is no more. */
class ServerGone extends Error {
  override readonly name = 'ServerGone';
}

interface WatchState {
  next: number;
  heardAt: number;
  pauseMs: number;
  reopened: number;
  /** When the queues were looked at, and those of which the person has been told. */
  queuesAt: number;
  told: Set<string>;
}

/** A call on a queue that nobody serves is no progress and no failure: it is told, once for each queue. */
async function tellUnserved(session: Session, workflowId: string, watcher: Watcher, state: WatchState): Promise<void> {
  state.queuesAt = Date.now();
  for (const call of await unservedOf(session, workflowId)) {
    const key = call.queue ?? '';
    if (!state.told.has(key)) watcher.onNote(`The run waits for ${unservedText(call)}`);
    state.told.add(key);
  }
}

/** One look at a run; whether there was anything new. What led to an approval is shown before the approval itself. */
async function look(session: Session, workflowId: string, watcher: Watcher, state: WatchState): Promise<boolean> {
  const { queryEvents, queryStatus, queryOpenApprovals } = lazy.client();
  const status = await queryStatus(session.client, workflowId);
  if (!status) return false;
  const waits = status.status === 'waiting-approval' || status.waitingFor.length > 0;
  const open = waits ? await queryOpenApprovals(session.client, workflowId) : undefined;
  const before = state.next;
  for (let more = true; more;) {
    const page = await queryEvents(session.client, workflowId, state.next, eventsPerPage);
    if (!page) return false;
    state.heardAt = Date.now();
    for (const event of page.items) watcher.onEvent(event);
    const last = page.items.at(-1);
    if (last) state.next = last.seq + 1;
    more = last !== undefined && page.next !== null;
  }
  for (const approval of open ?? []) await watcher.onApproval(approval);
  return state.next > before;
}

async function replaceWorker(session: Session, watcher: Watcher, state: WatchState): Promise<void> {
  state.heardAt = Date.now();
  if (session.ownsWorker)
    return watcher.onNote(`No answer from the worker for ${silenceMs / 1000} s; its log is ${session.logFile}.`);
  watcher.onNote('No worker answers; starting one here.');
  await session.ensureWorker(true);
}

async function goOnElsewhere(session: Session, watcher: Watcher, state: WatchState, error: unknown): Promise<void> {
  state.reopened += 1;
  if (state.reopened > reopenMax) throw error;
  if (session.target.source === 'configured')
    return watcher.onNote('The Temporal server does not answer; trying again.');
  watcher.onNote('The Temporal server has gone; waiting until it has ended, to start it again or use another one …');
  await session.reopen();
  state.heardAt = Date.now();
}
