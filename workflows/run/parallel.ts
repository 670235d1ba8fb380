import { together } from './together';

/**
 * Runs `work` over `items`, at most `limit` at a time; results stand in the order of the items, whoever was first.
 * What is independent starts together and shares workflow tasks.
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await together(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, () => lane));
  return results;
}
