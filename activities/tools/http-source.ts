import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { HttpToolSource } from '../../contracts/team';
import type { Environment, ToolOutcome } from '../deps';
import { fillEnv, fillEnvIn } from './fill-env';
import { schemaProblems } from '../models/schema-check';
import { errorValue, noneRefused, type SourceCall, type SourceTool, type SourceTools } from './tool-source';
import { toolLimits } from './tool-limits';

type Operation = HttpToolSource['operations'][string];

/**
 * Operations of an HTTP service as tools. Only the origin of `baseUrl` is ever called and no redirect is followed
 * (SSRF): path parameters are encoded, so an argument can neither leave the path nor name another host.
 */
export class HttpSource implements SourceTools {
  private readonly tools: SourceTool[];

  constructor(
    private readonly name: string,
    private readonly source: HttpToolSource,
    private readonly env: Environment,
    private readonly answerBytes: number = toolLimits.answerBytes,
  ) {
    this.tools = Object.entries(source.operations).map(([operation, { description, input }]) => ({
      name: operation,
      description,
      input,
      reported: 'read',
      definition: digestOf({ name: operation, description, input }),
    }));
  }

  list(): Promise<SourceTool[]> {
    return Promise.resolve(this.tools);
  }

  refused(): ReadonlyMap<string, string> {
    return noneRefused;
  }

  async call(call: SourceCall): Promise<ToolOutcome> {
    const operation = Object.hasOwn(this.source.operations, call.tool) ? this.source.operations[call.tool] : undefined;
    if (!operation)
      throw new CadreError('UnknownTool', `The source ${this.name} has no operation named "${call.tool}".`);
    const problems = schemaProblems(operation.input, call.args);
    if (problems.length > 0)
      throw new CadreError(
        'ToolFailed',
        `The arguments of ${call.tool} do not fit its schema: ${problems.join('; ')}.`,
      );
    const { url, init } = this.request(operation, call);
    const late = AbortSignal.timeout(call.timeoutMs);
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any([call.signal, late]) });
      const outcome = await this.read(call, response);
      return { ...outcome, sources: [`${this.name}.${call.tool}`] };
    } catch (error) {
      call.signal.throwIfAborted();
      if (CadreError.is(error)) throw error;
      throw this.failureOf(call, error, late.aborted);
    }
  }

  private request(operation: Operation, call: SourceCall): { url: URL; init: RequestInit } {
    const where = `The tool source ${this.name}`;
    const base = new URL(fillEnv(this.source.baseUrl, this.env, where));
    const used = new Set<string>();
    const path = operation.path.replace(/\{([A-Za-z0-9_]+)\}/g, (_whole, name: string) => {
      used.add(name);
      return pathPart(call.args[name], name);
    });
    const url = new URL(`${base.pathname.replace(/\/$/, '')}/${path.replace(/^\//, '')}`, base.origin);
    if (url.origin !== base.origin) throw new CadreError('ToolNotAllowed', `${where} may only call ${base.origin}.`);
    const rest = Object.fromEntries(Object.entries(call.args).filter(([name]) => !used.has(name)));
    const method = operation.method.toUpperCase();
    const headers = new Headers(fillEnvIn(this.source.headers ?? {}, this.env, where));
    headers.set('accept', 'application/json, text/*;q=0.9');
    if (operation.keyHeader && call.idempotencyKey !== undefined) headers.set(operation.keyHeader, call.idempotencyKey);
    if (method === 'GET' || method === 'HEAD' || method === 'DELETE') {
      for (const [name, value] of Object.entries(rest)) if (value !== null) url.searchParams.set(name, textOf(value));
      return { url, init: { method, headers } };
    }
    headers.set('content-type', 'application/json');
    return { url, init: { method, headers, body: JSON.stringify(rest) } };
  }

  private async read({ tool, effect }: SourceCall, response: Response): Promise<Omit<ToolOutcome, 'sources'>> {
    const { status } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      const message = `The service answered ${tool} with a redirect to ${response.headers.get('location') ?? 'nowhere'}, which is not followed.`;
      return { value: errorValue('ToolFailed', message), isError: true };
    }
    const { text, bytes, whole } = await this.readBody(response);
    if (!whole) {
      const message = `The answer of ${tool} has at least ${bytes} bytes; ${this.answerBytes} are taken. The call was carried out; ask for less.`;
      return {
        value: errorValue('PayloadTooLarge', message, { head: text.slice(0, toolLimits.answerHeadBytes) }),
        isError: true,
      };
    }
    const value = bodyOf(text, response.headers.get('content-type') ?? '');
    if (status === 429 || status === 503) throw tryLater(tool, effect, response);
    if (status >= 500 && effect === 'read')
      throw new CadreError('Overloaded', `The service answered ${tool} with status ${status}.`);
    if (status >= 500)
      throw new CadreError(
        'OutcomeUnknown',
        `The service answered ${tool} with status ${status}; whether it took effect is not known.`,
      );
    if (status >= 400)
      return {
        value: errorValue('ToolFailed', `The service refused ${tool} with status ${status}.`, { answer: value }),
        isError: true,
      };
    return { value, isError: false };
  }

  private async readBody(response: Response): Promise<{ text: string; bytes: number; whole: boolean }> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      chunks.push(part.value as Uint8Array);
      bytes += (part.value as Uint8Array).byteLength;
      if (bytes > this.answerBytes) {
        await reader?.cancel();
        break;
      }
    }
    return { text: Buffer.concat(chunks).toString('utf8'), bytes, whole: bytes <= this.answerBytes };
  }

  private failureOf({ tool, effect, timeoutMs }: SourceCall, error: unknown, late: boolean): CadreError {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = (cause as { code?: string }).code ?? '';
    const what = late ? `did not answer within ${timeoutMs} ms` : `cannot be reached (${code || String(cause)})`;
    const sentence = `The service of ${this.name} ${what} for ${tool}`;
    // Refused connections and unknown hosts say that nothing was sent; everything else may have arrived.
    const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code);
    if (effect !== 'read' && !unsent)
      return new CadreError('OutcomeUnknown', `${sentence}; whether it took effect is not known.`);
    return new CadreError(late ? 'ToolFailed' : 'Overloaded', `${sentence}.`);
  }
}

function tryLater(tool: string, effect: SourceCall['effect'], response: Response): CadreError {
  const seconds = Number(response.headers.get('retry-after'));
  const later = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  const { status } = response;
  if (status === 503 && effect !== 'read') {
    return new CadreError(
      'OutcomeUnknown',
      `The service answered ${tool} with status 503; whether it took effect is not known.`,
    );
  }
  return new CadreError(
    status === 429 ? 'RateLimited' : 'Overloaded',
    `The service asks to slow down: ${tool} got status ${status}.`,
    later,
  );
}

function pathPart(value: Json | undefined, name: string): string {
  const text = value === undefined ? '' : textOf(value);
  if (text === '' || text === '.' || text === '..')
    throw new CadreError('ToolFailed', `The argument "${name}" is part of the address and cannot be "${text}".`);
  return encodeURIComponent(text);
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function bodyOf(text: string, contentType: string): Json {
  if (!contentType.includes('json') && !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
