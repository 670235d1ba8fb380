import { z } from 'zod';
import { taskTreeNode } from './document-shapes';
import { agentSpec, bareTeam, teamSpec } from './team';
import { givenName, shortText } from './values';

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

export const taskTreeDocument = z.strictObject({
  ...head,
  kind: z.literal('TaskTree'),
  spec: z.strictObject({ root: taskTreeNode }),
});

export { bareTeam };
export type TaskTreeDocument = z.infer<typeof taskTreeDocument>;
export {
  blackboardDocument,
  meetingDocument,
  type BlackboardDocument,
  type MeetingDocument,
  type TaskTreeNode,
} from './document-shapes';

/** An inline team of a run's input: the keys of `spec`, a name if one is wanted, or a whole Team document. */
export const inlineTeam = z.strictObject({ name: givenName.exactOptional(), ...bareTeam.shape });
