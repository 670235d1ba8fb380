import type { Tool } from '@modelcontextprotocol/client';
import { CadreError } from '../../../contracts/failures';
import type { Json } from '../../../contracts/json';
import type { Effect } from '../../../contracts/team';
import { shortDigest } from '../../../contracts/digest';
import type { ToolOutcome } from '../../deps';
import { gateDefinitions } from '../definition-gate';
import { errorValue, type SourceCall, type SourceTool, type SourceTools } from '../tool-source';
import { toolLimits } from '../tool-limits';
import type { CallFault, Connection } from './connection';
import type { ConnectionPool } from './connection-pool';
import { outputProblems } from './output-problems';
import type { PinnedDefinitions } from './pinned-definitions';
import { readResult } from './read-result';
import type { ServerConfig } from './server-config';

/** The tools of one MCP server. */
export class McpSource implements SourceTools {
  private turnedAway: ReadonlyMap<string, string> = new Map();
  private read: { from: Tool[]; tools: SourceTool[] } | undefined;

  constructor(
    private readonly server: ServerConfig,
    private readonly pool: ConnectionPool,
    private readonly pinned: PinnedDefinitions,
  ) {}

  refused(): ReadonlyMap<string, string> {
    return this.turnedAway;
  }

  async list(signal: AbortSignal): Promise<SourceTool[]> {
    const listed = await this.pool.use(this.server, signal, (connection) => this.ask(connection));
    if (this.read?.from !== listed) this.read = { from: listed, tools: this.gate(listed) };
    return Promise.all(this.read.tools.map((tool) => this.held(tool)));
  }

  async call(call: SourceCall): Promise<ToolOutcome> {
    const first = await this.attempt(call);
    if ('value' in first) return first;
    // One reconnect, and only for what changes nothing: an effect is never sent twice from here (I4).
    const mayRepeat = first.fault === 'lost' && (call.effect === 'read' || !first.sent);
    const last = mayRepeat ? await this.attempt(call) : first;
    if ('value' in last) return last;
    throw this.failureOf(call, last);
  }

  private async attempt(
    call: SourceCall,
  ): Promise<ToolOutcome | Exclude<CallFault, { fault: 'rejected' | 'too-large' }>> {
    const { tool, args, timeoutMs, signal } = call;
    const sources = [`${this.server.name}.${tool}`];
    return this.pool.use(this.server, signal, async (connection) => {
      const listed = (await this.ask(connection)).find(({ name }) => name === tool);
      const answer = await connection.callTool({ name: tool, args, key: call.idempotencyKey }, timeoutMs, signal);
      switch (answer.fault) {
        case null: {
          this.pool.noteSuccess(this.server);
          const read = readResult(tool, answer.result);
          const problems = read.isError
            ? []
            : outputProblems(listed?.outputSchema as Json | undefined, answer.result.structuredContent);
          if (problems.length === 0) return { ...read, sources };
          const message = `The answer of ${tool} does not fit the server's own schema: ${problems.join('; ')}.`;
          return { value: errorValue('ToolFailed', message, { answer: read.value }), isError: true, sources };
        }
        case 'rejected':
          return {
            value: errorValue('ToolFailed', `The server ${this.server.name} refused the call: ${answer.message}`),
            isError: true,
            sources,
          };
        case 'too-large': {
          const { bytes, max, head } = answer.dropped;
          const message = `The answer of ${tool} has at least ${bytes} bytes; ${max} are taken. The call was carried out; ask for less.`;
          return { value: errorValue('PayloadTooLarge', message, { head }), isError: true, sources };
        }
        case 'timeout':
          // It may hang for good: the next call gets a fresh server.
          if (this.server.kind === 'stdio') await this.pool.discardIfAlone(this.server, connection);
          return answer;
        case 'lost':
          await this.pool.discard(this.server, connection);
          return answer;
      }
    });
  }

  private failureOf(
    { tool, effect, timeoutMs }: SourceCall,
    fault: Exclude<CallFault, { fault: 'rejected' | 'too-large' }>,
  ): CadreError {
    const name = `${this.server.name}.${tool}`;
    const what =
      fault.fault === 'timeout'
        ? `The tool ${name} did not answer within ${timeoutMs} ms`
        : `The tool server ${this.server.name} was lost during ${tool} (${fault.message})`;
    if (effect !== 'read' && fault.sent) {
      return new CadreError('OutcomeUnknown', `${what}; whether it took effect is not known.`);
    }
    if (fault.fault === 'timeout') return new CadreError('ToolFailed', `${what}.`);
    return new CadreError('Overloaded', `${what}.`, { retryAfterMs: toolLimits.restartMs });
  }

  private async ask(connection: Connection): Promise<Tool[]> {
    try {
      return await connection.listTools();
    } catch (error) {
      await this.pool.discard(this.server, connection);
      const why = error instanceof Error ? error.message : String(error);
      // A list that cannot be read stays so; a server that is gone or slow may come back.
      throw new CadreError(
        error instanceof RangeError ? 'ToolFailed' : 'Overloaded',
        `The tool server ${this.server.name} does not list its tools: ${why}.`,
      );
    }
  }

  private gate(listed: readonly Tool[]): SourceTool[] {
    const given = listed.map(({ name, description = '', inputSchema }) => ({
      name,
      description,
      input: inputSchema as Json,
    }));
    const { accepted, refused } = gateDefinitions(given);
    this.turnedAway = refused;
    const byName = new Map(listed.map((tool) => [tool.name, tool]));
    return accepted.map((tool) => ({ ...tool, reported: reportedEffect(byName.get(tool.name)) }));
  }

  private async held(tool: SourceTool): Promise<SourceTool> {
    const { identity } = this.server;
    const pinned = await this.pinned.mismatch(identity, tool.name, tool.definition);
    if (pinned === null) return tool;
    const disabled =
      `The server ${this.server.name} has changed its definition of ${tool.name} since it was pinned ` +
      `(${shortDigest(pinned)} then, ${shortDigest(tool.definition)} now), so it is disabled. Read the new one, and if ` +
      `it is what you want, run: npx cadre tools repin ${identity} ${tool.name} ${tool.definition} --by YOUR_NAME`;
    return { ...tool, disabled };
  }
}

/** Annotations are the server's word: they can only make a tool count as more dangerous (ASI02). */
function reportedEffect(tool: Tool | undefined): Effect {
  const { readOnlyHint, destructiveHint, idempotentHint } = tool?.annotations ?? {};
  if (readOnlyHint === true) return 'read';
  if (destructiveHint === true) return idempotentHint === true ? 'write' : 'irreversible';
  return readOnlyHint === false ? 'write' : 'read';
}
