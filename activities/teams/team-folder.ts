import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { JsonSchema } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import { unfitForJson } from '../../contracts/schemas/parse-shape';
import type { AgentConfig } from '../../contracts/team';
import type { Place } from './team-faults';

const fileBytesMax = 256 * 1024;
const documentFilesMax = 128;

/** Reads files a team names; every path is held inside the team's folder, symbolic links included. */
export interface TeamFiles {
  text(file: string, place: Place): Promise<string | undefined>;
}

/** For a team that came as JSON in a run's input: it has no folder. */
export const noFiles: TeamFiles = {
  text: (file, place) => {
    place.fault(`names the file ${file}, and a team given inline has no files`, 'write the text itself');
    return Promise.resolve(undefined);
  },
};

export class TeamFolder implements TeamFiles {
  private constructor(private readonly root: string) {}

  static async open(folder: string): Promise<TeamFolder> {
    return new TeamFolder(await realpath(folder));
  }

  async text(file: string, place: Place): Promise<string | undefined> {
    if (path.isAbsolute(file) || file.includes('\0')) return outside(file, place);
    let real: string;
    try {
      real = await realpath(path.resolve(this.root, file));
    } catch {
      place.fault(`names the file ${file}, which does not exist in the team's folder`);
      return undefined;
    }
    if (!real.startsWith(this.root + path.sep)) return outside(file, place);
    const about = await stat(real);
    if (!about.isFile()) {
      place.fault(`names ${file}, which is not a file`);
      return undefined;
    }
    if (about.size > fileBytesMax) {
      place.fault(`names the file ${file}, which is larger than ${fileBytesMax / 1024} KiB`);
      return undefined;
    }
    return (await readFile(real, 'utf8')).replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  }
}

function outside(file: string, place: Place): undefined {
  place.fault(
    `names the file ${file}, which is outside the team's folder`,
    'a team reads files of its own folder only',
  );
}

/** The files of a team folder that may hold documents, YAML and JSON: `team.yaml` first, the others by name. */
export async function documentFilesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries
    .filter((entry) => /\.(ya?ml|json)$/.test(entry.name) && !entry.isDirectory())
    .map((entry) => entry.name);
  const rank = (name: string): number => (/^team\.ya?ml$/.test(name) ? 0 : 1);
  return files.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, documentFilesMax);
}

/** Whether a text is meant as a file name: one word that ends like one of our text files. */
export function namesFile(text: string): boolean {
  return /^[\w./@-]{1,200}\.(md|txt|json|yaml|yml)$/.test(text);
}

export async function readSchemaFile(files: TeamFiles, file: string, place: Place): Promise<JsonSchema | undefined> {
  const text = await files.text(file, place);
  if (text === undefined) return undefined;
  try {
    const value: unknown = /\.ya?ml$/.test(file) ? parseYaml(text, { maxAliasCount: 100 }) : JSON.parse(text);
    const unfit = unfitForJson(value);
    if (unfit) place.fault(`names ${file}, which ${unfit.message}`);
    else if (isJsonObject(value)) return value;
    else place.fault(`names ${file}, which holds no JSON Schema`);
  } catch (error) {
    place.fault(`names ${file}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

type Skill = AgentConfig['skills'][number];

/** Reads an Agent Skill: the folder's SKILL.md with `name` and `description` in its front matter. */
export async function readSkill(files: TeamFiles, folder: string, place: Place): Promise<Skill | undefined> {
  const file = /SKILL\.md$/.test(folder) ? folder : `${folder.replace(/\/+$/, '')}/SKILL.md`;
  const text = await files.text(file, place);
  if (text === undefined) return undefined;
  const end = text.startsWith('---\n') ? text.indexOf('\n---', 3) : -1;
  if (end < 0) {
    place.fault(
      `names the skill ${folder}, whose SKILL.md has no front matter`,
      'start it with ---, name, description, ---',
    );
    return undefined;
  }
  try {
    const head: unknown = parseYaml(text.slice(4, end), { maxAliasCount: 10 });
    const name = isJsonObject(head) ? head['name'] : undefined;
    const description = isJsonObject(head) ? head['description'] : undefined;
    if (typeof name === 'string' && typeof description === 'string' && name !== '' && description !== '') {
      return {
        name,
        description,
        body: text
          .slice(end + 4)
          .replace(/^[^\n]*\n/, '')
          .trim(),
      };
    }
    place.fault(`names the skill ${folder}, whose SKILL.md lacks "name" or "description"`);
  } catch (error) {
    place.fault(
      `names the skill ${folder}, whose front matter cannot be read: ${error instanceof Error ? error.message : ''}`,
    );
  }
  return undefined;
}
