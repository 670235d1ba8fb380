import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import { givenName } from '../../contracts/schemas/values';
import type { Team } from '../../contracts/team';
import { buildTeam } from './build-team';
import { addNamedAgents, checkReferences } from './check-references';
import { checkRules } from './check-rules';
import { readDocuments, teamFileBytesMax, type TeamDocument } from './read-documents';
import { isDocument, sortDocuments } from './sort-documents';
import { draftTeam } from './team-draft';
import { Findings, Place } from './team-faults';
import { documentFilesOf, noFiles, TeamFolder, type TeamFiles } from './team-folder';

export interface LoadedTeam {
  team: Team;
  /** What a person should know and is no fault. */
  notices: string[];
}

/**
 * Loads a team from a folder (`team.yaml`, the other YAML files beside it, and JSON files that hold a document) or from one file. Throws one
 * `InvalidTeam` with every fault in it (`InvalidTeamError.faultsOf` gives them as a list).
 */
export async function loadTeam(folderOrFile: string): Promise<LoadedTeam> {
  const about = await stat(folderOrFile).catch(() => undefined);
  if (!about) throw new CadreError('InvalidTeam', `There is no team at ${folderOrFile}: no such folder or file.`);
  const folder = about.isDirectory() ? folderOrFile : path.dirname(folderOrFile);
  const files = about.isDirectory() ? await documentFilesOf(folderOrFile) : [path.basename(folderOrFile)];
  const stem = path.basename(path.resolve(folderOrFile)).replace(/\.(ya?ml|json)$/, '');
  const name = givenName.safeParse(stem).success ? stem : 'team';
  if (files.length === 0) {
    throw new CadreError('InvalidTeam', `The folder ${folderOrFile} holds no team: it has no team.yaml.`);
  }
  const findings = new Findings();
  const documents: TeamDocument[] = [];
  for (const file of files) {
    const where = path.join(folder, file);
    const { size } = await stat(where);
    if (size > teamFileBytesMax)
      new Place(findings, file, () => 1).fault(`is larger than ${teamFileBytesMax / 1024} KiB`);
    else if (!about.isDirectory() || !(await isForeign(where)))
      documents.push(...readDocuments(await readFile(where, 'utf8'), file, findings));
  }
  return assemble(documents, findings, name, false, await TeamFolder.open(folder));
}

/** A JSON file in a team's folder that holds no document of a team: a schema, sample data. */
async function isForeign(file: string): Promise<boolean> {
  if (!file.endsWith('.json')) return false;
  try {
    return !isDocument(JSON.parse(await readFile(file, 'utf8')) as Json);
  } catch {
    return true;
  }
}

/** Makes a team of the JSON in a run's input: the keys of `spec` with an optional `name`, or a whole Team document. */
export async function inlineTeamOf(value: Json): Promise<LoadedTeam> {
  const findings = new Findings();
  const place = new Place(findings, '', () => undefined, ['team']);
  let name = 'inline';
  let body = value;
  if (isJsonObject(value) && !Object.hasOwn(value, 'kind') && Object.hasOwn(value, 'name')) {
    const { name: own, ...rest } = value;
    const parsed = givenName.safeParse(own);
    if (parsed.success) name = parsed.data;
    else place.at('name').fault('must be a name of letters, digits, "-", "_" or "."');
    body = rest;
  }
  return assemble([{ value: body, place }], findings, name, true, noFiles);
}

/** Makes a team of texts, e.g. a snippet; files it names are looked for in no folder. */
export async function teamOfText(text: string, name = 'team'): Promise<LoadedTeam> {
  const findings = new Findings();
  return assemble(readDocuments(text, `${name}.yaml`, findings), findings, name, false, noFiles);
}

async function assemble(
  documents: TeamDocument[],
  findings: Findings,
  fallbackName: string,
  inline: boolean,
  files: TeamFiles,
): Promise<LoadedTeam> {
  const sorted = sortDocuments(documents);
  if (findings.faults.length === 0 && documents.length === 0) {
    new Place(findings, fallbackName, () => undefined).fault(
      'holds no document',
      'write a Team, or copy one of the shipped ones',
    );
  }
  const draft = draftTeam(sorted, fallbackName, inline);
  addNamedAgents(draft, sorted);
  const team = await buildTeam(draft, sorted, files);
  checkReferences(draft, team);
  checkRules(draft, team);
  findings.settle(draft.name);
  return { team, notices: findings.notices };
}
