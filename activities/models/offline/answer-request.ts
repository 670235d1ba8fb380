import type { JsonObject } from '../../../contracts/json';
import type { ModelRequest } from '../../../contracts/model';
import { answerSchema } from './answer/answer-schema';
import { answerText } from './answer/answer-text';
import { actsDone } from './tools/acts-done';
import { gatherKnowledge } from './data/knowledge';
import type { Knowledge } from './data/knowledge';
import { offlineLabel } from './answer/label';
import { labelInto } from './answer/label-into';
import { giveVerdict, judgeConsensus, takePosition } from './roles/debate';
import { answerConcerns, breakTie, castBallot, putMotions, speakToItem } from './roles/meeting';
import { giveFinding } from './roles/finding';
import { mergeBranches } from './roles/merge';
import { nextCalls } from './tools/next-calls';
import type { PlannedCall } from './tools/next-calls';
import { planGraph } from './roles/dag';
import { planTasks } from './roles/plan';
import { replanGraph } from './roles/replan';
import { reviewSubtasks } from './roles/review';
import { chooseRoute } from './roles/route';
import { scoreDraft } from './roles/score';
import { judgeSufficiency } from './roles/sufficiency';
import { schemaProblems } from '../schema-check';

export interface OfflineAnswer {
  text: string;
  toolCalls: PlannedCall[];
}

const roleAnswers: Readonly<Record<string, (request: ModelRequest, known: Knowledge) => JsonObject>> = {
  plan: planTasks,
  review: reviewSubtasks,
  sufficiency: judgeSufficiency,
  route: chooseRoute,
  score: scoreDraft,
  merge: mergeBranches,
  position: takePosition,
  consensus: judgeConsensus,
  verdict: giveVerdict,
  contribution: speakToItem,
  reply: answerConcerns,
  motion: putMotions,
  ballot: castBallot,
  tiebreak: breakTie,
  finding: giveFinding,
  dag: planGraph,
  replan: replanGraph,
};

/** One step: tool calls while there is something useful left to call, else the answer in the shape that is asked for. */
export function answerRequest(request: ModelRequest): OfflineAnswer {
  const known = gatherKnowledge(request);
  const forRole = roleAnswers[request.role];
  // Roles that may look things up before they answer are offered tools; the others never are.
  const toolCalls = nextCalls(request, known);
  if (toolCalls.length > 0) return { text: '', toolCalls };
  if (forRole) return { text: roleText(request, forRole(request, known)), toolCalls: [] };
  const text = request.output
    ? answerSchema(request, request.output.schema, known)
    : answerText(known, actsDone(request, known), bestLines(request));
  return { text, toolCalls: [] };
}

function bestLines(request: ModelRequest): number {
  return Math.max(1, Math.min(12, Math.floor(request.maxOutputTokens / 120)));
}

function roleText(request: ModelRequest, value: JsonObject): string {
  const schema = request.output?.schema;
  // A role that has said itself who made the answer knows best where: a short answer is compared with others.
  if (JSON.stringify(value).includes(offlineLabel)) return JSON.stringify(value);
  const labelled = labelInto(value, schema);
  const problems = schema ? schemaProblems(schema, labelled) : [];
  return JSON.stringify(problems.length === 0 ? labelled : value);
}
