import { CadreError } from '../../contracts/failures';
import { isJsonObject, type Json } from '../../contracts/json';
import type { Environment } from '../deps';

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Puts environment values in the place of `${NAME}`; done inside activities only, so that no value enters history.
 * Throws `ToolFailed` naming what is missing, never a value.
 */
export function fillEnv(text: string, env: Environment, where: string): string {
  return text.replace(reference, (_whole, name: string) => {
    const value = env[name];
    if (value === undefined) {
      throw new CadreError(
        'ToolFailed',
        `${where} needs the variable ${name}, which is not set where this worker runs; set it and start the worker again.`,
      );
    }
    return value;
  });
}

export function fillEnvIn(
  texts: Readonly<Record<string, string>>,
  env: Environment,
  where: string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, fillEnv(value, env, where)]));
}

/** The same for a whole JSON value, strings at any depth. */
export function fillEnvDeep<T extends Json>(value: T, env: Environment, where: string): T {
  const fill = (part: Json): Json => {
    if (typeof part === 'string') return fillEnv(part, env, where);
    if (Array.isArray(part)) return part.map(fill);
    if (!isJsonObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, fill(member)]));
  };
  return fill(value) as T;
}
