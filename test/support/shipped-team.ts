import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { ScriptInput } from '../../activities/models';
import type { Harness } from './harness';

export const shippedTeams = path.join(__dirname, '..', '..', 'agents');

/** A shipped team under another name in the harness's folder, its models replaced; to be made before the worker starts. */
export function shippedWith(cadre: Harness, team: string, name: string, models: object): void {
  const folder = path.join(cadre.folder, 'agents', name);
  cpSync(path.join(shippedTeams, team), folder, { recursive: true });
  const file = path.join(folder, 'team.yaml');
  const document = parse(readFileSync(file, 'utf8')) as { metadata: { name: string }; spec: { models: object } };
  document.metadata.name = name;
  document.spec.models = models;
  // Nodes that an anchor shares are written out.
  writeFileSync(file, stringify(document, { aliasDuplicateObjects: false }));
}

/** The same with a scripted model. */
export function scriptedTeam(cadre: Harness, team: string, name: string, script: ScriptInput): void {
  shippedWith(cadre, team, name, { auto: { provider: 'scripted', script: `${name}.json` } });
  writeFileSync(path.join(cadre.folder, `${name}.json`), JSON.stringify(script));
}
