import type { Json } from '../../../contracts/json';
import { words } from './terms';
import type { DataRecord } from './records';

/** Ids a record is cited by: those it names as its own sources, else its id. All of them come from the data. */
export function citesOf(record: DataRecord): string[] {
  for (const [path, value] of record.fields) {
    if (!/^(?:cites?|citations?|sources|references|refs)$/.test(words(path).at(-1) ?? '') || path.includes('.')) continue;
    const own = idTexts(value);
    if (own.length > 0) return own;
  }
  return record.id === '' ? [] : [record.id];
}

function idTexts(value: Json): string[] {
  if (typeof value === 'string') return value.split(/[,;]\s+/).filter((text) => text !== '' && !/\s/.test(text));
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string' && item !== '' && !/\s/.test(item));
}
