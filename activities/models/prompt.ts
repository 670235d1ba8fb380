import type { CallModelRequest, DeltaPart } from '../../contracts/activities';
import type { JsonSchema } from '../../contracts/json';
import type { ModelRequest } from '../../contracts/model';
import { roleSchema } from '../../contracts/role-schemas';
import type { AgentConfig, Team } from '../../contracts/team';
import type { CatalogTool } from '../deps';
import { agentInstructions } from './agent-instructions';
import { conversationMessages, type Exchange } from './conversation-messages';
import type { ShowBody } from './show-body';
import { stepReminder } from './step-reminder';

export interface PromptInput {
  request: CallModelRequest;
  team: Team;
  agent: AgentConfig;
  tools: readonly CatalogTool[];
  /** The thread before this step, root first. */
  thread: readonly Exchange[];
  show: ShowBody;
  /** How busy the agents of the choices are. */
  load?: Readonly<Record<string, number>> | undefined;
}

/** The shape the answer of a step must have; undefined for free text. */
export function outputSchemaOf(request: CallModelRequest, agent: AgentConfig): JsonSchema | undefined {
  return roleSchema(request.role, request.choices) ?? agent.output;
}

/**
 * The request to the model: standing instructions, then the conversation, which only grows, then the reminder of this
 * step as a system message. Task and standing text are text parts; everything from outside is a data part (I8).
 */
export async function buildPrompt(input: PromptInput): Promise<ModelRequest> {
  const { request, team, agent, thread, show } = input;
  const tools = input.tools.map(({ name, description, input: shape }) => ({ name, description, input: shape }));
  const exchanges: Exchange[] = [...thread, { delta: request.delta, reply: null }];
  const conversation = await conversationMessages(exchanges, show);
  const hasData = conversation.some(({ parts }) => parts.some(({ kind }) => kind === 'data' || kind === 'tool-result'));
  const schema = outputSchemaOf(request, agent);
  return {
    agent: agent.name,
    role: request.role,
    path: request.path,
    step: request.step,
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: agentInstructions(team, agent, input.tools) }] },
      ...conversation,
      {
        role: 'system',
        parts: [{ kind: 'text', text: stepReminder(request, lastTask(exchanges), hasData, input.load) }],
      },
    ],
    tools: request.noTools ? [] : tools,
    ...(request.noTools && tools.length > 0 ? { idleTools: tools } : {}),
    ...(schema ? { output: { name: request.role, schema } } : {}),
    ...(request.choices ? { choices: request.choices.map(({ name, description }) => ({ name, description })) } : {}),
    maxOutputTokens: request.maxOutputTokens,
  };
}

function lastTask(exchanges: readonly Exchange[]): Extract<DeltaPart, { kind: 'task' }> | null {
  for (const { delta } of [...exchanges].reverse()) {
    for (const part of [...delta].reverse()) if (part.kind === 'task') return part;
  }
  return null;
}
