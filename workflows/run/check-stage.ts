import { bodyToJson, isInline } from '../../contracts/body';
import type { JsonObject, JsonSchema } from '../../contracts/json';
import { isJsonObject, textOf } from '../../contracts/json';
import type { CheckNode } from '../../contracts/node';
import { schemaFindings } from '../../contracts/schema-findings';
import { after, attemptNode } from './perform-node';
import type { Outcome, Scope } from './scope';
import { askFor, openConversation, opening } from './talk';

const defaultPassScore = 0.7;

/** What a check finds wrong with a stage's output; empty when it passes. */
export async function checkStage(scope: Scope, outcome: Outcome, check: CheckNode, stage: string): Promise<string[]> {
  const findings = check.schema ? bySchema(outcome, check.schema) : [];
  if (findings.length > 0) return findings;
  const place = after(scope, outcome, { agent: stage });
  if (check.tool !== undefined) findings.push(...(await byTool(place, check.tool, check.args ?? {}, stage)));
  if (findings.length > 0 || check.agent === undefined) return findings;
  const talk = openConversation(place, check.agent);
  const review = await askFor<{ score: number; problems: string[] }>(talk, 'score', opening(place));
  scope.run.note('check', check.agent, scope.path, `${stage}: ${review.score}`);
  if (review.score >= (check.passScore ?? defaultPassScore)) return [];
  return review.problems.length > 0 ? review.problems : [`${check.agent} gave it ${review.score}.`];
}

/** A tool that fails has found something as well: a check that cannot be made is not passed. */
async function byTool(place: Scope, tool: string, args: JsonObject, stage: string): Promise<string[]> {
  const tried = await attemptNode(place, { tool, args, name: `check-${stage}` });
  if ('failure' in tried) return [`${tool} could not check it: ${tried.failure.message}`];
  const result = bodyToJson(tried.outcome.output);
  if (isJsonObject(result) && '$ref' in result) return [`${tool} found too much to be listed here.`];
  const problems = isJsonObject(result) ? result['problems'] : undefined;
  return Array.isArray(problems) ? problems.map(textOf) : [];
}

function bySchema(outcome: Outcome, schema: JsonSchema): string[] {
  if (isInline(outcome.output)) return schemaFindings(outcome.output.inline, schema);
  return [
    `the output has ${outcome.output.bytes} bytes: a schema check takes outputs up to the inline limit; give the agent an output schema instead`,
  ];
}
