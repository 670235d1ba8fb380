import { toolLimits } from './tool-limits';

/** A tool on its way into one agent's catalogue: `alias` when the team gave it a name of its own. */
export interface NamedTarget {
  target: string;
  source: string;
  bare: string;
  alias?: string;
}

/**
 * The names a model sees, by target: the alias, else the bare name when no other tool of this agent has it, else
 * `source_tool`. All fit `^[a-zA-Z0-9_-]{1,64}$`, and all are different.
 */
export function modelNames(tools: readonly NamedTarget[]): Map<string, string> {
  const wanted = new Map<string, number>();
  for (const tool of tools) {
    const name = plainName(tool.alias ?? tool.bare);
    wanted.set(name, (wanted.get(name) ?? 0) + 1);
  }
  const taken = new Set<string>();
  const names = new Map<string, string>();
  const give = (tool: NamedTarget, name: string): void => {
    const free = unused(name, taken);
    taken.add(free);
    names.set(tool.target, free);
  };
  for (const tool of tools) if (tool.alias !== undefined) give(tool, plainName(tool.alias));
  for (const tool of tools) {
    if (tool.alias !== undefined) continue;
    const bare = plainName(tool.bare);
    give(tool, wanted.get(bare) === 1 ? bare : plainName(`${tool.source}_${tool.bare}`));
  }
  return names;
}

export function plainName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, toolLimits.nameChars) || 'tool';
}

function unused(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2, free = name; ; n += 1) {
    if (!taken.has(free)) return free;
    const ending = `_${n}`;
    free = name.slice(0, toolLimits.nameChars - ending.length) + ending;
  }
}
