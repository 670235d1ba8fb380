import type { BranchValue, MergedValue } from './branch-value';

/** All results side by side, in the order they were declared in. */
export function concatOf(values: readonly BranchValue[]): MergedValue {
  return { merged: values.map(({ from, value }) => ({ from, value })), conflicts: [] };
}
