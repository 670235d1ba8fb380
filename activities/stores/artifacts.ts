import type { Database, Statement } from './sql/database';

/** A named product of a run; its bytes are the blob. The same name with other bytes is a later version of it. */
export interface Artifact {
  readonly run: string;
  readonly name: string;
  readonly blob: string;
  readonly mime: string;
  readonly bytes: number;
  readonly agent: string;
  readonly path: string;
  readonly createdAt: string;
}

const artifactsMax = 1_000;

export class Artifacts {
  constructor(private readonly db: Database) {}

  async put(artifact: Artifact): Promise<void> {
    await this.db.write([this.statementFor(artifact)]);
  }

  /** Oldest first, all versions. */
  async list(run: string): Promise<Artifact[]> {
    return this.db.read(
      this.db.sql
        .selectFrom('artifact')
        .select(['run', 'name', 'blob', 'mime', 'bytes', 'agent', 'path', 'created_at as createdAt'])
        .where('run', '=', run)
        .orderBy('created_at')
        .orderBy('name')
        .limit(artifactsMax),
    );
  }

  /** Those of a tree of runs (`<root workflow id>#<its first run id>`), children included; oldest first, all versions. */
  async listTree(root: string): Promise<Artifact[]> {
    const below = `${root.slice(0, root.lastIndexOf('#'))}/`;
    const { sql } = this.db;
    return this.db.read(
      sql
        .selectFrom('artifact')
        .select(['run', 'name', 'blob', 'mime', 'bytes', 'agent', 'path', 'created_at as createdAt'])
        .where((eb) =>
          eb.or([
            eb('run', '=', root),
            // Children have ids below their root's. An earlier run of the same id had such children too: not its bodies.
            eb.and([
              eb(eb.fn<string>('substr', ['run', eb.val(1), eb.val([...below].length)]), '=', below),
              eb('blob', 'in', sql.selectFrom('blob_ref').select('blob_ref.blob').where('root', '=', root)),
            ]),
          ]),
        )
        .orderBy('created_at')
        .orderBy('name')
        .limit(artifactsMax),
    );
  }

  /** For a transaction of several rows. */
  statementFor({ createdAt, ...artifact }: Artifact): Statement {
    const row = { ...artifact, created_at: createdAt };
    return {
      query: this.db.sql
        .insertInto('artifact')
        .values(row)
        .onConflict((oc) => oc.doNothing()),
    };
  }
}
