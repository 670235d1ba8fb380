import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import { hintFor } from '../../contracts/schemas/nearest-name';
import { loadTeam, type LoadedTeam } from './load-team';

export interface CataloguedTeam extends LoadedTeam {
  digest: string;
}

/** The teams of a worker, by the name of their folder or file. */
export interface TeamCatalog {
  list(): Promise<string[]>;
  /** Throws `InvalidTeam` when it is faulty and `InvalidInput` when there is none of that name. */
  load(name: string): Promise<CataloguedTeam>;
  /** Where a team's files are; undefined for a name that is none of ours. */
  folderOf(name: string): Promise<string | undefined>;
  /** Name of the team a run gets that names none (`CADRE_TEAM`). */
  readonly defaultTeam?: string;
}

export interface TeamCatalogOptions {
  /** Folders of teams, or team folders themselves; the first that has a name wins. */
  folders: readonly string[];
  /** Value of `CADRE_TEAM`: a team's name, or the path of a team's folder or file. */
  defaultTeam?: string;
}

const filesWatchedMax = 2_000;
const teamsMax = 1_000;

/** A catalogue over team folders. Files are read again as soon as one of them has changed. */
export function makeTeamCatalog(options: TeamCatalogOptions): TeamCatalog {
  return new FolderCatalog(options);
}

class FolderCatalog implements TeamCatalog {
  readonly defaultTeam?: string;
  private readonly folders: string[];
  private readonly loaded = new Map<string, { stamp: string; team: CataloguedTeam }>();

  constructor({ folders, defaultTeam }: TeamCatalogOptions) {
    this.folders = [...folders];
    if (defaultTeam === undefined || defaultTeam === '') return;
    if (/[/\\]|\.ya?ml$/.test(defaultTeam)) this.folders.unshift(defaultTeam);
    this.defaultTeam = nameOf(defaultTeam);
  }

  async list(): Promise<string[]> {
    return [...(await this.places()).keys()];
  }

  async folderOf(name: string): Promise<string | undefined> {
    const place = (await this.places()).get(name);
    return place === undefined || !isYaml(place) ? place : path.dirname(place);
  }

  async load(name: string): Promise<CataloguedTeam> {
    const places = await this.places();
    const place = places.get(name);
    if (place === undefined) {
      const hint = hintFor(name, [...places.keys()], 'teams');
      throw new CadreError('InvalidInput', `There is no team named "${name}" here (${hint}).`);
    }
    const stamp = await stampOf(place);
    const before = this.loaded.get(place);
    if (before?.stamp === stamp) return before.team;
    const { team, notices } = await loadTeam(place);
    const loaded = { team, notices, digest: digestOf(team) };
    this.loaded.set(place, { stamp, team: loaded });
    return loaded;
  }

  /** Team names with their folder or file. */
  private async places(): Promise<Map<string, string>> {
    const places = new Map<string, string>();
    const add = (place: string): void => {
      const name = nameOf(place);
      if (!places.has(name) && places.size < teamsMax) places.set(name, place);
    };
    for (const folder of this.folders) {
      if (isYaml(folder) || (await holdsTeam(folder))) add(folder);
      else for (const place of await teamsIn(folder)) add(place);
    }
    return places;
  }
}

const isYaml = (place: string): boolean => /\.ya?ml$/.test(place);
const nameOf = (place: string): string => path.basename(path.resolve(place)).replace(/\.ya?ml$/, '');

async function holdsTeam(folder: string): Promise<boolean> {
  for (const name of ['team.yaml', 'team.yml']) {
    const about = await stat(path.join(folder, name)).catch(() => undefined);
    if (about?.isFile()) return true;
  }
  return false;
}

async function teamsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const places: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = path.join(folder, entry.name);
    if (isYaml(entry.name) && entry.isFile()) {
      if (await saysTeam(place)) places.push(place);
    } else if (entry.isDirectory() && (await holdsTeam(place))) places.push(place);
  }
  return places;
}

/** Whether a YAML file among other things of a folder is a team: it says so at its beginning. */
async function saysTeam(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^kind:[ \t]*["']?Team\b/m.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Changes whenever a file of the team is added, removed or written. */
async function stampOf(place: string): Promise<string> {
  const marks: string[] = [];
  const walk = async (at: string, depth: number): Promise<void> => {
    const about = await stat(at).catch(() => undefined);
    if (!about || marks.length > filesWatchedMax) return;
    marks.push(`${at}:${about.mtimeMs}:${about.size}`);
    if (!about.isDirectory() || depth > 6) return;
    for (const name of (await readdir(at)).sort()) {
      if (name !== 'node_modules' && name !== '.git') await walk(path.join(at, name), depth + 1);
    }
  };
  await walk(isYaml(place) ? path.dirname(place) : place, isYaml(place) ? 6 : 0);
  return marks.join('\n');
}
