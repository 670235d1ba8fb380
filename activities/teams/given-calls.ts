import { givenCallKey } from '../../contracts/given-call';
import { isJsonObject, type Json } from '../../contracts/json';
import type { ParsedInput } from '../../contracts/schemas/inputs';

/** Fields of an input that hold no nodes: a team of its own can never be elevated, and data is only data. */
const withoutNodes: ReadonlySet<string> = new Set(['team', 'task', 'input', 'background']);

/**
 * Keys of all tool nodes in a run's own input, wherever a pattern may hold them. Whatever looks like one counts: a call
 * that is asked about without need costs a person a look, one that is not costs an effect that nobody allowed (I9).
 */
export function givenCalls(input: ParsedInput): string[] {
  const keys = new Set<string>();
  const walk = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (isJsonObject(value)) {
      const { tool, args = {} } = value;
      if (typeof tool === 'string' && isJsonObject(args)) keys.add(givenCallKey({ tool, args }));
      Object.values(value).forEach(walk);
    }
  };
  for (const [field, value] of Object.entries(input as unknown as Record<string, Json | undefined>))
    if (value !== undefined && !withoutNodes.has(field)) walk(value);
  return [...keys].sort();
}
