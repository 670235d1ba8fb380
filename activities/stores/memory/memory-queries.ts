import { sql as raw, type ExpressionBuilder } from 'kysely';
import type { Database, Statement } from '../sql/database';
import type { Tables } from '../sql/tables';

type MemoryBuilder = ExpressionBuilder<Tables & { m: Tables['memory'] }, 'm'>;

/** What may be given to anybody: neither expired nor withdrawn nor forgotten, and not replaced by such a one. */
export function liveAt(now: string) {
  return (eb: MemoryBuilder) =>
    eb.and([
      eb('m.quarantined_at', 'is', null),
      eb('m.forgotten_at', 'is', null),
      eb.or([eb('m.expires_at', 'is', null), eb('m.expires_at', '>', now)]),
      isNewest(eb),
    ]);
}

/** An older version counts again when all newer ones are withdrawn; a newer one that has expired still replaces it. */
function isNewest(eb: MemoryBuilder) {
  return eb.not(
    eb.exists(
      eb
        .selectFrom('memory as n')
        .select('n.id')
        .whereRef('n.namespace', '=', 'm.namespace')
        .whereRef('n.key', '=', 'm.key')
        .whereRef('n.version', '>', 'm.version')
        .where('n.quarantined_at', 'is', null),
    ),
  );
}

/** The newest version of the entry's key that is not withdrawn; 0 when all are. */
export function newestVersion(eb: MemoryBuilder) {
  return eb
    .selectFrom('memory as n')
    .select((inner) => inner.fn.coalesce(inner.fn.max('n.version'), raw<number>`0`).as('newest'))
    .whereRef('n.namespace', '=', 'm.namespace')
    .whereRef('n.key', '=', 'm.key')
    .where('n.quarantined_at', 'is', null);
}

/** Carries at least one of the tags. */
export function taggedAny(tags: readonly string[]) {
  return (eb: MemoryBuilder) =>
    eb.exists(
      eb
        .selectFrom('memory_tag as t')
        .select('t.tag')
        .whereRef('t.namespace', '=', 'm.namespace')
        .whereRef('t.entry', '=', 'm.id')
        .where('t.tag', 'in', tags.length > 0 ? [...tags] : ['']),
    );
}

/** Removes entries with what they are found by; `ids` must give the same ones each time it is asked. */
export function dropStatements(
  { sql }: Database,
  which: (eb: MemoryBuilder) => ReturnType<MemoryBuilder['and']>,
  max: number,
): Statement[] {
  const ids = sql.selectFrom('memory as m').select('m.id').where(which).orderBy('m.id').limit(max);
  return [
    { query: sql.deleteFrom('memory_tag').where('entry', 'in', ids) },
    { query: sql.deleteFrom('memory_word').where('entry', 'in', ids) },
    { query: sql.deleteFrom('memory').where('id', 'in', ids) },
  ];
}
