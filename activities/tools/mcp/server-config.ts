import { digestOf, shortDigest } from '../../../contracts/digest';
import { CadreError } from '../../../contracts/failures';
import type { McpToolSource } from '../../../contracts/team';
import type { Environment } from '../../deps';
import { fillEnv, fillEnvIn } from '../fill-env';

/** A server ready to be started or called: names of the environment are values by now, so it stays inside the worker. */
export type ServerConfig = StdioServer | HttpServer;
interface ServerNames {
  /** For sentences: the source's name in the team. */
  name: string;
  /** Under which definitions are pinned: the source and what it was configured as, without any secret. */
  identity: string;
  /** Equal configs share a connection. */
  key: string;
}
export interface StdioServer extends ServerNames {
  kind: 'stdio';
  command: string;
  args: string[];
  /** All the server gets of the environment. */
  env: Record<string, string>;
  folder: string;
}
export interface HttpServer extends ServerNames {
  kind: 'http';
  url: URL;
  headers: Record<string, string>;
}

// Enough to find programs and their caches; everything else a server needs is named in its `env`.
const inherited = ['PATH', 'HOME'] as const;

/** Another command, argument or URL is another server, and its definitions are pinned anew. */
export function serverIdentity(name: string, source: McpToolSource): string {
  const { command = null, args = [], url = null } = source;
  return `${name}#${shortDigest(digestOf({ command, args, url }))}`;
}

/** Throws `ToolFailed` when a variable is missing or the source names neither a command nor a URL. */
export function resolveServer(name: string, source: McpToolSource, env: Environment, folder: string): ServerConfig {
  const where = `The tool source ${name}`;
  const identity = serverIdentity(name, source);
  if (source.command !== undefined) {
    const own = fillEnvIn(source.env ?? {}, env, where);
    const given = Object.fromEntries(inherited.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]])));
    const stdio = {
      kind: 'stdio' as const,
      command: fillEnv(source.command, env, where),
      args: (source.args ?? []).map((arg) => fillEnv(arg, env, where)),
      env: { ...given, ...own } as Record<string, string>,
      folder,
    };
    return { ...stdio, name, identity, key: digestOf({ name, ...stdio }) };
  }
  if (source.url === undefined) throw new CadreError('ToolFailed', `${where} names neither a command nor a url.`);
  const text = fillEnv(source.url, env, where);
  if (!URL.canParse(text)) throw new CadreError('ToolFailed', `${where} has a url that cannot be read.`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new CadreError('ToolFailed', `${where} needs an http or https url.`);
  const headers = fillEnvIn(source.headers ?? {}, env, where);
  return { kind: 'http', url, headers, name, identity, key: digestOf({ name, url: url.href, headers }) };
}
