export { type CadreClient, connectClient } from './connect';
export { decide } from './decide';
export {
  describeRun,
  endOf,
  isTransient,
  queryApprovals,
  queryEvents,
  queryOpenApprovals,
  queryStatus,
  type RunDescription,
} from './inspect';
export { listOpenApprovals, listRuns, type OpenApproval, type RunFilter, type RunRow } from './list';
export { activityPollers, type Poller, workflowPollers } from './pollers';
export { publishEvent } from './publish-event';
export { type RunEnd } from './run-end';
export type { EventView, Page, StatusView } from './run-view';
export {
  applyOne,
  applySchedules,
  deleteSchedule,
  listSchedules,
  type PlannedRun,
  type ScheduleChange,
  scheduleIdFor,
  type ScheduleRow,
} from './schedules';
export { startRun, type StartRequest } from './start';
export { unservedCalls, type UnservedCall } from './unserved-calls';
