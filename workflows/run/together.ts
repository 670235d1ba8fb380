import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs works side by side; results stand in their order. When one throws, the others are cancelled and waited for before
 * the error goes on: nothing of a node lives on after it has failed, above all no open approval.
 */
export async function together<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const scope = new CancellationScope({ cancellable: true });
  return scope.run(async () => {
    const running = works.map((work) => work());
    try {
      return await Promise.all(running);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(running);
      throw error;
    }
  });
}
