import { condition } from '@temporalio/workflow';
import type { CallModelResult, DeltaPart } from '../../contracts/activities';
import type { Body } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { Ask, Conversation } from './conversation';
import { drainAndContinue, shouldContinue } from './continue-run';
import { dispatchCalls } from './dispatch-calls';
import { errorOf, failureOf } from './failure';
import { takeStep } from './step';

export interface Answer {
  output: Body;
  status: 'completed' | 'partial';
  stoppedBecause?: string;
}

const heardBackNote =
  'Somebody you notified has answered since; the answer follows. Give your final answer again, with what it changes.';
const lastStepNote = 'This is your last step. Answer now with what you have; you cannot call tools any more.';

/**
 * Goes on with a conversation until the agent answers: model call, tool calls, model call … Bounded by the agent's
 * steps, its budget and its time (I5). Answers that are not usable go back for repair a few times. What was asked before
 * the run continued is not asked again.
 */
export async function converse(talk: Conversation, material: DeltaPart[], ask: Ask): Promise<Answer> {
  const before = talk.endingBefore();
  if (before && 'failure' in before) throw errorOf(before.failure);
  if (before) return before.answer;
  talk.scope.run.journal.live();
  try {
    const answer = await untilAnswered(talk, material, ask);
    talk.ended({ answer });
    return answer;
  } catch (error) {
    // Thrown on as it came; a cancellation is no ending.
    talk.ended({ failure: failureOf(error, { agent: talk.agent, path: talk.path }) });
    throw error;
  }
}

async function untilAnswered(talk: Conversation, material: DeltaPart[], ask: Ask): Promise<Answer> {
  const { run } = talk.scope;
  const resumed = talk.takeOpenQuestion();
  const lastStep = resumed?.lastStep ?? talk.step + talk.view.maxSteps - 1;
  let delta = resumed?.pending ?? material;
  let repairs = resumed?.repairs ?? 0;
  for (;;) {
    if (shouldContinue(talk))
      await drainAndContinue(run, { talk, pending: [...delta, ...talk.takeCallbacks()], lastStep, repairs });
    const isLast = talk.step >= lastStep && !ask.noTools;
    const asked = isLast ? { ...ask, noTools: true } : ask;
    const result = await takeStep(talk, isLast ? [...delta, { kind: 'note', text: lastStepNote }] : delta, asked);
    if (result.output && !isLast && (await heardBack(talk))) {
      delta = [{ kind: 'note', text: heardBackNote }];
      continue;
    }
    if (result.output) return answerOf(talk, result.output, isLast);
    if (result.toolCalls && !isLast) {
      delta = await dispatchCalls(talk, result.toolCalls, result.droppedCalls ?? 0);
      continue;
    }
    const problems = problemsOf(result);
    repairs += 1;
    if (repairs > run.limits.maxRepairs) {
      // Its tools were taken away and it still asks for them: it is not its answer that is wrong.
      throw isLast && talk.view.maxSteps > 1 && result.droppedCalls ? endless(talk) : malformed(talk, problems);
    }
    delta = [{ kind: 'repair', problems }];
  }
}

/** Whoever asked for a callback gets it before its answer counts: true when there is one to be shown. */
async function heardBack(talk: Conversation): Promise<boolean> {
  if (talk.awaited > 0 && !talk.hasCallbacks) {
    const summary = `${talk.agent} · waits for ${talk.awaited} callbacks`;
    await condition(() => talk.hasCallbacks || talk.awaited === 0, Math.max(1, talk.clock.leftMs()), { summary });
  }
  return talk.hasCallbacks;
}

function answerOf(talk: Conversation, output: Body, isLast: boolean): Answer {
  if (!isLast || talk.view.maxSteps === 1) return { output, status: 'completed' };
  return { output, status: 'partial', stoppedBecause: `${talk.agent} used all of its ${talk.view.maxSteps} steps` };
}

function problemsOf(result: CallModelResult): string[] {
  if (result.problems && result.problems.length > 0) return result.problems;
  return [result.toolCalls ? 'No more tools can be called; answer now.' : 'The answer was empty.'];
}

function endless(talk: Conversation): CadreError {
  return new CadreError(
    'LoopDetected',
    `The agent ${talk.agent} used all of its ${talk.view.maxSteps} steps and goes on asking for tools instead of answering. Give it more steps, or say in its instructions when it is done.`,
    { agent: talk.agent, path: talk.path, step: talk.lastStep },
  );
}

function malformed(talk: Conversation, problems: string[]): CadreError {
  return new CadreError(
    'MalformedOutput',
    `The agent ${talk.agent} did not give a usable answer, also after ${talk.scope.run.limits.maxRepairs} repairs: ${problems.join('; ')}`,
    { agent: talk.agent, path: talk.path, step: talk.lastStep },
  );
}
