import { CadreError } from '../../contracts/failures';
import type { PatternDeclaration } from '../../contracts/pattern-declaration';
import type { Outcome, Scope } from './scope';

/** A way of making agents work together. `perform` reads like the pattern's description and knows nothing of workflows. */
export interface Pattern<Fields = never> extends PatternDeclaration {
  perform(scope: Scope, fields: Fields): Promise<Outcome>;
}

const known = new Map<string, Pattern>();

/** Filled by workflows/index.ts, so that patterns never import each other. */
export function register(pattern: Pattern): void {
  known.set(pattern.name, pattern);
}

/** All that can be started and nested, in the order of workflows/index.ts. */
export function registeredPatterns(): readonly Pattern[] {
  return [...known.values()];
}

export function patternNamed(name: string): Pattern {
  const pattern = known.get(name);
  if (!pattern)
    throw new CadreError('InvalidInput', `There is no pattern "${name}". Known are: ${[...known.keys()].join(', ')}.`);
  return pattern;
}
