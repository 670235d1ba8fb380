import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import type { BuiltinContext, BuiltinTool } from './define-tool';
import { noneRefused, type SourceTool, type SourceTools } from './tool-source';

export type BuiltinSurroundings = Pick<BuiltinContext, 'roots' | 'env' | 'store' | 'log' | 'now'>;

export function describeBuiltins(tools: readonly BuiltinTool[]): SourceTool[] {
  return tools.map(({ name, description, input, effect }) => ({
    name,
    description,
    input,
    reported: effect,
    definition: digestOf({ name, description, input }),
  }));
}

/** The tools of one builtin, as a source of a team (`options` are the source's own). */
export function builtinSource(
  source: string,
  tools: readonly BuiltinTool[],
  options: JsonObject,
  around: BuiltinSurroundings,
): SourceTools {
  const described = describeBuiltins(tools);
  return {
    list: () => Promise.resolve(described),
    refused: () => noneRefused,
    async call({ team, tool: name, args, effect, agent, run, origin, signal, timeoutMs, idempotencyKey }) {
      const tool = tools.find((candidate) => candidate.name === name);
      if (!tool) throw new CadreError('UnknownTool', `The source ${source} has no tool named "${name}".`);
      signal.throwIfAborted();
      const late = AbortSignal.timeout(timeoutMs);
      const both = AbortSignal.any([signal, late]);
      const context = { ...around, options, team, agent, run, signal: both, ...(origin && { origin }) };
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
