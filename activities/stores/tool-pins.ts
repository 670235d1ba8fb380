import type { Database } from './sql/database';

export interface ToolPin {
  readonly server: string;
  readonly tool: string;
  readonly digest: string;
  readonly pinnedAt: string;
  readonly pinnedBy: string;
}

/** Definitions of MCP tools, fixed at first use: a server that changes one afterwards is found out. */
export class ToolPins {
  constructor(private readonly db: Database) {}

  /** Pins a tool that is not pinned yet; returns the pin that holds, whose digest the caller compares. */
  async pin(pin: ToolPin): Promise<ToolPin> {
    const known = await this.get(pin.server, pin.tool);
    if (known) return known;
    await this.db.write([{ query: this.insert(pin).onConflict((oc) => oc.doNothing()) }]);
    return (await this.get(pin.server, pin.tool)) ?? pin;
  }

  /** A person has accepted the changed definition. */
  async repin(pin: ToolPin): Promise<void> {
    const changed = { digest: pin.digest, pinned_at: pin.pinnedAt, pinned_by: pin.pinnedBy };
    await this.db.write([
      { query: this.insert(pin).onConflict((oc) => oc.columns(['server', 'tool']).doUpdateSet(changed)) },
    ]);
  }

  async get(server: string, tool: string): Promise<ToolPin | null> {
    return this.db.readFirst(this.select().where('server', '=', server).where('tool', '=', tool));
  }

  async list(server: string): Promise<ToolPin[]> {
    return this.db.read(this.select().where('server', '=', server).orderBy('tool'));
  }

  private select() {
    return this.db.sql
      .selectFrom('tool_pin')
      .select(['server', 'tool', 'digest', 'pinned_at as pinnedAt', 'pinned_by as pinnedBy']);
  }

  private insert({ server, tool, digest, pinnedAt, pinnedBy }: ToolPin) {
    return this.db.sql
      .insertInto('tool_pin')
      .values({ server, tool, digest, pinned_at: pinnedAt, pinned_by: pinnedBy });
  }
}
