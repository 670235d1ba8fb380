import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { canonicalJson, digestOfBytes } from './canonical-json';
import type { Database } from './sql/database';

export interface TeamSnapshot {
  readonly digest: string;
  readonly name: string;
  readonly body: Json;
  readonly createdAt: string;
}

/** Resolved teams as they were when a run started; editing a team never alters a running or replayed run. */
export class TeamSnapshots {
  constructor(private readonly db: Database) {}

  /** Returns the digest of the body, `digestOf(body)`, under which it is found again. */
  async put(snapshot: Omit<TeamSnapshot, 'digest'>): Promise<string> {
    const body = canonicalJson(snapshot.body);
    const digest = digestOfBytes(body);
    const row = { digest, name: snapshot.name, body, created_at: snapshot.createdAt };
    await this.db.write([
      {
        query: this.db.sql
          .insertInto('team_snapshot')
          .values(row)
          .onConflict((oc) => oc.doNothing()),
      },
    ]);
    return digest;
  }

  /** Throws `BlobMissing` when it is not there, `InternalError` when its bytes do not match the digest. */
  async get(digest: string): Promise<TeamSnapshot> {
    const row = await this.db.readFirst(
      this.db.sql.selectFrom('team_snapshot').selectAll().where('digest', '=', digest),
    );
    if (!row)
      throw new CadreError('BlobMissing', `The store does not hold the team ${digest} that this run started with.`);
    if (digestOfBytes(row.body) !== digest) {
      throw new CadreError(
        'InternalError',
        `The stored team ${digest} is damaged: its text has another digest. Not used.`,
      );
    }
    return { digest, name: row.name, body: JSON.parse(row.body) as Json, createdAt: row.created_at };
  }
}
