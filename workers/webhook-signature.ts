import { createHmac, timingSafeEqual } from 'node:crypto';

import { CadreError } from '../contracts/failures';

/** What a delivery says of itself, in the headers of Standard Webhooks. */
export interface SignedHeaders {
  id: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
}

export type Verdict = { ok: true; id: string } | { ok: false; reason: string };

const secretBytesMin = 24;
const signaturesMax = 8;
/** How far the sender's clock may be from ours, both ways; older deliveries may be recorded ones. */
export const replayWindowMs = 5 * 60_000;

/**
 * The keys of a secret as people keep it: `whsec_<base64>`, or any text of at least 24 characters; several on lines of
 * their own while one is being replaced. Throws `InvalidInput` when there is none, or one is too short to be guessed at.
 */
export function webhookKeys(secret: string): Buffer[] {
  const lines = secret.split(/\s+/).filter((line) => line !== '');
  const keys = lines.map((line) =>
    line.startsWith('whsec_') ? Buffer.from(line.slice('whsec_'.length), 'base64') : Buffer.from(line, 'utf8'),
  );
  if (keys.length === 0 || keys.some((key) => key.length < secretBytesMin)) {
    throw new CadreError(
      'InvalidInput',
      `A secret of the webhook has less than ${secretBytesMin} bytes. Make one with: echo "whsec_$(openssl rand -base64 32)"`,
    );
  }
  return keys;
}

/** `v1,<base64>` over `id.timestamp.body`, as a sender makes it. */
export function signatureOf(key: Buffer, id: string, timestamp: string, body: Buffer): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** Whether one of the signatures fits one of the keys, and the delivery is of now. The comparison takes its time. */
export function verifySignature(keys: readonly Buffer[], given: SignedHeaders, body: Buffer, nowMs: number): Verdict {
  const { id, timestamp, signature } = given;
  if (!id || !timestamp || !signature) {
    return { ok: false, reason: 'The headers webhook-id, webhook-timestamp and webhook-signature are all needed' };
  }
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1000) > replayWindowMs) {
    return { ok: false, reason: `The webhook-timestamp is not within ${replayWindowMs / 60_000} minutes of now` };
  }
  const offered = signature.split(' ').slice(0, signaturesMax);
  let fits = false;
  for (const key of keys) {
    const expected = Buffer.from(signatureOf(key, id, timestamp, body));
    for (const one of offered) {
      const bytes = Buffer.from(one);
      // Every pair is compared, so that the time says nothing of which one fitted.
      if (bytes.length === expected.length && timingSafeEqual(bytes, expected)) fits = true;
    }
  }
  return fits ? { ok: true, id } : { ok: false, reason: 'The signature does not fit the body, its id and its time' };
}
