import type { CallModelResult } from '../../contracts/activities';
import type { Body } from '../../contracts/body';
import { digestOf } from '../../contracts/digest';
import type { AgentConfig } from '../../contracts/team';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { StoredMessage } from '../stores';
import { keepBody } from './keep-body';
import type { ModelCall } from './model-call';

/** Id of the answer's envelope: the same in every attempt, so that a repeated step is not a second message. */
export function replyMessageId(call: ModelCall): string {
  const { request, workflowId } = call;
  const { path, step, run, message } = request;
  return digestOf({ workflowId, firstRunId: run.firstRunId, path, step, type: message.type });
}

/** The envelopes of a step (contract §5): the one that brought the task, with the first step, and the answer's. */
export function stepMessages(
  call: ModelCall,
  agent: AgentConfig,
  result: Pick<CallModelResult, 'output' | 'toolCalls' | 'problems' | 'messageId'>,
  untrusted: UntrustedSet | null,
  sentAt: string,
): StoredMessage[] {
  const { message, path, role } = call.request;
  const shared = {
    run: call.run,
    correlationId: call.root,
    path: [...message.ancestry, path],
    depth: message.depth,
    sentAt,
    signature: null,
  };
  const answer: StoredMessage = {
    ...shared,
    id: result.messageId,
    type: message.type,
    sender: agent.name,
    recipient: message.recipient,
    causationId: message.causationId,
    payload: answerPayload(result),
    schema: role === 'agent' || role === 'synthesis' ? (agent.output ? `agent:${agent.name}` : null) : `role:${role}`,
    untrusted,
  };
  const { inbox } = message;
  if (!inbox) return [answer];
  const { payload, untrusted: brought } = taskPayload(call);
  return [
    {
      ...shared,
      id: inbox.id,
      type: inbox.type,
      sender: inbox.sender,
      recipient: agent.name,
      causationId: inbox.causationId,
      payload,
      schema: null,
      untrusted: brought,
    },
    answer,
  ];
}

function answerPayload({
  output,
  toolCalls,
  problems,
}: Pick<CallModelResult, 'output' | 'toolCalls' | 'problems'>): Body {
  if (output) return output;
  if (toolCalls) return { inline: { toolCalls: toolCalls.map(({ name }) => name) } };
  return { inline: { problems: problems ?? [] } };
}

/** The task's text; a long one is in the segment in full, and its envelope holds the beginning. */
function taskPayload(call: ModelCall): { payload: Body; untrusted: UntrustedSet | null } {
  const task = call.request.delta.find((part) => part.kind === 'task');
  const material = call.request.delta.find((part) => part.kind === 'material');
  const text = task?.kind === 'task' ? task.text : '';
  const { body, blob } = keepBody(text, '');
  return {
    payload: blob ? { inline: `${text.slice(0, 2_000)}…` } : body,
    untrusted: material?.kind === 'material' ? material.untrusted : null,
  };
}
