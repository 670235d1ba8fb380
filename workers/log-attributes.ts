import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import { isJsonObject } from '../contracts/json';

/** Adds agent, path and step of the request to every line that an activity logs through the SDK. */
export const activityLogAttributes: ActivityInterceptorsFactory = () => {
  let where: Record<string, string | number> = {};
  return {
    inbound: {
      execute(input, next) {
        where = whereOf(input.args[0]);
        return next(input);
      },
    },
    outbound: {
      getLogAttributes(input, next) {
        return next({ ...input, ...where });
      },
    },
  };
};

function whereOf(request: unknown): Record<string, string | number> {
  if (!isJsonObject(request)) return {};
  const names = ['agent', 'path', 'step'] as const;
  const entries = names.flatMap((name) => {
    const value = request[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
