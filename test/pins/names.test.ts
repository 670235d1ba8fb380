import { createActivities } from '../../activities';
import { decisions } from '../../contracts/approval';
import { failures } from '../../contracts/failures';
import { messageTypes } from '../../contracts/message';
import { queueForZone, searchAttributes, zones } from '../../contracts/names';
import { endStatuses, openStatuses } from '../../contracts/run';
import { queryNames } from '../../workflows/run/queries';
import { signalNames, updateNames } from '../../workflows/run/handlers';
import * as workflows from '../../workflows';

// What other programs, running workflows and recorded histories hold. The lists are written out here and never imported:
// a name that is missing or spelled otherwise breaks somebody who cannot see this repository. Adding to a list is fine.

test('workflow types', () => {
  const pinned = ['agent', 'compose', 'consume', 'fanOut', 'pipeline', 'publish', 'reflection', 'router', 'supervisor'];
  expect(Object.keys(workflows)).toEqual(expect.arrayContaining(pinned));
});

test('activity types', () => {
  // Nothing is called: any dependency of a dependency is the same hollow object.
  const hollow: object = new Proxy({}, { get: () => hollow });
  const registered = Object.keys(createActivities(hollow as never));
  expect(registered.sort()).toEqual([
    'callModel',
    'callTool',
    'deliverEvent',
    'prepareRun',
    'recoverRun',
    'settleDelivery',
  ]);
});

test('updates, signals and queries', () => {
  expect([...updateNames]).toEqual(['decide', 'steer', 'pause', 'resume', 'stop', 'topUp']);
  expect([...signalNames]).toEqual(['decide', 'steer', 'pause', 'resume', 'stop']);
  expect(Object.keys(queryNames)).toEqual([
    'status',
    'approvals',
    'plan',
    'budget',
    'transcript',
    'messages',
    'events',
    'board',
    'help',
  ]);
});

test('task queues', () => {
  expect(zones.map((zone) => [zone, queueForZone(zone, [])])).toEqual([
    ['model', 'cadre'],
    ['tools', 'cadre'],
    ['external', 'cadre'],
    ['local', 'cadre'],
    ['elevated', 'cadre-elevated'],
  ]);
  expect(zones.map((zone) => queueForZone(zone, zones))).toEqual([
    'cadre-model',
    'cadre-tools',
    'cadre-external',
    'cadre-local',
    'cadre-elevated',
  ]);
});

test('search attributes and their types', () => {
  expect(searchAttributes).toEqual({
    CadrePattern: 'Keyword',
    CadreTeam: 'Keyword',
    CadrePhase: 'Keyword',
    CadreApprovalPending: 'Bool',
  });
});

test('statuses of a run', () => {
  expect([...endStatuses]).toEqual([
    'completed',
    'partial',
    'rejected',
    'failed',
    'cancelled',
    'budget-exhausted',
    'compensation-failed',
  ]);
  expect([...openStatuses]).toEqual(['starting', 'running', 'waiting-approval', 'paused', 'draining']);
});

test('decisions and message types', () => {
  expect([...decisions]).toEqual(['approve', 'reject', 'edit', 'reassign']);
  expect([...messageTypes]).toEqual([
    'task_assignment',
    'result',
    'error',
    'clarification_request',
    'handoff',
    'notification',
    'event',
    'vote',
  ]);
});

test('failure kinds, and which of them are tried again', () => {
  expect(Object.keys(failures)).toEqual([
    'InvalidInput',
    'InvalidTeam',
    'UnknownAgent',
    'UnknownTool',
    'ToolNotAllowed',
    'ApprovalRejected',
    'ApprovalExpired',
    'BudgetExhausted',
    'DepthExceeded',
    'CycleDetected',
    'RateLimited',
    'Overloaded',
    'ModelAuth',
    'ModelRefused',
    'ContextOverflow',
    'MalformedOutput',
    'ModelUnavailable',
    'ToolFailed',
    'OutcomeUnknown',
    'PayloadTooLarge',
    'CircuitOpen',
    'AgentDisabled',
    'SystemDisabled',
    'MessageRejected',
    'VersionConflict',
    'TranscriptMissing',
    'BlobMissing',
    'StorageUnavailable',
    'LoopDetected',
    'Deadlock',
    'DeadlineExceeded',
    'CompensationFailed',
    'QuorumNotReached',
    'InternalError',
  ]);
  const retried = Object.entries(failures).filter(([, { retryable }]) => retryable);
  expect(retried.map(([kind]) => kind)).toEqual(['RateLimited', 'Overloaded', 'StorageUnavailable']);
});
