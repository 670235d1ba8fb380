import fc from 'fast-check';
import { asActivityFailure } from '../../activities/fail';
import { noUsage } from '../../contracts/budget';
import {
  CadreError,
  chainFailure,
  describeFailure,
  failures,
  isFailureKind,
  toFailureRecord,
  type FailureKind,
  type FailureRecord,
} from '../../contracts/failures';

const kinds = Object.keys(failures) as FailureKind[];
const record = (kind: FailureKind, more: Partial<FailureRecord> = {}): FailureRecord => {
  return { kind, message: `${kind} happened`, retryable: failures[kind].retryable, ...more };
};
const chainOf = (list: readonly FailureKind[]): FailureRecord =>
  list.slice(1).reduce((chain, kind) => chainFailure(chain, record(kind)), record(list[0] ?? 'InternalError'));
function links(of: FailureRecord | undefined): FailureKind[] {
  return of ? [of.kind, ...links(of.cause)] : [];
}

describe('a chain of failures', () => {
  it('keeps its order, with the root cause last', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 10 }), (list) => {
        expect(links(chainOf(list))).toEqual(list);
      }),
    );
  });

  it('does not touch what it was made of', () => {
    const outer = record('ToolFailed', { cause: record('Overloaded') });
    const before = structuredClone(outer);
    expect(links(chainFailure(outer, record('ModelAuth')))).toEqual(['ToolFailed', 'Overloaded', 'ModelAuth']);
    expect(outer).toEqual(before);
  });

  it('I5: appending comes to an end', () => {
    const long = chainOf(Array.from({ length: 100 }, () => 'ToolFailed' as const));
    expect(links(long).length).toBeLessThanOrEqual(13);
    expect(describeFailure(long).split('\n')).toHaveLength(12);
  });

  it('reads as one line per link, with the place', () => {
    const chain = record('ModelUnavailable', { agent: 'jira', step: 2, cause: record('Overloaded', { agent: 'lan' }) });
    expect(describeFailure(chain)).toBe(
      'ModelUnavailable (jira, step 2): ModelUnavailable happened\n  caused by Overloaded (lan): Overloaded happened',
    );
    expect(describeFailure(record('Deadlock', { step: 0 }))).toBe('Deadlock (step 0): Deadlock happened');
  });
});

describe('what was thrown as a record of the table', () => {
  it('keeps kind, place and cause, and leaves the wait out', () => {
    const cause = record('Overloaded');
    const error = new CadreError('RateLimited', 'slow down', { agent: 'jira', step: 1, cause, retryAfterMs: 100 });
    expect(toFailureRecord(error)).toEqual({
      kind: 'RateLimited',
      message: 'slow down',
      retryable: true,
      agent: 'jira',
      step: 1,
      cause,
    });
  });

  it('everything unknown is a fault of ours', () => {
    const lookalike = Object.assign(new Error('x'), { name: 'CadreError', kind: 'NoSuchKind' });
    for (const thrown of [new TypeError('x is not a function'), 'a text', null, undefined, lookalike])
      expect(toFailureRecord(thrown)).toMatchObject({ kind: 'InternalError', retryable: false });
    expect(isFailureKind('toString')).toBe(false);
  });
});

describe('a failure on its way out of an activity', () => {
  const where = { agent: 'jira', path: 'agent/jira', step: 3, attempt: 5 };

  it('says in every link where it was, and what was spent', () => {
    const cause = record('Overloaded', { agent: 'other', cause: record('ModelAuth') });
    const usage = { ...noUsage, outputTokens: 500, modelCalls: 5 };
    const { details } = asActivityFailure(
      new CadreError('ModelUnavailable', 'nobody', { cause }),
      where,
      (text) => text,
      usage,
    ) as { details: unknown[] };
    expect(details).toMatchObject([
      {
        ...where,
        kind: 'ModelUnavailable',
        cause: { ...where, agent: 'other', cause: { ...where, kind: 'ModelAuth' } },
      },
      { usage },
    ]);
  });

  it('takes secrets out of every link', () => {
    const cause = record('Overloaded', { message: 'key sk-1 is bad' });
    const failure = asActivityFailure(new CadreError('ModelUnavailable', 'sk-1', { cause }), where, (text) =>
      text.replaceAll('sk-1', '…'),
    );
    expect(JSON.stringify([failure.message, failure.details, failure.stack])).not.toContain('sk-1');
  });
});
