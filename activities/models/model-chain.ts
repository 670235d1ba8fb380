import {
  CadreError,
  chainFailure,
  toFailureRecord,
  type FailureKind,
  type FailureRecord,
} from '../../contracts/failures';
import type { Usage } from '../../contracts/budget';
import type { ModelCallOptions, ModelReply, ModelRequest } from '../../contracts/model';
import type { AgentConfig, ModelConfig, Team } from '../../contracts/team';
import { limits } from '../../contracts/limits';
import type { ModelDirectory } from '../deps';
import { refuseFiltered } from './check-reply';
import { isCostly } from './costly';
import { isLocalModel } from './model-settings';
import { reservedUsage, usageOf } from './price';

/** One request to one model of the agent's list, and how it went. */
export interface ModelTry {
  /** The name in the team. */
  name: string;
  config: ModelConfig | null;
  startedAt: string;
  finishedAt: string;
  failure: FailureRecord | null;
  /** What it cost or may have cost; null when no request was sent. */
  usage: Usage | null;
}

export interface ChainInput {
  team: Team;
  agent: AgentConfig;
  /** The agent, the run or the thread is private. */
  isPrivate: boolean;
  models: ModelDirectory;
  /** The model the run was started with, in place of the team's. */
  asked?: string;
  prompt: ModelRequest;
  reservedTokens: number;
  attempt: number;
  /** No further attempt follows: what could be waited for elsewhere goes to the next model now. */
  lastAttempt: boolean;
  /** When the attempt must be over, so that its end is recorded and not cut off. */
  deadline: number;
  now: () => Date;
  options: Pick<ModelCallOptions, 'signal' | 'onProgress'>;
}

export interface ChainAnswer {
  /** Null when the reply cannot even be read (`unreadable` says why): it goes to repair like any bad answer. */
  reply: ModelReply | null;
  unreadable: string;
  config: ModelConfig;
  provider: string;
  usage: Usage;
}

const goesToNext: ReadonlySet<FailureKind> = new Set([
  'ModelAuth',
  'ModelUnavailable',
  'ModelRefused',
  'ContextOverflow',
]);
const waitsForLater: ReadonlySet<FailureKind> = new Set(['RateLimited', 'Overloaded']);

/**
 * Asks the models of an agent in their order, each at most once per attempt: one owner of retries, and it is Temporal
 * (F25). A model that cannot answer hands over to the next at once; one that asks for patience ends the attempt, and
 * only on the last attempt hands over as well (F33). `tries` is filled as it goes: what was spent is on record whatever
 * the end.
 */
export async function askModels(input: ChainInput, tries: ModelTry[]): Promise<ChainAnswer> {
  for (const name of input.agent.models) {
    try {
      return await askModel(input, name, tries);
    } catch (error) {
      if (input.options.signal.aborted || !CadreError.is(error)) throw error;
      const later = waitsForLater.has(error.kind);
      if (later && !input.lastAttempt) throw withDelay(error, input.attempt);
      if (!later && !goesToNext.has(error.kind)) throw error;
    }
  }
  throw noModelLeft(input, tries);
}

async function askModel(input: ChainInput, name: string, tries: ModelTry[]): Promise<ChainAnswer> {
  const { now, prompt, options } = input;
  const made: ModelTry = {
    name,
    config: null,
    startedAt: now().toISOString(),
    finishedAt: '',
    failure: null,
    usage: null,
  };
  tries.push(made);
  try {
    const { provider, config } = await input.models.resolve(input.team, name, options.signal, input.asked);
    made.config = config;
    refuseForeignPlace(input, name, config);
    const timeoutMs = Math.max(1, Math.min(config.timeoutMs ?? limits.modelCallTimeoutMs, input.deadline - Date.now()));
    made.usage = usageOf(config, { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 });
    const reply = await provider.call(prompt, { ...options, timeoutMs, stream: config.stream ?? true });
    made.usage = usageOf(config, countedOrEstimated(prompt, reply));
    refuseFiltered(reply, config.model ? `${provider.name}/${config.model}` : provider.name);
    return { reply, unreadable: '', config, provider: provider.name, usage: made.usage };
  } catch (error) {
    made.failure = toFailureRecord(error);
    const { config } = made;
    if (config && made.usage && (isCostly(error) || options.signal.aborted)) {
      made.usage = reservedUsage(config, input.reservedTokens, prompt.maxOutputTokens);
    }
    if (config && made.usage && CadreError.is(error) && error.kind === 'MalformedOutput') {
      return { reply: null, unreadable: error.message, config, provider: config.provider, usage: made.usage };
    }
    throw error;
  } finally {
    made.finishedAt = now().toISOString();
  }
}

const charactersPerToken = 4;

/** A server that counts nothing must not make a budget endless. */
function countedOrEstimated(prompt: ModelRequest, reply: ModelReply): ModelReply['usage'] {
  if (reply.usage.inputTokens + reply.usage.outputTokens > 0) return reply.usage;
  const estimate = (value: unknown): number => Math.ceil((JSON.stringify(value)?.length ?? 0) / charactersPerToken);
  return {
    inputTokens: estimate(prompt.messages) + estimate(prompt.tools),
    cachedInputTokens: 0,
    outputTokens: estimate(reply.text) + estimate(reply.toolCalls),
  };
}

/** What a private agent knows reaches only local models: refused before a byte is sent. */
function refuseForeignPlace({ agent, isPrivate }: ChainInput, name: string, config: ModelConfig): void {
  if (!isPrivate || isLocalModel(config)) return;
  throw new CadreError(
    'ModelUnavailable',
    `The agent ${agent.name} holds something private and the model ${name} (${config.provider}) is not local; nothing was sent. ` +
      'Give the agent a model with locality: local and an address of your own.',
  );
}

function noModelLeft({ agent }: ChainInput, tries: readonly ModelTry[]): CadreError {
  const [first, ...others] = tries.flatMap(({ failure }) => failure ?? []);
  if (!first) return new CadreError('ModelUnavailable', `The agent ${agent.name} names no model.`);
  if (others.length === 0 && !waitsForLater.has(first.kind)) return new CadreError(first.kind, first.message);
  const cause = others.reduce((chain, failure) => chainFailure(failure, chain), first);
  const names = tries.map(({ name, failure }) => `${name} (${failure?.kind ?? 'no answer'})`).join(', ');
  return new CadreError('ModelUnavailable', `No model of the agent ${agent.name} answers: ${names}.`, { cause });
}

const firstDelayMs = 500;
const delayMaxMs = 30_000;

/** A provider's own wish is kept, with up to a tenth more; without one the wait doubles. Jitter keeps a storm apart (F24). */
function withDelay(error: CadreError, attempt: number): CadreError {
  const wished = error.detail.retryAfterMs;
  const grown = Math.min(firstDelayMs * 2 ** (attempt - 1), delayMaxMs);
  const wait = wished === undefined ? grown * (0.5 + Math.random()) : wished * (1 + Math.random() / 10);
  return new CadreError(error.kind, error.message, { ...error.detail, retryAfterMs: Math.round(wait) });
}
