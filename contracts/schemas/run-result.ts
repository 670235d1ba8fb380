import { z } from 'zod';
import { failures, type FailureKind, type FailureRecord } from '../failures';
import { decisions } from '../approval';
import { endStatuses } from '../run';
import { effects } from '../team';
import { jsonObject, jsonValue } from './values';

const usage = z
  .strictObject({
    inputTokens: z.number(),
    cachedInputTokens: z.number(),
    outputTokens: z.number(),
    usd: z.number().nullable().meta({ description: 'null as soon as one call had no known price.' }),
    modelCalls: z.number(),
    toolCalls: z.number(),
  })
  .meta({ id: 'Usage' });

const kinds = Object.keys(failures) as [FailureKind, ...FailureKind[]];
const failureFields = {
  kind: z.enum(kinds),
  message: z.string(),
  retryable: z.boolean(),
  agent: z.string().exactOptional(),
  path: z.string().exactOptional(),
  step: z.number().exactOptional(),
  attempt: z.number().exactOptional(),
};
const failure: z.ZodType<FailureRecord> = z.lazy(() => failureSchema);
const failureSchema: z.ZodType<FailureRecord> = z
  .strictObject({ ...failureFields, cause: failure.exactOptional() })
  .meta({ id: 'Failure', description: 'One link of the chain; `cause` is the next one inwards.' });

const untrustedSet = z.strictObject({ setId: z.string(), count: z.number(), sample: z.array(z.string()), of: z.array(z.string()).exactOptional() });
const settled = z.strictObject({
  decision: z.enum([...decisions, 'expire']),
  by: z.string(),
  identity: z.enum(['claimed', 'signed', 'engine']),
  reason: z.string().exactOptional(),
  at: z.string(),
  args: jsonObject.exactOptional(),
  digest: z.string().exactOptional(),
  to: z.string().exactOptional(),
});
export const approvalSchema = z
  .strictObject({
    id: z.string(),
    digest: z.string(),
    agent: z.string(),
    path: z.string(),
    tool: z.string(),
    args: jsonObject,
    effect: z.enum(effects),
    reason: z.string().meta({ description: "The agent's own words; a model wrote them." }),
    risk: z.string(),
    untrustedSources: z.array(z.string()),
    untrusted: untrustedSet.nullable(),
    requestedAt: z.string(),
    deadline: z.string(),
    group: z.string().nullable(),
    onTimeout: z.enum(['reject', 'escalate', 'hold']),
    state: z.enum(['open', 'approved', 'rejected', 'edited', 'expired', 'withdrawn']),
    settled: settled.exactOptional(),
    reassigned: z.array(z.strictObject({ by: z.string(), to: z.string(), at: z.string() })).exactOptional(),
  })
  .meta({ id: 'Approval' });

const artifact = z.strictObject({ name: z.string(), blob: z.string(), bytes: z.number(), mime: z.string(), agent: z.string() });

/** Result of every run (contract §3). */
export const runResultSchema = z
  .strictObject({
    status: z.enum(endStatuses),
    output: jsonValue,
    summary: z.string(),
    steps: z.number(),
    usage,
    agents: z.record(z.string(), z.strictObject({ steps: z.number(), usage })),
    approvals: z.array(approvalSchema),
    failures: z.array(failureSchema),
    artifacts: z.array(artifact),
    auditHead: z.string().nullable(),
    stoppedBecause: z.string().meta({ description: 'Why it stopped, where a pattern has several ways to.' }).exactOptional(),
    parts: jsonValue.meta({ description: 'How each part fared: subtasks, branches, rounds, stages.' }).exactOptional(),
    from: z.string().meta({ description: 'The agent or node whose words the output is.' }).exactOptional(),
    untrusted: untrustedSet.nullable().meta({ description: 'Untrusted sources the output derives from.' }).exactOptional(),
    messageId: z.string().nullable().meta({ description: 'The envelope that carried the output.' }).exactOptional(),
    private: z.literal(true).meta({ description: 'The output may reach local models only.' }).exactOptional(),
    head: z.string().nullable().meta({ description: 'Transcript head, to take the run up again.' }).exactOptional(),
  })
  .meta({ id: 'RunResult', description: 'What every run returns.' });
