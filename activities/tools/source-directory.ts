import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { Team, ToolSource } from '../../contracts/team';
import { RecentMap } from '../stores/recent-map';
import { builtins } from './builtins';
import { builtinSource, describeBuiltins, type BuiltinSurroundings } from './builtin-source';
import { engineTools } from './engine-tools';
import { fillEnvDeep } from './fill-env';
import { HttpSource } from './http-source';
import type { ConnectionPool } from './mcp/connection-pool';
import { McpSource } from './mcp/mcp-source';
import type { PinnedDefinitions } from './mcp/pinned-definitions';
import { resolveServer } from './mcp/server-config';
import type { SourceTool, SourceTools } from './tool-source';

interface DirectoryOptions {
  around: BuiltinSurroundings;
  pool: ConnectionPool;
  pinned: PinnedDefinitions;
  isOperatorSource: (sourceDigest: string) => boolean;
  answerBytes?: number;
}

const rememberedMax = 256;

/** Finds what stands behind a source of a team; equal declarations share what was made for the first. */
export class SourceDirectory {
  /** Tools of the engine itself, which nobody lists. */
  readonly engine: SourceTools;
  readonly engineTools: SourceTool[];
  private readonly made = new RecentMap<string, SourceTools>(rememberedMax);
  private readonly digests = new WeakMap<ToolSource, string>();

  constructor(private readonly options: DirectoryOptions) {
    this.engine = builtinSource('cadre', engineTools, {}, options.around);
    this.engineTools = describeBuiltins(engineTools);
  }

  /** Throws `UnknownTool` for a source nobody declared, `ToolNotAllowed` for a foreign one in an inline team. */
  sourceOf(team: Team, name: string): SourceTools {
    const source = Object.hasOwn(team.tools, name) ? team.tools[name] : undefined;
    if (!source) throw new CadreError('UnknownTool', `The team ${team.name} declares no tool source named "${name}".`);
    const digest = this.digestOf(source);
    if (team.inline && source.kind !== 'builtin' && !this.options.isOperatorSource(digest)) {
      // Its author may be anybody who can start a run: they do not choose programs, hosts or secrets of this worker (I9).
      throw new CadreError(
        'ToolNotAllowed',
        `The team was given inline and declares the ${source.kind} source ${name}; only builtin tools can be used so. Put the team into a team folder of the worker.`,
      );
    }
    const key = `${name} ${digest}`;
    const known = this.made.get(key);
    if (known) return known;
    const tools = this.make(name, source, team.inline);
    this.made.set(key, tools);
    return tools;
  }

  private make(name: string, source: ToolSource, inline: boolean): SourceTools {
    const { around, pool, pinned, answerBytes } = this.options;
    switch (source.kind) {
      case 'builtin': {
        const tools = Object.hasOwn(builtins, source.builtin) ? builtins[source.builtin] : undefined;
        if (!tools) {
          throw new CadreError(
            'InvalidTeam',
            `The source ${name} names the builtin "${source.builtin}"; there are: ${Object.keys(builtins).join(', ')}.`,
          );
        }
        const options = inline ? source.options : fillEnvDeep(source.options, around.env, `The tool source ${name}`);
        return builtinSource(name, tools, options, around);
      }
      case 'http':
        return new HttpSource(name, source, around.env, answerBytes);
      case 'mcp':
        return new McpSource(resolveServer(name, source, around.env, around.roots.base), pool, pinned);
    }
  }

  private digestOf(source: ToolSource): string {
    const known = this.digests.get(source) ?? digestOf(source);
    this.digests.set(source, known);
    return known;
  }
}
