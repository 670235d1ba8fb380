import type { AgentConfig } from '../../contracts/team';
import { artifacts } from './builtins/artifacts';
import { board, openBoard } from './builtins/board';
import { memory, recallTool, rememberTool } from './builtins/memory';
import type { BuiltinTool } from './define-tool';

/** Tools of the source `cadre`, which no team declares (contracts/authority.ts names them too). */
export const engineTools: readonly BuiltinTool[] = [...artifacts, ...memory, ...board, openBoard];

/** Those that an agent is offered: memory by its tags, the board where its node stands on one. */
export function engineToolsFor({ memory: tags }: Pick<AgentConfig, 'memory'>, onBoard: boolean): string[] {
  return [
    ...artifacts.map(({ name }) => name),
    ...(tags.read.length > 0 ? [recallTool.name] : []),
    ...(tags.write.length > 0 ? [rememberTool.name] : []),
    ...(onBoard ? board.map(({ name }) => name) : []),
  ];
}
