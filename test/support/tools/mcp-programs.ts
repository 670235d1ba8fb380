import { setTimeout as sleep } from 'node:timers/promises';
import type { McpToolSource } from '../../../contracts/team';

/** A tool source that is a Node program. */
export const stdio = (file: string, args: string[] = [], over: Partial<McpToolSource> = {}): McpToolSource => ({
  kind: 'mcp',
  command: process.execPath,
  args: [file, ...args],
  zone: 'tools',
  effects: { '*': 'read' },
  ...over,
});

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Whether it has ended within three seconds. */
export async function untilDead(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 60 && isAlive(pid); tries += 1) await sleep(50);
  return !isAlive(pid);
}
