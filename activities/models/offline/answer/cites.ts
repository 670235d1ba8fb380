import type { Json } from '../../../../contracts/json';
import { idsIn } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { unique } from '../words/order';
import type { DataRecord } from '../data/records';
import { nameWords } from '../words/terms';

/**
 * Ids a record is cited by: those it names as its own sources, else its id; where the schema asks for it, the ids it
 * mentions too. All of them stand in the data. Of a record that was handed on by another agent only those are kept
 * that the data has a record for: what nobody can look up is no citation.
 */
export function citesOf(record: DataRecord, known: Knowledge, described = ''): string[] {
  const own = ownCites(record);
  const base = unique([...(record.id === '' ? [] : [record.id]), ...own]);
  if (own.length > 0 && known.all.length > 1) {
    const ids = idsOf(known);
    return base.filter((id) => id === record.id || ids.has(id));
  }
  if (!/mention|linked|related|refer/i.test(described)) return base;
  return unique([...base, ...mentionedIds(record, known)]);
}

const idSets = new WeakMap<Knowledge, Set<string>>();

function idsOf(known: Knowledge): ReadonlySet<string> {
  const before = idSets.get(known);
  if (before) return before;
  const ids = new Set(known.all.map((one) => one.id));
  idSets.set(known, ids);
  return ids;
}

function ownCites(record: DataRecord): string[] {
  for (const [path, value] of record.fields) {
    if (!/^(?:cites?|citations?|sources|references|refs)$/.test(nameWords(path).at(-1) ?? '') || path.includes('.'))
      continue;
    const own = idTexts(value);
    if (own.length > 0) return own;
  }
  return [];
}

function idTexts(value: Json): string[] {
  if (typeof value === 'string') return value.split(/[,;]\s+/).filter((text) => text !== '' && !/\s/.test(text));
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string' && item !== '' && !/\s/.test(item));
}

const mentionsMax = 12;

/** Ids of other things in a record's lists of links and in its texts: known ones, and those made like an id. */
function mentionedIds(record: DataRecord, known: Knowledge): string[] {
  const inTexts = idsIn([record.title ?? '', ...record.texts].join('\n')).filter((id) =>
    /^\p{Lu}[\p{Lu}\p{N}_]*[-#]\d+$/u.test(id),
  );
  return unique([...known.mentions.of(record).map((other) => other.id), ...inTexts])
    .filter((id) => id !== record.id)
    .slice(0, mentionsMax);
}
