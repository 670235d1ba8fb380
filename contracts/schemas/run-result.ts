import { z } from 'zod';
import { failures, type FailureKind, type FailureRecord } from '../failures';
import { decisions } from '../approval';
import { endStatuses } from '../run';
import { effects } from '../team';
import { jsonObject, jsonValue } from './values';

const usage = z
  .strictObject({
    inputTokens: z.number().meta({ description: 'Tokens that models were given.' }),
    cachedInputTokens: z.number().meta({ description: 'Those of them that a provider had cached.' }),
    outputTokens: z.number().meta({ description: 'Tokens that models gave.' }),
    usd: z.number().nullable().meta({ description: 'null as soon as one call had no known price.' }),
    modelCalls: z.number().meta({ description: 'Requests to models.' }),
    toolCalls: z.number().meta({ description: 'Calls of tools.' }),
  })
  .meta({ id: 'Usage' });

const kinds = Object.keys(failures) as [FailureKind, ...FailureKind[]];
const failureFields = {
  kind: z.enum(kinds).meta({ description: 'A heading of docs/errors.md.' }),
  message: z.string().meta({ description: 'What happened, where, and what to do next.' }),
  retryable: z.boolean().meta({ description: 'Whether the same may succeed another time.' }),
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
    id: z.string().meta({ description: 'What `decide` names.' }),
    digest: z.string().meta({ description: 'Digest of the exact action.' }),
    agent: z.string(),
    path: z.string(),
    tool: z.string().meta({ description: 'The tool that waits to be called.' }),
    args: jsonObject.meta({ description: 'The arguments it would be called with.' }),
    effect: z.enum(effects),
    reason: z.string().meta({ description: "The agent's own words; a model wrote them." }),
    risk: z.string().meta({ description: 'What the call changes, and what the agent has read before.' }),
    untrustedSources: z.array(z.string()).meta({ description: 'A sample of the untrusted sources it derives from.' }),
    untrusted: untrustedSet.nullable(),
    requestedAt: z.string(),
    deadline: z.string().meta({ description: 'Until when it waits.' }),
    group: z.string().nullable().meta({ description: 'The approver group that decides; null: any.' }),
    onTimeout: z.enum(['reject', 'escalate', 'hold']).meta({ description: 'What happens at the deadline.' }),
    state: z.enum(['open', 'approved', 'rejected', 'edited', 'expired', 'withdrawn']),
    settled: settled.exactOptional(),
    reassigned: z.array(z.strictObject({ by: z.string(), to: z.string(), at: z.string() })).exactOptional(),
  })
  .meta({ id: 'Approval' });

const artifact = z.strictObject({ name: z.string(), blob: z.string(), bytes: z.number(), mime: z.string(), agent: z.string() });

/** Result of every run (contract §3). */
export const runResultSchema = z
  .strictObject({
    status: z.enum(endStatuses).meta({ description: 'How it ended.' }),
    output: jsonValue.meta({ description: 'What it came to; a body above 10 KiB is `{$ref, bytes, head}`.' }),
    summary: z.string().meta({ description: 'The beginning of the output, as text.' }),
    steps: z.number().meta({ description: 'Model calls of the run and its children.' }),
    usage,
    agents: z.record(z.string(), z.strictObject({ steps: z.number(), usage })).meta({ description: 'What each agent used.' }),
    approvals: z.array(approvalSchema).meta({ description: 'What persons were asked, and how it was settled.' }),
    failures: z.array(failureSchema).meta({ description: 'All failures, those that were overcome included.' }),
    artifacts: z.array(artifact).meta({ description: 'Bodies that tools have kept for people.' }),
    auditHead: z.string().nullable().meta({ description: 'The last entry of the audit chain.' }),
    stoppedBecause: z.string().meta({ description: 'Why it stopped, where a pattern has several ways to.' }).exactOptional(),
    parts: jsonValue.meta({ description: 'How each part fared: subtasks, branches, rounds, stages.' }).exactOptional(),
    from: z.string().meta({ description: 'The agent or node whose words the output is.' }).exactOptional(),
    untrusted: untrustedSet.nullable().meta({ description: 'Untrusted sources the output derives from.' }).exactOptional(),
    messageId: z.string().nullable().meta({ description: 'The envelope that carried the output.' }).exactOptional(),
    private: z.literal(true).meta({ description: 'The output may reach local models only.' }).exactOptional(),
    head: z.string().nullable().meta({ description: 'Transcript head, to take the run up again.' }).exactOptional(),
  })
  .meta({ id: 'RunResult', description: 'What every run returns.' });
