import fc from 'fast-check';
import type { FailureRecord } from '../../contracts/failures';
import { outcomeOf } from '../../workflows/run/scope';
import { Subtask, Subtasks, type Review } from '../../workflows/run/subtasks';

const choices = ['jira', 'mail'].map((name) => ({ name, description: `Reads ${name}` }));
const known = choices.map(({ name }) => name);
const outcome = outcomeOf({ output: { inline: 'found it' }, from: 'jira' });
const failure: FailureRecord = { kind: 'ToolFailed', message: 'no file', retryable: false };
const review = (verdict: Review['verdict'], more: Partial<Review> = {}): Review => {
  return { subtask: '1', verdict, reason: 'because', ...more };
};

function delivered(): Subtask {
  const subtask = new Subtask('1', 'jira', 'Look');
  subtask.delivered(outcome);
  return subtask;
}

describe('a subtask', () => {
  it('accepted: closed with its outcome', () => {
    const subtask = delivered();
    subtask.apply(review('accept'), known);
    expect(subtask).toMatchObject({ verdict: 'accepted', isOpen: false, judged: true });
    expect(subtask.attempts).toEqual([{ agent: 'jira', verdict: 'accept', reason: 'because' }]);
  });

  it('retried: open again, and the specialist reads why', () => {
    const subtask = delivered();
    subtask.apply(review('retry', { feedback: 'name the dates' }), known);
    expect(subtask).toMatchObject({ verdict: 'retried', isOpen: true, agent: 'jira' });
    expect(subtask.wording()).toBe('Look\n\nAn earlier attempt was sent back: name the dates');
  });

  it('reassigned to a known specialist, retried when nobody is named or known', () => {
    const subtask = delivered();
    subtask.apply(review('reassign', { agent: 'mail' }), known);
    expect(subtask).toMatchObject({ verdict: 'reassigned', agent: 'mail' });
    const nobody = delivered();
    nobody.apply(review('reassign', { agent: 'stranger' }), known);
    expect(nobody).toMatchObject({ verdict: 'retried', agent: 'jira' });
  });

  it('what failed cannot be accepted', () => {
    const subtask = new Subtask('1', 'jira', 'Look');
    subtask.failed(failure);
    subtask.apply(review('accept'), known);
    expect(subtask).toMatchObject({ verdict: 'retried', isOpen: true });
    expect(subtask.summary()).toMatchObject({ status: 'failed', error: 'ToolFailed: no file', attempt: 2 });
  });

  it('shows its size, its sources and a summary, not its whole output', () => {
    const subtask = new Subtask('1', 'jira', 'Look');
    expect(subtask.summary()).toMatchObject({ status: 'not started', attempt: 1 });
    const untrusted = { setId: 'set', count: 3, sample: [] };
    subtask.delivered(outcomeOf({ output: { inline: 'x'.repeat(5_000) }, from: 'jira', untrusted }));
    const { summary, ...rest } = subtask.summary() as { summary: string };
    expect(rest).toMatchObject({ status: 'completed', bytes: 5_002, untrustedSources: 3 });
    expect(summary).toHaveLength(1_200);
  });

  it('whatever is said of it, three attempts are the end', () => {
    const verdict = fc.constantFrom<Review['verdict']>('accept', 'retry', 'reassign', 'drop');
    const agent = fc.constantFrom('jira', 'mail', 'stranger', undefined);
    const rounds = fc.array(fc.tuple(verdict, agent, fc.boolean()), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(rounds, (steps) => {
        const subtask = new Subtask('1', 'jira', 'Look');
        for (const [said, to, works] of steps) {
          if (!subtask.isOpen) break;
          if (works) subtask.delivered(outcome);
          else subtask.failed(failure);
          subtask.apply(review(said, to === undefined ? {} : { agent: to }), known);
          expect(known).toContain(subtask.agent);
          if (subtask.verdict === 'accepted') expect(subtask.outcome).not.toBeNull();
        }
        expect(subtask.isOpen).toBe(false);
        expect(subtask.attempts.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('the subtasks of a plan', () => {
  const plan = [
    { agent: 'jira', task: 'Look' },
    { agent: 'mail', task: 'Look' },
    { agent: 'stranger', task: 'Look' },
    { agent: 'jira', task: 'Look' },
    { agent: 'jira', task: 'Look again' },
  ];

  it('are those for known specialists, each once, up to the limit', () => {
    const subtasks = new Subtasks(plan, choices, 8);
    expect(subtasks.open().map(({ id, agent, task }) => [id, agent, task])).toEqual([
      ['1', 'jira', 'Look'],
      ['2', 'mail', 'Look'],
      ['3', 'jira', 'Look again'],
    ]);
    expect(new Subtasks(plan, choices, 2).open()).toHaveLength(2);
    expect(subtasks.add([{ agent: 'mail', task: 'Look' }])).toBe(0);
  });

  it('a plan for nobody is no plan', () => {
    expect(() => new Subtasks([{ agent: 'stranger', task: 'Look' }], choices, 8)).toThrow(
      'The plan names no known specialist; known are jira, mail.',
    );
  });

  it('silence is no verdict: what was delivered is accepted, what failed is tried again', () => {
    const subtasks = new Subtasks(plan, choices, 3);
    const [first, second, third] = subtasks.open();
    first?.delivered(outcome);
    second?.failed(failure);
    third?.delivered(outcome);
    subtasks.judge({ verdicts: [review('drop', { subtask: '3' }), review('drop', { subtask: '99' })] });
    expect(subtasks.describe()).toBe('1 jira accepted; 2 mail retried (ToolFailed); 3 jira dropped');
    expect(subtasks.accepted().map(({ id }) => id)).toEqual(['1']);
    expect(subtasks.notAccepted().map(({ id }) => id)).toEqual(['2', '3']);
    expect(subtasks.open().map(({ id }) => id)).toEqual(['2']);
    // Judged once: a second round of verdicts is about what was delivered since.
    subtasks.judge({ verdicts: [review('drop', { subtask: '1' })] });
    expect(subtasks.accepted().map(({ id }) => id)).toEqual(['1']);
    expect(subtasks.view()).toMatchObject([
      { id: '1', verdict: 'accepted', attempts: [{ verdict: 'accept', reason: 'no verdict was given' }] },
      { id: '2', verdict: 'retried', failure: 'ToolFailed: no file' },
      { id: '3', verdict: 'dropped' },
    ]);
  });
});
