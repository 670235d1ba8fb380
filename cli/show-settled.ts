import type { Approval } from '../contracts/approval';
import { confirms } from './ask-decision';
import { printable } from './show-approval';

/** How an approval ended: by whom, as what, and when. */
export function settledText({ id, tool, state, settled }: Approval): string {
  const by = settled ? ` by ${printable(settled.by)} (${settled.identity}) at ${settled.at}` : '';
  return `The approval ${id} (${printable(tool)}) was ${state}${by}.`;
}

/** Those that somebody means who gives this id, or these digits of a digest; of an edited one either digest will do. */
export function settledAs(
  approvals: readonly Approval[],
  id: string | undefined,
  digits: string | undefined,
): Approval[] {
  return approvals.filter((one) => {
    if (one.state === 'open') return false;
    if (id !== undefined) return one.id === id || confirms(one.digest, id);
    const digests = [one.digest, ...(one.settled?.digest === undefined ? [] : [one.settled.digest])];
    return digits !== undefined && digests.some((digest) => confirms(digest, digits));
  });
}
