import type { TeamCatalog } from '../teams';

/** Which team digests this worker's own folders hold. A digest seen there once stays known while the worker runs. */
export class RegisteredTeams {
  private readonly seen = new Set<string>();

  constructor(private readonly teams: TeamCatalog) {}

  async has(name: string, digest: string): Promise<boolean> {
    if (this.seen.has(digest)) return true;
    const names = await this.teams.list();
    // The folder is usually named like the team; a faulty team elsewhere must not hide a sound one.
    for (const candidate of [...names].sort((a, b) => Number(b === name) - Number(a === name))) {
      const team = await this.teams.load(candidate).catch(() => undefined);
      if (!team || team.team.inline) continue;
      this.seen.add(team.digest);
      if (team.digest === digest) return true;
    }
    return false;
  }
}
