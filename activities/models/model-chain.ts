import type { CallModelRequest } from '../../contracts/activities';
import { CadreError, chainFailure, toFailureRecord, type FailureKind, type FailureRecord } from '../../contracts/failures';
import type { ModelProvider, ModelReply, ModelRequest } from '../../contracts/model';
import type { AgentConfig, ModelConfig, Team } from '../../contracts/team';
import { limits } from '../../contracts/limits';
import type { ModelDirectory } from '../deps';
import { isCostly } from './costly';
import { isLocalModel } from './model-settings';

/** One request to one model of the agent's list, and how it went. */
export interface ModelTry {
  /** The name in the team. */
  name: string;
  config: ModelConfig | null;
  startedAt: string;
  finishedAt: string;
  failure: FailureRecord | null;
  /** Tokens may have been spent although there is no answer. */
  costly: boolean;
}

export interface ChainInput {
  team: Team;
  agent: AgentConfig;
  models: ModelDirectory;
  request: Pick<CallModelRequest, 'maxOutputTokens'>;
  prompt: ModelRequest;
  signal: AbortSignal;
  /** No further attempt follows: what could be waited for elsewhere goes to the next model now. */
  lastAttempt: boolean;
  attempt: number;
  now: () => Date;
  onProgress: (characters: number) => void;
  /** Judges a reply; a `CadreError` it throws counts as the model's failure. */
  accept: (reply: ModelReply, where: string) => void;
}

export interface ChainAnswer {
  reply: ModelReply;
  config: ModelConfig;
  provider: string;
  tries: ModelTry[];
}

/** Thrown with the tries, so that what was spent is on record whatever the end. */
export class ChainFailure extends Error {
  override readonly name = 'ChainFailure';
  constructor(
    override readonly cause: unknown,
    readonly tries: ModelTry[],
  ) {
    super('No model of the agent gave an answer.');
  }
}

const goesToNext: ReadonlySet<FailureKind> = new Set(['ModelAuth', 'ModelUnavailable', 'ModelRefused', 'ContextOverflow']);
const waitsForLater: ReadonlySet<FailureKind> = new Set(['RateLimited', 'Overloaded']);

/**
 * Asks the models of an agent in their order, each at most once per attempt: one owner of retries, and it is Temporal
 * (F25). A model that cannot answer hands over to the next at once; one that asks for patience ends the attempt, and
 * only on the last attempt hands over as well (F33).
 */
export async function askModels(input: ChainInput): Promise<ChainAnswer> {
  const tries: ModelTry[] = [];
  for (const name of input.agent.models) {
    try {
      return { ...(await askModel(input, name, tries)), tries };
    } catch (error) {
      if (input.signal.aborted || !CadreError.is(error)) throw new ChainFailure(error, tries);
      const later = waitsForLater.has(error.kind);
      if (later && !input.lastAttempt) throw new ChainFailure(withDelay(error, input.attempt), tries);
      if (!later && !goesToNext.has(error.kind)) throw new ChainFailure(error, tries);
    }
  }
  throw new ChainFailure(noModelLeft(input, tries), tries);
}

async function askModel(input: ChainInput, name: string, tries: ModelTry[]): Promise<Omit<ChainAnswer, 'tries'>> {
  const { now, prompt, signal } = input;
  const made: ModelTry = { name, config: null, startedAt: now().toISOString(), finishedAt: '', failure: null, costly: false };
  tries.push(made);
  try {
    const { provider, config } = await input.models.resolve(input.team, name, signal);
    made.config = config;
    refuseForeignPlace(input.agent, name, config);
    const reply = await provider.call(prompt, {
      signal,
      timeoutMs: config.timeoutMs ?? limits.modelCallTimeoutMs,
      stream: config.stream ?? true,
      onProgress: input.onProgress,
    });
    made.costly = true;
    input.accept(reply, whereOf(provider, config));
    return { reply, config, provider: provider.name };
  } catch (error) {
    made.failure = toFailureRecord(error);
    made.costly ||= isCostly(error);
    throw error;
  } finally {
    made.finishedAt = now().toISOString();
  }
}

function whereOf(provider: ModelProvider, config: ModelConfig): string {
  return config.model ? `${provider.name}/${config.model}` : provider.name;
}

/** What a private agent knows reaches only local models: refused before a byte is sent. */
function refuseForeignPlace(agent: AgentConfig, name: string, config: ModelConfig): void {
  if (agent.privacy !== 'private' || isLocalModel(config)) return;
  throw new CadreError(
    'ModelUnavailable',
    `The agent ${agent.name} is private and the model ${name} (${config.provider}) is not local; nothing was sent. ` +
      'Give the agent a model with locality: local and an address of your own.',
  );
}

function noModelLeft({ agent }: ChainInput, tries: readonly ModelTry[]): CadreError {
  const failed = tries.flatMap(({ failure }) => failure ?? []);
  const [first, ...others] = failed;
  if (!first) return new CadreError('ModelUnavailable', `The agent ${agent.name} names no model.`);
  const only = others.length === 0 && !waitsForLater.has(first.kind);
  if (only) return new CadreError(first.kind, first.message, first.cause ? { cause: first.cause } : {});
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
