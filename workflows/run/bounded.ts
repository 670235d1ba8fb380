import type { Approval } from '../../contracts/approval';
import { digestOf } from '../../contracts/digest';
import type { Json, JsonObject } from '../../contracts/json';
import type { RunResult } from '../../contracts/run';

// A result that does not fit into a payload would keep a finished run from ending, for ever.

const shownArgsBytes = 4_096;
const resultBytes = 1_000_000;

const sizeOf = (value: unknown): number => (JSON.stringify(value) ?? '').length;

/** Arguments as they are kept after the decision: large ones by their digest and their beginning. */
function shownArgs(args: JsonObject): JsonObject {
  const bytes = sizeOf(args);
  return bytes <= shownArgsBytes ? args : { $digest: digestOf(args), bytes, head: JSON.stringify(args).slice(0, 500) };
}

/** An approval for lists and results: an open one whole, since a person must see all of it; a settled one short. */
export function shownApproval(approval: Approval): Approval {
  if (approval.state === 'open') return approval;
  const { settled } = approval;
  return {
    ...approval,
    args: shownArgs(approval.args),
    ...(settled && { settled: { ...settled, ...(settled.args && { args: shownArgs(settled.args) }) } }),
  };
}

/** The result within what a payload takes: what is least missed is shortened first, and says so. */
export function fitted(result: RunResult): RunResult {
  const shorter: ((result: RunResult) => RunResult)[] = [
    (whole) => ({ ...whole, approvals: whole.approvals.slice(-20) }),
    (whole) => (whole.parts === undefined ? whole : { ...whole, parts: beginningOf(whole.parts) }),
    (whole) => ({ ...whole, failures: whole.failures.slice(0, 10) }),
    (whole) => ({ ...whole, artifacts: whole.artifacts.slice(0, 200) }),
    (whole) => ({ ...whole, output: beginningOf(whole.output) }),
  ];
  let fits = { ...result, approvals: result.approvals.map(shownApproval) };
  for (const shorten of shorter) {
    if (sizeOf(fits) <= resultBytes) break;
    fits = shorten(fits);
  }
  return fits;
}

function beginningOf(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= 10_000 ? value : { $digest: digestOf(value), bytes: text.length, head: text.slice(0, 2_000) };
}
