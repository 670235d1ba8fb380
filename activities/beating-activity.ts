import type { ActivityDeps } from './deps';
import { asActivityFailure } from './fail';
import { keepAlive } from './heartbeat';
import { makeRedactor } from './redact';

/** An activity that beats while it works and throws only failures of the table, without secrets (I7, I10). */
export function beatingActivity<Request, Result>(
  deps: ActivityDeps,
  work: (deps: ActivityDeps, request: Request) => Promise<Result>,
): (request: Request) => Promise<Result> {
  return async (request) => {
    try {
      return await keepAlive(() => work(deps, request));
    } catch (error) {
      throw asActivityFailure(error, {}, makeRedactor(deps.env));
    }
  };
}
