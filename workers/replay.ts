import type { HistoryAndWorkflowId } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import type { Logger } from 'pino';

import { workflowBundle } from './bundle';
import { installRuntime } from './log';

/** One history to replay: where it came from, in words, and how to get it. */
export interface ReplaySource {
  name: string;
  load(): Promise<HistoryAndWorkflowId>;
}

export interface ReplayVerdict {
  name: string;
  workflowId: string | undefined;
  events: number;
  /** `diverged`: this code would have done something else; `unreadable`: there is nothing that could be replayed. */
  verdict: 'same' | 'diverged' | 'unreadable';
  message: string | undefined;
  durationMs: number;
}

/**
 * Replays histories against the workflow code as it stands, one after another, without a server (I12). Never throws
 * for a single history: each gets a verdict.
 */
export async function* replay(
  sources: Iterable<ReplaySource> | AsyncIterable<ReplaySource>,
  options: { home: string; log: Logger },
): AsyncGenerator<ReplayVerdict> {
  installRuntime(options.log);
  const { codePath } = await workflowBundle(options.home);
  for await (const source of sources) {
    const startedAt = Date.now();
    yield { ...(await verdictOn(source, codePath)), durationMs: Date.now() - startedAt };
  }
}

async function verdictOn(source: ReplaySource, codePath: string): Promise<Omit<ReplayVerdict, 'durationMs'>> {
  const { name } = source;
  let loaded: HistoryAndWorkflowId;
  try {
    loaded = await source.load();
  } catch (error) {
    return { name, workflowId: undefined, events: 0, verdict: 'unreadable', message: (error as Error).message };
  }
  const { workflowId } = loaded;
  const events = (loaded.history as { events?: unknown[] }).events?.length ?? 0;
  try {
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, loaded.history, workflowId);
    return { name, workflowId, events, verdict: 'same', message: undefined };
  } catch (error) {
    const { message } = error as Error;
    const diverged = error instanceof DeterminismViolationError || /nondeterminism|TMPRL1100/i.test(message);
    return { name, workflowId, events, verdict: diverged ? 'diverged' : 'unreadable', message };
  }
}
