import { CadreError } from '../../contracts/failures';
import { untrustedSetOf, type UntrustedSet } from '../../contracts/untrusted';
import { canonicalJson } from './canonical-json';
import { RecentMap } from './recent-map';
import type { Database, Statement } from './sql/database';

/** Sources of one set; more are counted in one entry, for what matters is that a set is not empty (I5, I8). */
const sourcesMax = 10_000;
const rememberedMax = 500;

export interface UntrustedUnion {
  /** Null: nothing untrusted. */
  readonly set: UntrustedSet | null;
  /** Writes the set; null when the store holds it. To be put into the transaction that first names it. */
  readonly statement: Statement | null;
}

/** The full lists behind the fixed-size references that history carries (I8). */
export class UntrustedSets {
  private readonly remembered = new RecentMap<string, readonly string[]>(rememberedMax);

  constructor(private readonly db: Database) {}

  /** All sources of `sets` (and of their unmerged parts) and `sources` together; stored before it returns. */
  async union(sets: readonly (UntrustedSet | null)[], sources: readonly string[] = []): Promise<UntrustedSet | null> {
    const { set, statement } = await this.planUnion(sets, sources);
    if (statement) await this.db.write([statement]);
    return set;
  }

  /** As `union`, by ids alone. */
  unionUntrusted(ids: readonly string[], sources: readonly string[] = []): Promise<UntrustedSet | null> {
    return this.union(
      ids.map((setId) => ({ setId, count: 0, sample: [] })),
      sources,
    );
  }

  async planUnion(sets: readonly (UntrustedSet | null)[], sources: readonly string[]): Promise<UntrustedUnion> {
    const known = sets.filter((set) => set !== null);
    const whole = known.filter((set) => !set.of && untrustedSetOf(set.sample)?.setId === set.setId);
    const named = known.filter((set) => !whole.includes(set));
    const ids = new Set(named.flatMap((set) => set.of ?? [set.setId]));
    const lists = [
      ...whole.map(({ sample }) => sample),
      ...(await Promise.all([...ids].map((id) => this.sourcesOrName(id)))),
    ];
    const all = bounded([...new Set([...sources, ...lists.flat()])].sort());
    const set = untrustedSetOf(all);
    if (!set || this.remembered.get(set.setId)) return { set, statement: null };
    const row = { id: set.setId, sources: canonicalJson(all) };
    return {
      set,
      statement: {
        query: this.db.sql
          .insertInto('untrusted_set')
          .values(row)
          .onConflict((oc) => oc.doNothing()),
      },
    };
  }

  /** A set that is lost stays untrusted: its id stands for what was in it. */
  private async sourcesOrName(setId: string): Promise<readonly string[]> {
    try {
      return await this.sources(setId);
    } catch (error) {
      if (CadreError.is(error) && error.kind === 'BlobMissing') return [`set:${setId}`];
      throw error;
    }
  }

  /** The sources of a stored set, sorted. Throws `BlobMissing`. */
  async sources(setId: string): Promise<readonly string[]> {
    const known = this.remembered.get(setId);
    if (known) return known;
    const row = await this.db.readFirst(
      this.db.sql.selectFrom('untrusted_set').select('sources').where('id', '=', setId),
    );
    if (!row) throw new CadreError('BlobMissing', `The store does not hold the set of untrusted sources ${setId}.`);
    const sources = JSON.parse(row.sources) as string[];
    if (untrustedSetOf(sources)?.setId !== setId) {
      throw new CadreError('InternalError', `The stored set of untrusted sources ${setId} is damaged and is not used.`);
    }
    this.remembered.set(setId, sources);
    return sources;
  }
}

function bounded(sources: string[]): string[] {
  if (sources.length <= sourcesMax) return sources;
  const kept = sources.slice(0, sourcesMax - 1);
  return [...kept, `and ${sources.length - kept.length} more`].sort();
}
