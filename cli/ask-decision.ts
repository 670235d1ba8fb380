import { createInterface } from 'node:readline/promises';

import type { Approval, Decision } from '../contracts/approval';
import { shortDigest } from '../contracts/digest';
import { confirmDigits } from './show-approval';
import type { Terminal } from './terminal';

/** Whether what a person typed confirms this very action: at least six hex digits of its digest, nothing else. */
export function confirms(digest: string, typed: string): boolean {
  const hex = typed
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '');
  return hex.length >= confirmDigits && /^[0-9a-f]+$/.test(hex) && shortDigest(digest, 64).startsWith(hex);
}

/**
 * Asks at the terminal until the person has decided. Undefined when `signal` fires first: the approval was decided
 * elsewhere, has expired, or the command ends.
 */
export async function askDecision(
  terminal: Terminal,
  approval: Approval,
  by: string,
  signal: AbortSignal,
): Promise<Decision | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C reaches readline first; the command's own listener decides what it means.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const { id, digest } = approval;
  try {
    for (;;) {
      const prompt = `Type the first ${confirmDigits} hex digits of the digest to allow it, or "reject": `;
      const typed = (await reader.question(prompt, { signal })).trim();
      if (confirms(digest, typed)) return { id, decision: 'approve', by, digest };
      if (/^(reject|r|no|n)$/i.test(typed)) {
        const reason = (await reader.question('Why not? (goes back to the agent) ', { signal })).trim();
        return { id, decision: 'reject', by, digest, ...(reason ? { reason } : {}) };
      }
      terminal.line(`That is neither. Look at the action above; its digest begins after "sha256:".`);
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    reader.close();
  }
}
