import { z } from 'zod';
import { artifactStatuses } from '../board';
import { givenName, jsonValue, names, shortText, text } from './values';

export interface TaskTreeNode {
  agent: string;
  task: string;
  children?: TaskTreeNode[];
}
export const taskTreeNode: z.ZodType<TaskTreeNode> = z.lazy(() => taskTreeObject);
const taskTreeObject = z
  .strictObject({
    agent: givenName.meta({ description: 'Who does the task.' }),
    task: text.meta({ description: 'What is to be done.' }),
    children: z.array(taskTreeNode).max(64).meta({ description: 'Parts that others do.' }).exactOptional(),
  })
  .meta({ id: 'TaskTree' });

const blockers = z.union([shortText, z.array(shortText).max(64)]);
const artifact = z.strictObject({
  owner: givenName.meta({ description: 'Agent that makes it.' }).exactOptional(),
  status: z.enum(artifactStatuses).meta({ description: 'not_started when left out.' }).exactOptional(),
  path: shortText.meta({ description: 'Where it is, or shall be.' }).exactOptional(),
  blockedBy: blockers.meta({ description: 'Artifacts that must be complete first: a name or a list.' }).exactOptional(),
  task: text.meta({ description: 'What its owner is to do; its name by default.' }).exactOptional(),
  value: jsonValue.meta({ description: 'What it holds already.' }).exactOptional(),
});
const boardDecision = z.strictObject({
  agent: givenName,
  decision: text,
  rationale: text.exactOptional(),
});
export const blackboardDocument = z
  .strictObject({
    taskId: shortText.meta({ description: 'Name of the board.' }),
    status: shortText.meta({ description: 'How the whole stands.' }).exactOptional(),
    artifacts: z.record(shortText, artifact).meta({ description: 'Artifacts by name.' }).exactOptional(),
    decisions: z.array(boardDecision).max(1024).meta({ description: 'Decisions taken so far.' }).exactOptional(),
  })
  .meta({ id: 'Board' });

export const meetingDocument = z.strictObject({
  title: shortText,
  participants: names.min(1),
  agenda: z.array(text).max(64).exactOptional(),
  decisionRequired: z.boolean().exactOptional(),
  maxDurationMinutes: z.number().positive().max(10_080).exactOptional(),
  quorum: z.number().positive().exactOptional(),
  chair: givenName.exactOptional(),
  rule: z.enum(['majority', 'consensus']).exactOptional(),
  rounds: z.int().min(1).max(5).exactOptional(),
  runActionItems: z.boolean().exactOptional(),
});

export type BlackboardDocument = z.infer<typeof blackboardDocument>;
export type MeetingDocument = z.infer<typeof meetingDocument>;
