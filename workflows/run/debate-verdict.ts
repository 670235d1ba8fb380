import type { JsonObject } from '../../contracts/json';
import { textKey } from '../../contracts/merge/claim';
import type { Statement } from './debate-rounds';

/** What the judge answers; it knows positions by their labels only. */
export interface Verdict {
  answer: string;
  verdict: string;
  positions: { label: string; upheld: boolean; reason: string }[];
  agreements: string[];
  disagreements: { about: string; sides: { label: string; claim: string }[] }[];
}

/**
 * The debate's output: the verdict with names put back, and the minority report. That is not left to the judge: every
 * position at the end that the verdict does not uphold stands in it, in its holders' own words.
 */
export function debateOutput(verdict: Verdict, final: readonly Statement[]): JsonObject {
  const { answer, agreements } = verdict;
  const agentOf = new Map(final.map(({ label, agent }) => [label, agent]));
  return {
    verdict: verdict.verdict,
    answer,
    agreements,
    disagreements: verdict.disagreements.map(({ about, sides }) => ({
      about,
      sides: sides.map(({ label, claim }) => ({ from: agentOf.get(label) ?? label, claim })),
    })),
    minorityReport: minorityReport(verdict, final),
  };
}

function minorityReport({ answer, positions }: Verdict, final: readonly Statement[]): JsonObject[] {
  const ruled = new Map(positions.map((position) => [position.label, position]));
  const groups = new Map<string, Statement[]>();
  for (const statement of final) {
    const key = textKey(statement.answer);
    groups.set(key, [...(groups.get(key) ?? []), statement]);
  }
  return [...groups.entries()]
    .filter(([key, held]) => key !== textKey(answer) && !held.some(({ label }) => ruled.get(label)?.upheld === true))
    .map(([, held]) => ({
      answer: held[0]?.answer ?? '',
      heldBy: held.map(({ agent }) => agent).sort(),
      arguments: held.map(({ agent, argument }) => ({ from: agent, argument })),
      judgedSo: held.flatMap(({ label }) => ruled.get(label)?.reason ?? []),
    }));
}
