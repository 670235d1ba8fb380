import { auditHashOf, emptyChain, type AuditHead } from './audit-chain';
import type { AuditLog } from './audit-log';

export type AuditVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: AuditHead }
  /** `seq` is the first row that does not fit. */
  | { readonly ok: false; readonly seq: number; readonly reason: string };

const pageRows = 500;

/** Recomputes the whole chain of a run and compares its end with the recorded head, so that a cut tail shows as well. */
export async function verifyAudit(log: AuditLog, run: string): Promise<AuditVerdict> {
  // Read first: rows appended during the walk lie beyond it and are left for the next time.
  const recorded = await log.head(run);
  let reached = emptyChain;
  while (reached.seq < recorded.seq) {
    const page = await log.list(run, reached.seq, pageRows);
    if (page.length === 0) break;
    for (const row of page) {
      if (row.seq > recorded.seq) break;
      const next = reached.seq + 1;
      if (row.seq !== next) return { ok: false, seq: next, reason: `Row ${next} is missing.` };
      if (row.prevHash !== reached.hash)
        return { ok: false, seq: next, reason: `Row ${next} does not follow the row before.` };
      if (auditHashOf(row) !== row.hash)
        return { ok: false, seq: next, reason: `Row ${next} was changed after it was written.` };
      reached = { seq: row.seq, hash: row.hash };
    }
  }
  if (reached.seq !== recorded.seq)
    return { ok: false, seq: reached.seq + 1, reason: `Row ${reached.seq + 1} is missing.` };
  if (reached.hash !== recorded.hash)
    return { ok: false, seq: reached.seq, reason: 'The chain does not end at its recorded head.' };
  // A deleted head row would make the chain look empty.
  const beyond = recorded.seq === 0 ? await log.list(run, 0, 1) : [];
  if (beyond.length > 0) return { ok: false, seq: 1, reason: 'The chain has rows and no recorded head.' };
  return { ok: true, rows: reached.seq, head: reached };
}
