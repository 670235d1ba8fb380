import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';

import { createActivities } from '../activities';
import type { ActivityDeps } from '../activities/deps';
import { queueForZone, taskQueue, type Zone, zones as allZones } from '../contracts/names';
import { workflowBundle } from './bundle';
import type { Config } from './config';
import { activityLogAttributes } from './log-attributes';
import { workerIdentity } from './worker-identity';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  config: Pick<Config, 'home' | 'separatedZones' | 'model' | 'modelForced'>;
  deps: ActivityDeps;
  /** Zones this process serves; all of them by default. */
  zones?: readonly Zone[];
  /** Whether workflows are run here too; by default when the shared queue is served. */
  workflows?: boolean;
  /** Further activity queues: agents may have one of their own (`queue` in the team). */
  queues?: readonly string[];
  /** 0 makes every workflow task a replay (tests). */
  maxCachedWorkflows?: number;
  identity?: string;
  /** How long in-flight activities may take to end after a shutdown; then they are cancelled and tried elsewhere. */
  graceMs?: number;
}

export interface WorkerSet {
  readonly queues: readonly string[];
  readonly identity: string;
  /** Settles when all workers have ended; rejects when one failed. */
  readonly ended: Promise<void>;
  /** Takes no more work and waits for what is in flight, for a bounded time. May be called again. */
  shutdown(): Promise<void>;
}

/** Until in-flight activities are cancelled, and from there until a worker is given up. */
const graceMsDefault = 1500;
const afterGraceMs = 3000;
const eagerReservations = 16;

/** One worker per queue over one connection. A development process serves all queues (architecture.md, queues). */
export async function makeWorkers(options: WorkersOptions): Promise<WorkerSet> {
  const { config } = options;
  const served = new Set((options.zones ?? allZones).map((zone) => queueForZone(zone, config.separatedZones)));
  if (!options.zones) served.add(taskQueue);
  const runsWorkflows = options.workflows ?? served.has(taskQueue);
  if (runsWorkflows) served.add(taskQueue);
  for (const queue of options.queues ?? []) served.add(queue);
  const identity = options.identity ?? workerIdentity(config);
  const shared = sharedOptions(options, identity);
  const workflows = runsWorkflows ? await workflowOptions(options) : {};
  const workers = await Promise.all(
    [...served].map((queue) =>
      Worker.create({ ...shared, ...(queue === taskQueue ? workflows : {}), taskQueue: queue }),
    ),
  );
  const runs = workers.map((worker) => worker.run());
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // One queue without its worker would hold runs up in silence: all end together, and the owner hears of it.
  const ended = Promise.all(runs.map((run) => run.finally(shutdown))).then(() => undefined);
  ended.catch(() => undefined);
  return {
    queues: [...served],
    identity,
    ended,
    shutdown: async () => {
      shutdown();
      await Promise.allSettled(runs);
    },
  };
}

function sharedOptions(options: WorkersOptions, identity: string): Omit<WorkerOptions, 'taskQueue'> {
  return {
    connection: options.connection,
    namespace: options.namespace,
    identity,
    activities: createActivities(options.deps),
    interceptors: { activity: [activityLogAttributes] },
    // A stop reaches a call in 155–232 ms with this; with the default it takes seconds (I10).
    maxHeartbeatThrottleInterval: 400,
    defaultHeartbeatThrottleInterval: 400,
    maxEagerActivityReservationsPerWorkflowTask: eagerReservations,
    shutdownGraceTime: options.graceMs ?? graceMsDefault,
    shutdownForceTime: (options.graceMs ?? graceMsDefault) + afterGraceMs,
  };
}

async function workflowOptions(options: WorkersOptions): Promise<Partial<WorkerOptions>> {
  const { codePath } = await workflowBundle(options.config.home);
  return {
    workflowBundle: { codePath },
    // After a kill -9 the next task waits this long for the dead worker's own queue before anybody else may take it.
    stickyQueueScheduleToStartTimeout: 1000,
    showStackTraceSources: true,
    ...(options.maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows: options.maxCachedWorkflows }),
  };
}
