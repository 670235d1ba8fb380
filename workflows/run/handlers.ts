import {
  ApplicationFailure,
  defineQuery,
  defineSignal,
  defineUpdate,
  setDefaultQueryHandler,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import type { Checked, ControlMessage, TopUpMessage } from './checks';
import { checkControl, checkDecision, checkSteer, checkTopUp } from './checks';
import { forwardToChildren, raiseBudget } from './family';
import { answerQuery, queryNames } from './queries';
import type { Run } from './run';

export const updateNames = ['decide', 'steer', 'pause', 'resume', 'stop', 'topUp'] as const;
export const signalNames = ['decide', 'steer', 'pause', 'resume', 'stop'] as const;
type UpdateName = (typeof updateNames)[number];

interface Message {
  description: string;
  /** Why it cannot be taken, or null. Must not change anything: it also runs as the update's validator. */
  refusal(run: Run, argument: unknown): string | null;
  apply(run: Run, argument: unknown): unknown;
}

const examples: Record<UpdateName, string> = {
  decide:
    'Decide an approval: {"id":"2-0-1a2b3c4d","decision":"approve","by":"dana","digest":"sha256:1a2b3c"}. decision is approve, reject, edit (with args and digest) or reassign (with to).',
  steer: 'Tell the agents something before their next step: {"text":"Leave out the newsletter","from":"dana"}.',
  pause: 'Start no new step; calls in flight finish: {"by":"dana","reason":"checking a figure"}.',
  resume: 'Go on after a pause: {"by":"dana"}.',
  stop: 'End the run now; calls in flight are aborted, the result says what was done and what it cost: {"by":"dana"}.',
  topUp: 'Enlarge the budget: {"tokens":50000,"usd":0.5,"steps":10,"by":"dana"}.',
};

const refusalOf = (checked: Checked<unknown>): string | null => (checked.ok ? null : checked.reason);
const valueOf = <T>(checked: Checked<T>): T => {
  if (!checked.ok) throw new Error(checked.reason);
  return checked.value;
};

const messages: Record<UpdateName, Message> = {
  decide: {
    description: examples.decide,
    refusal: (run, argument) => {
      const checked = checkDecision(argument);
      return checked.ok ? run.approvals.refusal(checked.value) : checked.reason;
    },
    apply: (run, argument) => run.approvals.settle(valueOf(checkDecision(argument))),
  },
  steer: {
    description: examples.steer,
    refusal: (run, argument) =>
      refusalOf(checkSteer(argument)) ??
      (run.steers.length >= run.limits.maxSteers
        ? `This run has been steered ${run.limits.maxSteers} times; that is the limit.`
        : null),
    apply: (run, argument) => {
      const steer = valueOf(checkSteer(argument));
      run.steers.push(steer);
      run.note('steer', '', '', `${steer.from}: ${steer.text}`);
      forwardToChildren(run, 'steer', steer);
      return { accepted: true, reaches: 'the next step of every agent' };
    },
  },
  pause: control('pause', (run, message) => {
    run.paused = message;
    run.setStatus('paused');
  }),
  resume: control('resume', (run) => {
    run.paused = null;
    run.setStatus(run.approvals.open().length > 0 ? 'waiting-approval' : 'running');
  }),
  stop: control('stop', (run, message) => {
    run.stoppedBy = `${message.by}${message.reason ? `: ${message.reason}` : ''}`;
    run.work.cancel();
  }),
  topUp: {
    description: examples.topUp,
    refusal: (_run, argument) => refusalOf(checkTopUp(argument)),
    apply: (run, argument) => {
      const { by, ...more }: TopUpMessage = valueOf(checkTopUp(argument));
      raiseBudget(run, more);
      run.note('budget-raised', '', '', `by ${by}: ${JSON.stringify(more)}`);
      return run.begun ? run.budget.limits : { accepted: true, counts: 'as soon as the run has begun' };
    },
  },
};

function control(name: 'pause' | 'resume' | 'stop', act: (run: Run, message: ControlMessage) => void): Message {
  return {
    description: examples[name],
    refusal: (_run, argument) => refusalOf(checkControl(name, argument)),
    apply: (run, argument) => {
      const message = valueOf(checkControl(name, argument));
      act(run, message);
      run.note(`run-${name}`, '', '', `${message.by}${message.reason ? `: ${message.reason}` : ''}`);
      if (name !== 'stop') forwardToChildren(run, name, message);
      return { status: run.status };
    },
  };
}

/** First statement of every workflow, before any await: updates that find no handler are refused, signals get lost. */
export function registerHandlers(run: Run): void {
  for (const name of updateNames) {
    const message = messages[name];
    setHandler(defineUpdate<unknown, [unknown]>(name), (argument) => applyUpdate(run, message, argument), {
      description: message.description,
      validator: (argument: unknown) => {
        const reason = run.updateAnswers.before() ? null : message.refusal(run, argument);
        if (reason !== null) throw ApplicationFailure.nonRetryable(reason, 'MessageRejected');
      },
    });
  }
  for (const name of signalNames) {
    const message = messages[name];
    setHandler(defineSignal<[unknown]>(name), (argument) => applySignal(run, name, message, argument), {
      description: message.description,
    });
  }
  for (const [name, description] of Object.entries(queryNames)) {
    setHandler(defineQuery<unknown, [unknown?]>(name), (argument?: unknown) => answerQuery(run, name, argument), {
      description,
    });
  }
  setDefaultSignalHandler((name) => run.reject(name, `unknown signal; known are ${signalNames.join(', ')}`));
  setDefaultQueryHandler((name) => ({
    refused: `There is no query "${name}". Known are ${Object.keys(queryNames).join(', ')}.`,
  }));
}

/** Any other error than this one would fail the workflow task over and over (I7). */
function applyUpdate(run: Run, message: Message, argument: unknown): unknown {
  const before = run.updateAnswers.before();
  if (before) return firstAnswer(run, before.answer);
  try {
    const answer = message.apply(run, argument);
    run.updateAnswers.keep(answer);
    return answer;
  } catch (error) {
    throw ApplicationFailure.nonRetryable(error instanceof Error ? error.message : String(error), 'MessageRejected');
  }
}

function firstAnswer(run: Run, answer: Json): unknown {
  const id = isJsonObject(answer) ? answer['approval'] : undefined;
  return run.approvals.list().find((approval) => approval.id === id) ?? answer;
}

/** A signal cannot be refused, and a handler that throws would wedge the run (I7): bad ones are kept as data. */
function applySignal(run: Run, name: string, message: Message, argument: unknown): void {
  try {
    const reason = message.refusal(run, argument);
    if (reason === null) message.apply(run, argument);
    else run.reject(name, reason);
  } catch (error) {
    run.reject(name, error instanceof Error ? error.message : String(error));
  }
}
