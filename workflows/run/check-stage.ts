import { isInline } from '../../contracts/body';
import type { JsonSchema } from '../../contracts/json';
import type { CheckNode } from '../../contracts/node';
import { schemaFindings } from '../../contracts/schema-findings';
import { after } from './perform-node';
import type { Outcome, Scope } from './scope';
import { askFor, openConversation, opening } from './talk';

const defaultPassScore = 0.7;

/** What a check finds wrong with a stage's output; empty when it passes. */
export async function checkStage(scope: Scope, outcome: Outcome, check: CheckNode, stage: string): Promise<string[]> {
  const findings = check.schema ? bySchema(outcome, check.schema) : [];
  if (findings.length > 0 || check.agent === undefined) return findings;
  const place = after(scope, outcome, { agent: stage });
  const talk = openConversation(place, check.agent);
  const review = await askFor<{ score: number; problems: string[] }>(talk, 'score', opening(place));
  scope.run.note('check', check.agent, scope.path, `${stage}: ${review.score}`);
  if (review.score >= (check.passScore ?? defaultPassScore)) return [];
  return review.problems.length > 0 ? review.problems : [`${check.agent} gave it ${review.score}.`];
}

function bySchema(outcome: Outcome, schema: JsonSchema): string[] {
  if (isInline(outcome.output)) return schemaFindings(outcome.output.inline, schema);
  return [
    `the output has ${outcome.output.bytes} bytes: a schema check takes outputs up to the inline limit; give the agent an output schema instead`,
  ];
}
