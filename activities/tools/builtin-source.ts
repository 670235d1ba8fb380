import type { Logger } from 'pino';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import type { Environment } from '../deps';
import type { Store } from '../stores';
import type { BuiltinTool } from './define-tool';
import type { Roots } from './jail';
import { noneRefused, type SourceTool, type SourceTools } from './tool-source';

export interface BuiltinSurroundings {
  roots: Roots;
  env: Environment;
  store: Store;
  log: Logger;
  now: () => Date;
}

/** The tools of one builtin, as a source of a team (`options` are the source's own). */
export function builtinSource(
  source: string,
  tools: readonly BuiltinTool[],
  options: JsonObject,
  around: BuiltinSurroundings,
): SourceTools {
  const described = tools.map(({ name, description, input, effect }): SourceTool => ({
    name,
    description,
    input,
    reported: effect,
    definition: digestOf({ name, description, input }),
  }));
  return {
    list: () => Promise.resolve(described),
    refused: () => noneRefused,
    async call({ tool: name, args, effect, agent, run, signal, timeoutMs, idempotencyKey }) {
      const tool = tools.find((candidate) => candidate.name === name);
      if (!tool) throw new CadreError('UnknownTool', `The source ${source} has no tool named "${name}".`);
      signal.throwIfAborted();
      const late = AbortSignal.timeout(timeoutMs);
      const context = { ...around, options, agent, run, signal: AbortSignal.any([signal, late]) };
      try {
        const reply = await tool.run(args, { ...context, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
        const { value, isError = false, sources = tool.trusted ? [] : [`${source}.${name}`], artifacts } = reply;
        return { value, isError, sources, ...(artifacts ? { artifacts } : {}) };
      } catch (error) {
        if (signal.aborted || CadreError.is(error)) throw error;
        const unclear = effect === 'read' ? 'ToolFailed' : 'OutcomeUnknown';
        if (late.aborted)
          throw new CadreError(unclear, `The tool ${source}.${name} took longer than ${timeoutMs} ms and was stopped.`);
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== undefined) throw new CadreError(unclear, `The tool ${source}.${name} failed: ${message}.`);
        throw error;
      }
    },
  };
}
