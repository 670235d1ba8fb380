/** How the results of branches become one value: pure, deterministic, the same in any order of arrival. */
export type { BranchValue, Conflict, MergedValue } from './branch-value';
export type { AgreedClaim, ClaimConflict, MergedClaims, OpenPoint, OpenReason } from './claim';
export { claimBounds } from './claim';
export { claimsOf, mergeClaims } from './claims';
export { concatOf } from './concat';
export { schemaMergeOf } from './schema';
export { unionOf } from './union';
export { voteOf } from './vote';
