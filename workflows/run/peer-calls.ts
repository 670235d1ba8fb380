import { isCancellation } from '@temporalio/workflow';
import type { ToolCall } from '../../contracts/activities';
import { isGranted } from '../../contracts/authority';
import type { FailureKind } from '../../contracts/failures';
import { consultTarget, notifyTarget } from '../../contracts/peers';
import { failureMaterial, labelsOfFailure } from './attempt-task';
import type { Conversation } from './conversation';
import type { ToolResult } from './tool-results';
import { refused, referenceOf, resultOf } from './tool-results';
import { failureOf } from './failure';
import { attemptNode, literal, performNode } from './perform-node';
import type { Run } from './run';
import type { Scope } from './scope';
import { materialOf } from './scope';

// Two of the three ways to call another agent: the caller waits for the answer, or goes on and may be called back. The
// third one is an event. All leave the same envelopes and audit rows, because all are tasks of a conversation.

/** Who called whom, for the query `plan` and the result. A type, since it is kept as JSON. */
export type PeerCall = {
  kind: 'consult' | 'notify';
  from: string;
  to: string;
  about: string;
  /** Agents from the first caller to this one. */
  path: string[];
  state: string;
};

const aboutLength = 200;
const callsKept = 500;

/** The caller waits; the answer is the result of its tool call. */
export async function consult(talk: Conversation, call: ToolCall, peer: string, beside: number): Promise<ToolResult> {
  const { run } = talk.scope;
  const objection = objectionTo(talk, consultTarget(peer), peer);
  if (objection) return refused(talk, call, 'ToolNotAllowed', objection);
  const task = typeof call.args['task'] === 'string' ? call.args['task'] : JSON.stringify(call.args);
  const entry = enter(talk, 'consult', peer, task);
  const loop = pingPong(talk, peer);
  if (loop) {
    entry.state = 'LoopDetected';
    return refused(talk, call, 'LoopDetected', loop);
  }
  const parallel = (talk.scope.parallel ?? 1) * beside;
  const scope: Scope = { ...beneath(talk), path: talk.path, parallel, asPeer: 'consult' };
  try {
    const outcome = await performNode(scope, { agent: peer, task }, literal);
    entry.state = outcome.status;
    return resultOf(call, referenceOf(outcome), outcome.status === 'rejected', outcome.untrusted, outcome.private);
  } catch (error) {
    const record = failureOf(error, { agent: peer, path: talk.path });
    entry.state = record.kind;
    if (isOurs(record.kind) || !run.patches.has('failed-consults-are-labelled'))
      return refused(talk, call, record.kind, record.message, record);
    const { untrusted, private: isPrivate } = labelsOfFailure(scope, peer);
    return {
      ...refused(talk, call, record.kind, record.message, record, untrusted),
      ...(isPrivate && { private: true }),
    };
  }
}

/** Failures whose words are the engine's own, said before the peer has done anything. */
function isOurs(kind: FailureKind): boolean {
  return ['CycleDetected', 'DepthExceeded', 'MessageRejected', 'UnknownAgent', 'Deadlock'].includes(kind);
}

/** The caller goes on; what the other comes to enters its next step when it wants that. */
export function notify(talk: Conversation, call: ToolCall, peer: string): ToolResult {
  const { run } = talk.scope;
  const objection = objectionTo(talk, notifyTarget(peer), peer);
  if (objection) return refused(talk, call, 'ToolNotAllowed', objection);
  if (run.background >= run.limits.maxBackground)
    return refused(
      talk,
      call,
      'Overloaded',
      `${run.background} notifications are being worked on; wait for an answer.`,
    );
  const { message, callback } = call.args;
  const task = typeof message === 'string' ? message : JSON.stringify(call.args);
  const entry = enter(talk, 'notify', peer, task);
  run.background += 1;
  if (callback === true) talk.awaited += 1;
  // A place of its own: the caller does not wait, so nothing that waits below it is waited for by the caller.
  const scope: Scope = { ...beneath(talk), path: 'notified', arrivesAs: 'notification', asPeer: 'notify' };
  const work = run.work
    .run(() => attemptNode(scope, { agent: peer, task }, literal))
    .then(
      (tried) => {
        entry.state = 'failure' in tried ? tried.failure.kind : tried.outcome.status;
        if (callback !== true) return;
        const label = `callback of ${peer}`;
        // A failure's words may be a server's or a model's: they come as data, with their labels (I8).
        if ('failure' in tried) talk.callBack(failureMaterial(scope, label, peer, tried.failure));
        else talk.callBack({ ...materialOf(label, { ...tried.outcome, output: referenceOf(tried.outcome) }) });
      },
      (error: unknown) => {
        entry.state = isCancellation(error) ? 'cancelled' : 'InternalError';
      },
    );
  run.pending.push(
    work.finally(() => {
      run.background -= 1;
      if (callback === true) talk.awaited -= 1;
    }),
  );
  run.note('notified', talk.agent, talk.path, `${peer}: ${entry.about}`);
  return resultOf(call, { inline: { sent: true, to: peer, callback: callback === true } }, false, null);
}

/** Waits until whoever was notified, and whom those have notified meanwhile, has come to an end. */
export async function hearOut({ pending }: Pick<Run, 'pending'>): Promise<void> {
  for (let heard = -1; heard < pending.length;) {
    heard = pending.length;
    await Promise.all(pending);
  }
}

function objectionTo(talk: Conversation, target: string, peer: string): string | null {
  const { team } = talk.scope.run;
  const { peers } = talk.scope;
  if (!isGranted(team, talk.agent, target)) {
    return `The agent ${talk.agent} neither lists an alias for the agent ${peer} nor has it in its row of the routing table.`;
  }
  if (peers && !peers.includes(peer)) return `${peer} takes no part in this run; ${peers.join(', ')} do.`;
  return null;
}

function beneath(talk: Conversation): Scope {
  // Whoever is called gives its own output, whatever the caller was asked for.
  const { role: _asked, ...scope } = talk.scope;
  return {
    ...scope,
    from: talk.agent,
    causationId: talk.messageId,
    budget: talk.budget,
    material: [],
    untrusted: talk.untrusted,
    private: talk.private,
    pinned: true,
  };
}

function enter(talk: Conversation, kind: PeerCall['kind'], to: string, task: string): PeerCall {
  const { run, ancestry } = talk.scope;
  const path = [...ancestry.map(nameOf), to];
  const entry: PeerCall = { kind, from: talk.agent, to, about: task.slice(0, aboutLength), path, state: 'open' };
  run.peerCalls.push(entry);
  if (run.peerCalls.length > callsKept) run.peerCalls.shift();
  return entry;
}

const nameOf = (entry: string): string => entry.split('#')[0] ?? entry;

/** Two agents that ask each other in turn get nowhere, however they word it: said with the path, before depth ends it. */
function pingPong(talk: Conversation, peer: string): string | null {
  const { run, ancestry } = talk.scope;
  const path = [...ancestry.map(nameOf), peer];
  const turns = path.slice(-2 * run.limits.maxPingPong);
  const [a, b] = turns;
  const alternates = a !== b && turns.every((name, index) => name === (index % 2 === 0 ? a : b));
  if (turns.length < 2 * run.limits.maxPingPong || !alternates || !run.patches.has('ping-pong')) return null;
  return `${a ?? ''} and ${b ?? ''} only ask each other: ${path.join(' → ')}. Answer with what you have.`;
}
