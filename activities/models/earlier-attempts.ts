import type { Usage } from '../../contracts/budget';
import type { ModelConfig } from '../../contracts/team';
import type { Store } from '../stores';
import { stepKeyOf, type ModelCall } from './model-call';
import { reservedUsage } from './price';

export interface EarlierAttempt {
  attempt: number;
  usage: Usage;
  /** Nothing is on record: its worker died or lost the store. It counts with what was reserved for it. */
  lost: boolean;
}

/** What the attempts before this one cost (F01): on record where they could still say, else the reserved amount. */
export async function earlierAttempts(
  store: Store,
  call: ModelCall,
  config: ModelConfig | null,
): Promise<EarlierAttempt[]> {
  const numbers = Array.from({ length: call.attempt - 1 }, (_, index) => index + 1);
  return Promise.all(
    numbers.map(async (attempt) => {
      const row = await store.steps.find(stepKeyOf(call, attempt));
      if (row) return { attempt, usage: row.body as unknown as Usage, lost: false };
      const { reservedTokens, maxOutputTokens } = call.request;
      return { attempt, usage: reservedUsage(config, reservedTokens, maxOutputTokens), lost: true };
    }),
  );
}
