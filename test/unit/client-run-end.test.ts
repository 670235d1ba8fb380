import { ApplicationFailure, TerminatedFailure, WorkflowFailedError } from '@temporalio/client';

import { endOfFailure } from '../../client/run-end';

const failure = { kind: 'ToolFailed', message: 'no such file', retryable: false, agent: 'reader', step: 2 };

test('a failed run gives its record, and the partial result it carries', () => {
  const result = { status: 'failed', output: { partial: 1 } };
  const cause = ApplicationFailure.create({ type: 'ToolFailed', message: 'told', details: [failure, result] });
  expect(endOfFailure(new WorkflowFailedError('failed', cause, 'NON_RETRYABLE_FAILURE'))).toEqual({ failure, result });
});

test('a failure without our record still has a kind of the table', () => {
  const known = ApplicationFailure.create({ type: 'InvalidInput', message: 'The input is wrong.' });
  expect(endOfFailure(new WorkflowFailedError('failed', known, 'NON_RETRYABLE_FAILURE'))).toEqual({
    failure: { kind: 'InvalidInput', message: 'The input is wrong.', retryable: false },
  });
  const foreign = ApplicationFailure.create({ type: 'SomethingElse', message: 'odd' });
  expect(endOfFailure(new WorkflowFailedError('failed', foreign, 'NON_RETRYABLE_FAILURE')).failure?.kind).toBe(
    'InternalError',
  );
});

test('a terminated run says so', () => {
  const end = endOfFailure(
    new WorkflowFailedError('failed', new TerminatedFailure('enough', undefined), 'NON_RETRYABLE_FAILURE'),
  );
  expect(end).toEqual({ failure: { kind: 'InternalError', message: 'enough', retryable: false } });
});

test('what is no end of a run is thrown on', () => {
  expect(() => endOfFailure(new Error('no connection'))).toThrow('no connection');
});
