import type { JsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import type { Knowledge } from '../data/knowledge';
import { labelled } from '../answer/label';
import { compareText } from '../words/order';
import { idfOver, overlap, termSet } from '../words/terms';

/**
 * The choice whose name and description share most with the task. Confidence is the lead over the next that is described
 * otherwise: two that fit alike give a low one, and so does a task that fits nothing. Choices that are described with the
 * same words are alternatives to each other, and no reason to be less sure.
 */
export function chooseRoute(request: ModelRequest, known: Knowledge): JsonObject {
  const wanted = termSet(known.reading.task);
  const about = (request.choices ?? []).map(({ name, description }) => ({
    name,
    same: [...termSet(description)].sort(compareText).join(' '),
    terms: termSet(`${name} ${description}`),
  }));
  const idf = idfOver(about.map(({ terms }) => terms));
  const scored = about
    .map(({ name, same, terms }) => ({
      name,
      same,
      score: overlap(terms, wanted, idf) + overlap(termSet(name), wanted, idf),
      shared: [...terms].filter((term) => wanted.has(term)).sort(compareText),
    }))
    .sort((a, b) => b.score - a.score || compareText(a.name, b.name));
  const [best] = scored;
  if (best === undefined || best.score === 0) {
    return { route: best?.name ?? '', confidence: 0, reason: labelled('No choice shares a word with the task.') };
  }
  const twins = scored.filter((other) => other !== best && other.score === best.score && other.same === best.same);
  const second = scored.find((other) => other !== best && !twins.includes(other));
  const lead = (best.score - (second?.score ?? 0)) / best.score;
  const support = Math.min(1, 0.7 + 0.15 * best.shared.length);
  const confidence = Math.round(Math.sqrt(lead) * support * 0.95 * 100) / 100;
  const next = second && second.score > 0 ? `; next is ${second.name}` : '';
  return {
    route: best.name,
    confidence,
    reason: labelled(`Shares with the task: ${best.shared.join(', ')}${next}.`),
    ...(twins.length > 0 && { alternatives: twins.slice(0, 8).map(({ name }) => ({ route: name, confidence })) }),
  };
}
