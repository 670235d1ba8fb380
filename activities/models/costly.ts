const costly = new WeakSet<Error>();

/** Notes on an error that tokens may have been spent although there is no answer. */
export function markCostly<E extends Error>(error: E): E {
  costly.add(error);
  return error;
}

export function isCostly(error: unknown): boolean {
  return error instanceof Error && costly.has(error);
}
