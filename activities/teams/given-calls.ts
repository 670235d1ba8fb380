import { callKeysIn } from '../../contracts/given-call';
import type { Json } from '../../contracts/json';
import type { ParsedInput } from '../../contracts/schemas/inputs';

/** Fields of an input that hold no nodes: a team of its own can never be elevated, and data is only data. */
const withoutNodes: ReadonlySet<string> = new Set(['team', 'task', 'input', 'background']);

/**
 * Keys of all tool nodes in a run's own input. A call that is asked about without need costs a person a look, one that is
 * not costs an effect that nobody allowed (I9).
 */
export function givenCalls(input: ParsedInput): string[] {
  const keys = new Set<string>();
  for (const [field, value] of Object.entries(input as unknown as Record<string, Json | undefined>))
    if (value !== undefined && !withoutNodes.has(field)) callKeysIn(value, keys);
  return [...keys].sort();
}
