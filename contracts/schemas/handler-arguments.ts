import { z } from 'zod';
import { decisions, type Decision } from '../approval';
import { limits } from '../limits';
import { givenName, jsonObject, shortText } from './values';

const by = shortText.meta({ description: 'Who says so. Without a signature it is a claim and recorded as one.', examples: ['dana'] });
const reason = z.string().max(10_000).meta({ description: 'Why; the agents may read it.' }).exactOptional();
const digest = z
  .string()
  .regex(/^(sha256:)?[0-9a-f]{6,64}$/, 'must be the digest that was shown, or at least its first 6 hex digits')
  .meta({ description: 'Digest of the action that was shown, or its first hex digits.', examples: ['sha256:4f2a9c…'] });

/** Argument of the update and signal `decide` (contract §4). */
export const decideSchema = z
  .strictObject({
    id: shortText.meta({ description: 'Id of the approval, from the query `approvals`.', examples: ['3-0-4f2a9c1b'] }),
    decision: z.enum(decisions).meta({ description: 'What is decided.' }),
    by,
    reason,
    args: jsonObject.meta({ description: 'For edit: the arguments to run instead.' }).exactOptional(),
    to: givenName.meta({ description: 'For reassign: the approver group or person that shall decide.' }).exactOptional(),
    digest: digest.exactOptional(),
    signature: z.string().min(1).max(4_096).meta({ description: 'Ed25519 signature, when the policy requires one.' }).exactOptional(),
  })
  .meta({ id: 'Decide', description: 'Decides an approval: argument of the update and of the signal `decide`.' });

export const steerSchema = z
  .strictObject({
    text: z
      .string()
      .min(1)
      .max(limits.steerBytes)
      .meta({ description: 'What the agents shall know from their next step on.', examples: ['Leave out the canary incident'] }),
    from: shortText.meta({ description: 'Who says so.', examples: ['dana'] }),
  })
  .meta({ id: 'Steer', description: 'Argument of the update and of the signal `steer`.' });

/** `pause`, `resume` and `stop` take the same. */
export const controlSchema = z
  .strictObject({ by, reason })
  .meta({ id: 'Control', description: 'Argument of the updates and signals `pause`, `resume` and `stop`.' });

export const topUpSchema = z
  .strictObject({
    tokens: z.int().positive().meta({ description: 'Tokens to add.' }).exactOptional(),
    usd: z.number().positive().meta({ description: 'US dollars to add.' }).exactOptional(),
    steps: z.int().positive().meta({ description: 'Model calls to add.' }).exactOptional(),
    by,
  })
  .meta({ id: 'TopUp', description: 'Argument of the update `topUp`: adds to the budget of the run.' });

export const decision: z.ZodType<Decision> = decideSchema;
