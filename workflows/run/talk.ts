import type { DeltaPart, Role } from '../../contracts/activities';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import { isInline } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { Answer } from './agent-loop';
import { converse } from './agent-loop';
import type { Ask } from './conversation';
import { Conversation } from './conversation';
import type { Scope } from './scope';

/** Opens an agent's conversation in a scope; the path is `<scope>/<agent>` unless the agent is the node itself. */
export function openConversation(scope: Scope, agent: string, path?: string): Conversation {
  return new Conversation(
    scope,
    agent,
    path ?? scope.run.claimPath(scope.path === '' ? agent : `${scope.path}/${agent}`, scope.pinned),
  );
}

/** Every delegated task carries the root task along; its beginning is enough to know what it is for. */
const rootTaskLength = 2_000;

/** What an agent gets first: its task, with the root task beside it when somebody else worded it, then the material. */
export function opening(scope: Scope, task = scope.task): DeltaPart[] {
  const rootTask = scope.run.input.task;
  const beside = rootTask === task ? {} : { rootTask: rootTask.slice(0, rootTaskLength) };
  const labels = {
    ...(scope.untrusted && { untrusted: scope.untrusted }),
    ...(scope.private && { private: true as const }),
  };
  return [{ kind: 'task', from: scope.from, text: task, ...beside, ...labels }, ...scope.material];
}

/**
 * Asks for an answer whose shape is the engine's own (plan, review, route …) and returns it as a plain object. Tools can be
 * called before it only where `how` says so.
 */
export async function askFor<T>(
  talk: Conversation,
  role: Exclude<Role, 'agent' | 'synthesis'>,
  delta: DeltaPart[],
  choices?: Ask['choices'],
  how: Pick<Ask, 'noTools' | 'message'> = {},
): Promise<T> {
  const answer = await converse(talk, delta, { role, noTools: true, ...how, ...(choices && { choices }) });
  return objectOf(talk, role, answer) as T;
}

function objectOf(talk: Conversation, role: string, answer: Answer): Json {
  if (isInline(answer.output) && isJsonObject(answer.output.inline)) return answer.output.inline;
  throw new CadreError('MalformedOutput', `The ${role} of ${talk.agent} is larger than a ${role} may be.`, {
    agent: talk.agent,
    path: talk.path,
  });
}

/** What an outcome says of the agent whose words it is: who, what they derive from, and the message that carried them. */
export function wordsOf({ agent, untrusted, private: isPrivate, messageId }: Conversation) {
  return {
    from: agent,
    untrusted,
    stored: true as const,
    ...(isPrivate && { private: true as const }),
    messageId,
  };
}
