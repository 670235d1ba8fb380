import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { CatalogTool, ToolInvocation, ToolOutcome } from '../../../activities/deps';
import { openStore, type Store } from '../../../activities/stores';
import { makeToolFace, type OpenToolFace, type ToolFaceOptions } from '../../../activities/tools';
import type { JsonObject } from '../../../contracts/json';
import type { Team } from '../../../contracts/team';

/** A real store, a real folder and the real face. */
export interface FaceBench {
  folder: string;
  store: Store;
  face: OpenToolFace;
  logged: string[];
  tools(team: Team, agent?: string): Promise<CatalogTool[]>;
  invoke(team: Team, tool: string, args?: JsonObject, over?: Partial<ToolInvocation>): Promise<ToolOutcome>;
  close(): Promise<void>;
}

/** The tree of runs that the calls of a bench belong to. */
export const faceRoot = 'agent/t/1#first';

export async function openFaceBench(over: Partial<ToolFaceOptions> = {}): Promise<FaceBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-tools-'));
  const store = await openStore({ file: path.join(folder, 'state.db') });
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const env = { PATH: process.env['PATH'], HOME: folder };
  const face = makeToolFace({ env, log, store, roots: { base: folder }, ...over });
  return {
    folder,
    store,
    face,
    logged,
    tools: (team, agent = 'worker') => {
      const config = team.agents[agent];
      if (!config) throw new Error(`no agent ${agent}`);
      return face.toolsFor(team, config, new AbortController().signal);
    },
    invoke: (team, tool, args = {}, more = {}) =>
      face.invoke({
        team,
        agent: 'worker',
        tool,
        args,
        signal: new AbortController().signal,
        run: { workflowId: 'agent/t/1', rootWorkflowId: 'agent/t/1', root: faceRoot, path: 'worker', step: 1 },
        ...more,
      }),
    close: async () => {
      await face.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
