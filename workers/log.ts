import { mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

import { DefaultLogger, Runtime, type LogEntry, type LogLevel as SdkLogLevel } from '@temporalio/worker';
import { pino, type Logger } from 'pino';

import { makeRedactor } from '../activities/redact';
import type { Config, LogLevel } from './config';

export interface LogTarget {
  /** Absent = stderr. A file is started anew once it is past its size; one older file is kept (I5). */
  file?: string;
}

const logBytesMax = 10_000_000;
/** Fields whose value is a secret whatever it looks like. */
const secretField =
  /("(?:(?:proxy-)?authorization|(?:x-)?api[-_]?key|(?:access_?)?token|secret|password|(?:set-)?cookie)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** The process's logger: JSON lines, secrets taken out of the finished line, so that no field can be forgotten. */
export function makeLog(config: Pick<Config, 'logLevel' | 'env'>, target: LogTarget = {}): Logger {
  const takeOut = makeRedactor(config.env);
  const redact = (line: string): string => takeOut(line).replace(secretField, '$1"[redacted]"');
  if (target.file) makeRoom(target.file);
  // Synchronous: the last lines before an end are the ones that are needed.
  const destination = pino.destination({ dest: target.file ?? 2, sync: true });
  return pino(
    {
      level: config.logLevel,
      base: { pid: process.pid },
      hooks: { streamWrite: redact },
      serializers: { err: errorFields },
    },
    destination,
  );
}

function makeRoom(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    if (statSync(file).size > logBytesMax) renameSync(file, `${file}.1`);
  } catch {
    // No such file yet.
  }
}

/** What a log keeps of an error: never its own properties, which may hold a whole request with its headers. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  const kind = 'type' in error && typeof error.type === 'string' ? { kind: error.type } : {};
  return { name: error.name, ...kind, message: error.message, stack: error.stack, ...cause };
}

const sdkLevels: Record<LogLevel, SdkLogLevel> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'ERROR',
  silent: 'ERROR',
};
const pinoLevels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

let installed = false;

/**
 * Puts pino behind the SDK's logger: workflow `log`, activity `log` and the native core all come out as lines of ours,
 * with workflowId, agent and step where they are known. Once per process; later calls change nothing.
 */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger(sdkLevels[log.level as LogLevel], (entry) => writeEntry(log, entry)),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    // Who owns the process decides when it ends: the command line drains the worker and stops the server in order.
    shutdownSignals: [],
  });
}

function writeEntry(log: Logger, entry: LogEntry): void {
  // A bigint has no JSON form, and pino has its own time.
  const { error, namespace: _same, timestampNanos: _ours, ...fields } = entry.meta ?? {};
  const level = pinoLevels[entry.level];
  log[level](error === undefined ? fields : { ...fields, err: error as unknown }, entry.message);
}
