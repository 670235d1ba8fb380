import { z } from 'zod';
import { agentSpec, bareTeam, teamSpec } from './team';
import { givenName, names, shortText, text } from './values';

/** Versions of the format that load; the second is that of the documents the project was founded on. */
export const apiVersions = ['cadre/v1', 'agent.ceo/v1'] as const;
export const documentKinds = ['Team', 'AgentConfig', 'TaskTree'] as const;
export type DocumentKind = (typeof documentKinds)[number];

const metadata = z.strictObject({
  name: givenName,
  description: shortText.exactOptional(),
  eventPrefix: shortText.exactOptional(),
  labels: z.record(z.string(), z.string()).exactOptional(),
});
const head = { apiVersion: z.enum(apiVersions).exactOptional(), metadata };

export const teamDocument = z.strictObject({ ...head, kind: z.literal('Team'), spec: teamSpec });
export const agentDocument = z.strictObject({ ...head, kind: z.literal('AgentConfig'), spec: agentSpec });

export interface TaskTreeNode {
  agent: string;
  task: string;
  children?: TaskTreeNode[];
}
const taskTreeNode: z.ZodType<TaskTreeNode> = z.lazy(() =>
  z.strictObject({
    agent: givenName,
    task: text,
    children: z.array(taskTreeNode).max(64).exactOptional(),
  }),
);
export const taskTreeDocument = z.strictObject({
  ...head,
  kind: z.literal('TaskTree'),
  spec: z.strictObject({ root: taskTreeNode }),
});

const blockers = z.union([shortText, z.array(shortText).max(64)]);
const artifact = z.strictObject({
  owner: givenName.exactOptional(),
  status: z.enum(['not_started', 'pending', 'in_progress', 'complete', 'failed']).exactOptional(),
  path: shortText.exactOptional(),
  blockedBy: blockers.exactOptional(),
});
const boardDecision = z.strictObject({ agent: givenName, decision: text, rationale: text.exactOptional() });
export const blackboardDocument = z.strictObject({
  taskId: shortText,
  status: shortText.exactOptional(),
  artifacts: z.record(shortText, artifact).exactOptional(),
  decisions: z.array(boardDecision).max(1024).exactOptional(),
});
export const meetingDocument = z.strictObject({
  title: shortText,
  participants: names.min(1),
  agenda: z.array(text).max(64).exactOptional(),
  decisionRequired: z.boolean().exactOptional(),
  maxDurationMinutes: z.number().positive().max(10_080).exactOptional(),
  quorum: z.number().positive().exactOptional(),
  chair: givenName.exactOptional(),
  runActionItems: z.boolean().exactOptional(),
});

export { bareTeam };
export type TaskTreeDocument = z.infer<typeof taskTreeDocument>;
export type BlackboardDocument = z.infer<typeof blackboardDocument>;
export type MeetingDocument = z.infer<typeof meetingDocument>;

/** An inline team of a run's input: the keys of `spec`, a name if one is wanted, or a whole Team document. */
export const inlineTeam = z.strictObject({ name: givenName.exactOptional(), ...bareTeam.shape });
