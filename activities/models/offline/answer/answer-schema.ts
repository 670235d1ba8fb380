import type { Json, JsonSchema } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { schemaProblems } from '../../schema-check';
import { actsDone } from '../tools/acts-done';
import { caveats } from './answer-text';
import { bounds } from '../bounds';
import { fillSchema } from './fill-schema';
import type { FilledSchema } from './fill-schema';
import type { Knowledge } from '../data/knowledge';
import { labelled } from './label';
import { labelInto } from './label-into';

/**
 * JSON text of the output schema, filled from the data, as long as it may be: lists are shortened, best first, until
 * it fits. What no data fills is said in the answer; when a required value has no data, the answer says only that.
 */
export function answerSchema(request: ModelRequest, schema: JsonSchema, known: Knowledge): string {
  const max = Math.min(bounds.answerBytes, Math.floor(request.maxOutputTokens * 3.6));
  let low = 0;
  let high = Math.max(1, known.records.length);
  let best = finished(request, schema, known, high);
  if (Buffer.byteLength(best.text) <= max) return best.text;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const tried = finished(request, schema, known, middle);
    if (Buffer.byteLength(tried.text) <= max) {
      best = tried;
      low = middle;
    } else high = middle - 1;
  }
  return low === 0 ? finished(request, schema, known, 0).text : best.text;
}

function finished(request: ModelRequest, schema: JsonSchema, known: Knowledge, itemsMax: number): { text: string } {
  const filled = fillSchema(schema, known, itemsMax);
  const value = filled.value;
  if (value === undefined) return { text: cannotFill(filled, [], known) };
  const remarks = [...actsDone(request, known), ...remarksOf(filled), ...caveats(known)];
  const whole: Json = isJsonObject(value) ? labelInto(value, schema, remarks) : value;
  if (schemaProblems(schema, whole).length === 0) return { text: JSON.stringify(whole) };
  const problems = schemaProblems(schema, value);
  return problems.length === 0 ? { text: JSON.stringify(value) } : { text: cannotFill(filled, problems, known) };
}

function uncalled(known: Knowledge): string[] {
  if (!known.blind || known.reading.called.size > 0) return [];
  return [
    `None of the tools ${known.toolNames.join(', ')} could be called: the task and its input fill no required argument.`,
  ];
}

function remarksOf({ unfilled, leftOut }: FilledSchema): string[] {
  const names = unfilled.map(([path]) => path);
  return [
    ...(leftOut > 0 ? [`${leftOut} further item${leftOut === 1 ? ' is' : 's are'} left out.`] : []),
    ...(names.length > 0
      ? [
          `Not in the data${unfilled.some(([, times]) => times > 1) ? ' everywhere' : ''}: ${names.slice(0, 8).join(', ')}.`,
        ]
      : []),
  ];
}

function cannotFill({ unfilled }: FilledSchema, problems: readonly string[], known: Knowledge): string {
  const names = unfilled.map(([path]) => path);
  const why = problems.length > 0 ? problems.slice(0, 5).join('; ') : names.slice(0, 8).join(', ') || 'no records';
  return labelled(
    `The answer could not be filled from the data: ${why}. ${[...uncalled(known), ...caveats(known)].join(' ')}`,
  );
}
