import { CadreError } from '../../contracts/failures';
import { digestOfBytes } from './canonical-json';
import type { Database, Statement } from './sql/database';
import type { BlobKind } from './sql/tables';

export interface BlobInput {
  readonly content: Uint8Array | string;
  readonly kind: BlobKind;
  readonly createdAt: string;
}

export interface BlobHead {
  readonly id: string;
  readonly kind: BlobKind;
  readonly bytes: number;
  readonly createdAt: string;
}

/** Larger bodies are refused with `PayloadTooLarge`: they would pass through memory whole. */
export const blobBytesMax = 64 * 1024 * 1024;

/** The id of a content: `sha256:<hex>` over its bytes (a text's UTF-8). */
export function blobIdOf(content: Uint8Array | string): string {
  return digestOfBytes(content);
}

/** Content-addressed bodies: written once, never changed, checked on every read (F65, F66). */
export class Blobs {
  constructor(private readonly db: Database) {}

  async put(input: BlobInput): Promise<BlobHead> {
    const { head, statement } = this.statementFor(input);
    await this.db.write([statement]);
    return head;
  }

  /** The same, with the right of a tree of runs to read it, in one transaction. */
  async putFor(root: string, input: BlobInput): Promise<BlobHead> {
    const { head, statement } = this.statementFor(input);
    await this.db.write([statement, ...this.refStatements(root, [head.id])]);
    return head;
  }

  /** Gives a tree of runs the right to read bodies that are in the store already. */
  async refer(root: string, ids: readonly string[]): Promise<void> {
    await this.db.write(this.refStatements(root, ids));
  }

  /** What one tree of runs may read by id; `root` is `<root workflow id>#<its first run id>`. */
  ofRun(root: string): RunBlobs {
    return new RunBlobs(this, (id) => this.isOf(root, id));
  }

  private async isOf(root: string, id: string): Promise<boolean> {
    const query = this.db.sql.selectFrom('blob_ref').select('blob').where('root', '=', root).where('blob', '=', id);
    return (await this.db.readFirst(query)) !== null;
  }

  /** Bytes of a blob, whatever run it is of. Throws `BlobMissing`, or `InternalError` when the stored bytes do not match the id. */
  async get(id: string): Promise<Buffer> {
    const row = await this.db.readFirst(this.db.sql.selectFrom('blob').select('body').where('id', '=', id));
    if (!row) {
      throw new CadreError('BlobMissing', `The store does not hold the body ${id}; restore it or start the run again.`);
    }
    const bytes = Buffer.from(row.body.buffer, row.body.byteOffset, row.body.byteLength);
    if (digestOfBytes(bytes) !== id) {
      throw new CadreError(
        'InternalError',
        `The stored body ${id} is damaged: its bytes have another digest. Not used.`,
      );
    }
    return bytes;
  }

  async getText(id: string): Promise<string> {
    return (await this.get(id)).toString('utf8');
  }

  async head(id: string): Promise<BlobHead | null> {
    const { sql } = this.db;
    return this.db.readFirst(
      sql.selectFrom('blob').select(['id', 'kind', 'bytes', 'created_at as createdAt']).where('id', '=', id),
    );
  }

  /** For a transaction of several rows; in order of the ids, for the same reason as the blobs themselves. */
  refStatements(root: string, ids: readonly string[]): Statement[] {
    if (ids.length === 0) return [];
    const rows = [...new Set(ids)].sort().map((blob) => ({ root, blob }));
    const query = this.db.sql
      .insertInto('blob_ref')
      .values(rows)
      .onConflict((oc) => oc.doNothing());
    return [{ query }];
  }

  /** For a transaction of several rows. */
  statementFor(input: BlobInput): { head: BlobHead; statement: Statement } {
    const body = typeof input.content === 'string' ? Buffer.from(input.content, 'utf8') : input.content;
    if (body.byteLength > blobBytesMax) {
      throw new CadreError(
        'PayloadTooLarge',
        `A body of ${body.byteLength} bytes is too large for the store (at most ${blobBytesMax}); split it.`,
      );
    }
    const { kind, createdAt } = input;
    const head = { id: blobIdOf(body), kind, bytes: body.byteLength, createdAt };
    const row = { id: head.id, kind, bytes: head.bytes, body, created_at: createdAt };
    return {
      head,
      statement: {
        query: this.db.sql
          .insertInto('blob')
          .values(row)
          .onConflict((oc) => oc.doNothing()),
      },
    };
  }
}

/** The bodies of one tree of runs: an id that a model or a caller has come by elsewhere opens nothing (I9). */
export class RunBlobs {
  constructor(
    private readonly blobs: Pick<Blobs, 'get' | 'head'>,
    private readonly isOwn: (id: string) => Promise<boolean>,
  ) {}

  /** Throws `ToolFailed` for an id that is none of this run's: a model may have made it up and can go on without. */
  async get(id: string): Promise<Buffer> {
    if (await this.isOwn(id)) return this.blobs.get(id);
    throw new CadreError(
      'ToolFailed',
      `This run has no body ${id}: only what it was given or has made itself can be read by its id.`,
    );
  }

  async getText(id: string): Promise<string> {
    return (await this.get(id)).toString('utf8');
  }

  /** Null for a body of another run as well. */
  async head(id: string): Promise<BlobHead | null> {
    return (await this.isOwn(id)) ? this.blobs.head(id) : null;
  }
}
