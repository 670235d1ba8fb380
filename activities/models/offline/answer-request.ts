import type { Json, JsonObject } from '../../../contracts/json';
import type { ModelRequest } from '../../../contracts/model';
import { answerSchema } from './answer-schema';
import { answerText } from './answer-text';
import { actsDone } from './acts-done';
import { gatherKnowledge } from './knowledge';
import type { Knowledge } from './knowledge';
import { labelInto } from './label-into';
import { mergeBranches } from './merge';
import { nextCalls } from './next-calls';
import type { PlannedCall } from './next-calls';
import { planTasks } from './plan';
import { reviewSubtasks } from './review';
import { chooseRoute } from './route';
import { scoreDraft } from './score';
import { judgeSufficiency } from './sufficiency';
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
};

/** One step: tool calls while there is something useful left to call, else the answer in the shape that is asked for. */
export function answerRequest(request: ModelRequest): OfflineAnswer {
  const known = gatherKnowledge(request);
  const forRole = roleAnswers[request.role];
  if (forRole) return { text: roleText(request, forRole(request, known)), toolCalls: [] };
  const toolCalls = nextCalls(request, known);
  if (toolCalls.length > 0) return { text: '', toolCalls };
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
  const labelled = labelInto(value, schema);
  const problems = schema ? schemaProblems(schema, labelled as Json) : [];
  return JSON.stringify(problems.length === 0 ? labelled : value);
}
