import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { PatternDeclaration } from '../contracts/pattern-declaration';
import '../workflows/index';
import { registeredPatterns } from '../workflows/run/registry';

const contracts = path.join(__dirname, '..', 'contracts');
const head = '// Written by `npm run schemas` from workflows/index.ts.\n';

/**
 * Writes contracts/pattern-names.ts and contracts/pattern-table.ts: what the patterns declare, as data that activities and
 * the command line read without workflow code. With `--check` nothing is written: exit code 1 when they are not current.
 */
async function main(args: readonly string[]): Promise<number> {
  const patterns = registeredPatterns().map(declarationOf);
  refuseRepeatedRoles(patterns);
  const files: [string, string][] = [
    [
      'pattern-names.ts',
      `${head}export const patternNames = ${JSON.stringify(patterns.map(({ name }) => name))} as const;
       export type PatternName = (typeof patternNames)[number];`,
    ],
    [
      'pattern-table.ts',
      `${head}import type { PatternDeclaration } from './pattern-declaration';
       import type { PatternName } from './pattern-names';

       export const patternTable: Readonly<Record<PatternName, PatternDeclaration>> =
         ${JSON.stringify(Object.fromEntries(patterns.map((pattern) => [pattern.name, pattern])))};`,
    ],
  ];
  const stale: string[] = [];
  for (const [name, text] of files) {
    const file = path.join(contracts, name);
    const wanted = await format(text, { ...(await resolveConfig(file)), filepath: file });
    if (readFileSync(file, 'utf8') === wanted) continue;
    stale.push(name);
    if (!args.includes('--check')) writeFileSync(file, wanted);
  }
  if (stale.length === 0) return 0;
  if (!args.includes('--check')) process.stdout.write(`contracts/: ${stale.join(', ')} written.\n`);
  else process.stderr.write(`contracts/ is not up to date: ${stale.join(', ')}. Run "npm run schemas".\n`);
  return args.includes('--check') ? 1 : 0;
}

function declarationOf(pattern: PatternDeclaration): PatternDeclaration {
  const { name, about, fields, needs, defaultTask, roles, example } = pattern;
  return {
    name,
    about,
    fields,
    ...(needs && { needs }),
    ...(defaultTask !== undefined && { defaultTask }),
    ...(roles && { roles }),
    example,
  };
}

/** The store and the prompts know a role by its name alone. */
function refuseRepeatedRoles(patterns: readonly PatternDeclaration[]): void {
  const owners = new Map<string, string>();
  for (const { name, roles = {} } of patterns) {
    for (const role of Object.keys(roles)) {
      const other = owners.get(role);
      if (other !== undefined) throw new Error(`The patterns ${other} and ${name} both declare the role "${role}".`);
      owners.set(role, name);
    }
  }
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
