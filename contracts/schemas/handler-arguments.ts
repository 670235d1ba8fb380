import { z } from 'zod';
import { decisions, type Decision } from '../approval';
import { limits } from '../limits';
import { jsonObject } from './values';

// Held equal, by a property test, to the zod-free checks that workflows use (workflows/run/checks.ts).
const said = (max: number): z.ZodString =>
  z
    .string()
    .max(max)
    .regex(/\S/, 'must not be empty');
const by = said(200).meta({
  description: 'Who says so. Without a signature it is a claim and recorded as one.',
  examples: ['dana'],
});
const reason = said(2_000).meta({ description: 'Why; the agents may read it.' }).exactOptional();

/** Argument of the update and signal `decide` (contract §4). */
export const decideSchema = z
  .strictObject({
    id: said(200).meta({ description: 'Id of the approval, from the query `approvals`.', examples: ['3-0-4f2a9c1b'] }),
    decision: z.enum(decisions).meta({ description: 'What is decided.' }),
    by,
    reason,
    args: jsonObject.meta({ description: 'For edit: the whole new arguments.' }).exactOptional(),
    to: said(2_000).meta({ description: 'For reassign: the approver group that shall decide.' }).exactOptional(),
    digest: said(2_000)
      .meta({ description: 'Digest of the action that was shown; for edit, of the action it replaces.', examples: ['sha256:4f2a9c1b…'] })
      .exactOptional(),
    signature: said(2_000).meta({ description: 'Ed25519 signature, when the policy requires one.' }).exactOptional(),
  })
  .refine((value) => value.decision !== 'edit' || (value.args !== undefined && value.digest !== undefined), {
    error: 'needs "args" and "digest" for an edit',
  })
  .refine((value) => value.decision === 'edit' || value.args === undefined, { error: 'takes "args" for an edit only' })
  .refine((value) => value.decision !== 'reassign' || value.to !== undefined, { error: 'needs "to" for a reassign' })
  .meta({ id: 'Decide', description: 'Decides an approval: argument of the update and of the signal `decide`.' });

export const steerSchema = z
  .strictObject({
    text: said(limits.steerBytes).meta({ description: 'What the agents shall know from their next step on.', examples: ['Leave out the canary incident'] }),
    from: said(200).meta({ description: 'Who says so.', examples: ['dana'] }),
  })
  .meta({ id: 'Steer', description: 'Argument of the update and of the signal `steer`.' });

/** `pause`, `resume` and `stop` take the same. */
export const controlSchema = z
  .strictObject({ by, reason })
  .meta({ id: 'Control', description: 'Argument of the updates and signals `pause`, `resume` and `stop`.' });

export const topUpSchema = z
  .strictObject({
    tokens: z.number().positive().max(1e15).meta({ description: 'Tokens to add.' }).exactOptional(),
    usd: z.number().positive().max(1e15).meta({ description: 'US dollars to add.' }).exactOptional(),
    steps: z.number().positive().max(1e15).meta({ description: 'Model calls to add.' }).exactOptional(),
    by,
  })
  .refine(({ tokens, usd, steps }) => tokens !== undefined || usd !== undefined || steps !== undefined, {
    error: 'needs at least one of tokens, usd, steps',
  })
  .meta({ id: 'TopUp', description: 'Argument of the update `topUp`: adds to the budget of the run.' });

export const decision: z.ZodType<Decision> = decideSchema;
