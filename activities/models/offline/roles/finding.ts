import type { JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { answerText } from '../answer/answer-text';
import type { Knowledge } from '../data/knowledge';
import { actsDone } from '../tools/acts-done';

const linesMax = 12;

/** What was found out, extracted with its sources. It sees nothing that would have to be done besides. */
export function giveFinding(request: ModelRequest, known: Knowledge): JsonObject {
  const lines = Math.max(1, Math.min(linesMax, Math.floor(request.maxOutputTokens / 120)));
  return { finding: answerText(known, actsDone(request, known), lines) };
}
