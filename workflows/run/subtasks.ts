import { bodyExcerpt, isInline } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { Outcome } from './scope';

export type Verdict = 'open' | 'accepted' | 'retried' | 'reassigned' | 'dropped';
export interface Review {
  subtask: string;
  verdict: 'accept' | 'retry' | 'reassign' | 'drop';
  reason: string;
  agent?: string;
  feedback?: string;
}
interface Delegation {
  agent: string;
  task: string;
}

const attemptsMax = 3;
const summaryLength = 1_200;

/** A piece of work that a supervisor gave away, with every attempt at it and every verdict about it. */
export class Subtask {
  verdict: Verdict = 'open';
  outcome: Outcome | null = null;
  failure: FailureRecord | null = null;
  judged = false;
  readonly attempts: { agent: string; verdict: string; reason: string }[] = [];
  private feedback: string | null = null;

  constructor(
    readonly id: string,
    public agent: string,
    readonly task: string,
  ) {}

  /** The task as the specialist gets it; after a retry with what to do differently. */
  wording(): string {
    return this.feedback === null ? this.task : `${this.task}\n\nAn earlier attempt was sent back: ${this.feedback}`;
  }

  delivered(outcome: Outcome): void {
    this.outcome = outcome;
    this.failure = null;
    this.judged = false;
  }

  failed(failure: FailureRecord): void {
    this.outcome = null;
    this.failure = failure;
    this.judged = false;
  }

  summary(): Json {
    const base = { subtask: this.id, agent: this.agent, task: this.task, attempt: this.attempts.length + 1 };
    if (this.failure) return { ...base, status: 'failed', error: `${this.failure.kind}: ${this.failure.message}` };
    if (!this.outcome) return { ...base, status: 'not started' };
    const { output, status, untrusted } = this.outcome;
    const bytes = isInline(output) ? JSON.stringify(output.inline).length : output.bytes;
    return {
      ...base,
      status,
      bytes,
      untrustedSources: untrusted?.count ?? 0,
      summary: bodyExcerpt(output, summaryLength),
    };
  }

  apply(review: Review, known: readonly string[]): void {
    this.judged = true;
    this.attempts.push({ agent: this.agent, verdict: review.verdict, reason: review.reason });
    const spent = this.attempts.length >= attemptsMax;
    if (review.verdict === 'accept' && this.outcome) this.verdict = 'accepted';
    else if (review.verdict === 'drop' || spent) this.verdict = 'dropped';
    else if (review.verdict === 'reassign' && review.agent !== undefined && known.includes(review.agent)) {
      this.verdict = 'reassigned';
      this.agent = review.agent;
    } else {
      this.verdict = 'retried';
      this.feedback = review.feedback ?? review.reason;
    }
  }

  get isOpen(): boolean {
    return this.verdict === 'open' || this.verdict === 'retried' || this.verdict === 'reassigned';
  }
}

/** The subtasks of one supervisor, numbered in the order of the plan. */
export class Subtasks {
  private readonly all: Subtask[] = [];

  constructor(
    plan: readonly Delegation[],
    readonly choices: { name: string; description: string }[],
    private readonly max: number,
  ) {
    if (this.add(plan) === 0) {
      throw new CadreError(
        'MalformedOutput',
        `The plan names no known specialist; known are ${choices.map((choice) => choice.name).join(', ')}.`,
      );
    }
  }

  /** Adds what names a known specialist and is not there yet; returns how many were added. */
  add(delegations: readonly Delegation[]): number {
    let added = 0;
    for (const { agent, task } of delegations) {
      const known = this.choices.some((choice) => choice.name === agent);
      const there = this.all.some((subtask) => subtask.agent === agent && subtask.task === task);
      if (!known || there || this.all.length >= this.max) continue;
      this.all.push(new Subtask(String(this.all.length + 1), agent, task));
      added += 1;
    }
    return added;
  }

  judge(reviews: { verdicts: Review[] }): void {
    const names = this.choices.map((choice) => choice.name);
    for (const subtask of this.unjudged()) {
      const found = reviews.verdicts.find((review) => review.subtask === subtask.id);
      // Silence is no verdict: what was not judged is accepted only when something was delivered.
      const fallback: Review = {
        subtask: subtask.id,
        verdict: subtask.outcome ? 'accept' : 'retry',
        reason: 'no verdict was given',
      };
      subtask.apply(found ?? fallback, names);
    }
  }

  open = (): Subtask[] => this.all.filter((subtask) => subtask.isOpen);
  unjudged = (): Subtask[] => this.all.filter((subtask) => !subtask.judged);
  accepted = (): Subtask[] => this.all.filter((subtask) => subtask.verdict === 'accepted');
  notAccepted = (): Subtask[] => this.all.filter((subtask) => subtask.verdict !== 'accepted');

  describe(): string {
    return this.all
      .map(({ id, agent, verdict, failure }) => `${id} ${agent} ${verdict}${failure ? ` (${failure.kind})` : ''}`)
      .join('; ');
  }

  /** What the query `plan` and the result show. */
  view = (): Json =>
    this.all.map(({ id, agent, task, verdict, attempts, failure }) => ({
      id,
      agent,
      task,
      verdict: verdict === 'open' ? 'open' : verdict,
      attempts: attempts.map((attempt) => ({ ...attempt })),
      ...(failure && { failure: `${failure.kind}: ${failure.message}` }),
    }));
}
