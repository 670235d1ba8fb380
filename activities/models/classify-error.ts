import {
  APICallError,
  InvalidResponseDataError,
  JSONParseError,
  LoadAPIKeyError,
  TypeValidationError,
} from '@ai-sdk/provider';
import { CadreError, type FailureKind } from '../../contracts/failures';
import { retryAfterMs } from './retry-after';

const overflowWords =
  /context[ _-]?(length|window|size)|maximum context|too many (input )?tokens|prompt is too long|input is too long|exceeds? .{0,40}(token|context)|n_ctx|request too large/i;
const quotaWords = /insufficient_quota|exceeded your current quota|credit balance|billing/i;
const saidLengthMax = 300;

/**
 * Makes a row of the failure table of anything a provider call can throw: one line per status, the provider's own words
 * shortened, its Retry-After kept. `where` is `provider/model`.
 */
export function classifyError(error: unknown, where: string, now: number): CadreError {
  const known = cadreErrorIn(error);
  if (known) return known;
  if (APICallError.isInstance(error)) return classifyCall(error, where, now);
  const said = saidBy(error);
  if (LoadAPIKeyError.isInstance(error)) {
    return new CadreError('ModelAuth', `${where} has no API key: ${said}. Set it in the environment of the worker.`);
  }
  if (
    InvalidResponseDataError.isInstance(error) ||
    JSONParseError.isInstance(error) ||
    TypeValidationError.isInstance(error)
  ) {
    return new CadreError(
      'Overloaded',
      `${where} sent something that is not a complete answer; it is not used. ${said}`,
    );
  }
  const status = statusIn(error);
  if (status !== undefined) {
    return new CadreError(kindOfStatus(status, said), `${where} reported an error in its stream: ${said}`);
  }
  return new CadreError('Overloaded', `The connection to ${where} failed: ${said}`);
}

function classifyCall(error: APICallError, where: string, now: number): CadreError {
  const { statusCode: status, responseHeaders: headers } = error;
  const said = shortened(`${error.message} ${error.responseBody === error.message ? '' : (error.responseBody ?? '')}`);
  if (status === undefined) return new CadreError('Overloaded', `${where} cannot be reached: ${said}`);
  if (status >= 200 && status < 300) {
    if (headers?.['content-type']?.includes('text/html')) {
      return new CadreError(
        'ModelUnavailable',
        `The address of ${where} answers with a web page instead of the model API. Check its baseUrl.`,
      );
    }
    return new CadreError('Overloaded', `${where} sent an answer that cannot be read; it is not used. ${said}`);
  }
  const kind = kindOfStatus(status, said);
  const retryAfter = retryAfterMs(headers, now);
  return new CadreError(
    kind,
    `${where} answered with status ${status}: ${said}${advice[kind] ?? ''}`,
    retryAfter === undefined ? {} : { retryAfterMs: retryAfter },
  );
}

/** The one table from HTTP status to failure kind. */
export function kindOfStatus(status: number, said: string): FailureKind {
  switch (status) {
    case 400:
    case 422:
      if (quotaWords.test(said)) return 'ModelAuth';
      return overflowWords.test(said) ? 'ContextOverflow' : 'ModelRefused';
    case 401:
    case 402:
    case 403:
    case 404:
      return 'ModelAuth';
    case 408:
    case 409:
    case 425:
      return 'Overloaded';
    case 413:
      return 'ContextOverflow';
    case 429:
      return quotaWords.test(said) ? 'ModelAuth' : 'RateLimited';
    default:
      return status >= 500 ? 'Overloaded' : 'ModelRefused';
  }
}

const advice: Partial<Record<FailureKind, string>> = {
  ModelAuth: ' Check the API key, its quota and the name of the model.',
  ContextOverflow: ' Name a model with a larger context as the next one of the agent.',
};

/** Our own errors pass through whatever layer wrapped them. */
function cadreErrorIn(error: unknown): CadreError | null {
  let link: unknown = error;
  for (let depth = 0; depth < 6 && link instanceof Error; depth += 1) {
    if (CadreError.is(link)) return link;
    link = link.cause;
  }
  return null;
}

/** Errors inside a stream are plain objects: `{type: 'overloaded_error', message}` or `{code: 429, message}`. */
function statusIn(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { type, code, status } = error as { type?: unknown; code?: unknown; status?: unknown };
  for (const value of [code, status]) if (typeof value === 'number' && value >= 400 && value < 600) return value;
  return typeof type === 'string' ? statusOfType[type] : undefined;
}

const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  server_error: 500,
  overloaded_error: 529,
};

function saidBy(error: unknown): string {
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return shortened(`${error.message}${cause}`);
  }
  if (typeof error === 'object' && error !== null && 'message' in error) return shortened(String(error.message));
  return shortened(typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error)));
}

function shortened(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const ended = flat.length > saidLengthMax ? `${flat.slice(0, saidLengthMax)}…` : flat;
  return ended === '' || /[.!?…]$/.test(ended) ? ended : `${ended}.`;
}
