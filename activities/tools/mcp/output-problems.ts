import { isJsonObject, type Json } from '../../../contracts/json';
import { schemaProblems } from '../../models/schema-check';
import { gateDefinitions } from '../definition-gate';

/** What is wrong with a structured answer against the server's own schema; an unusable schema checks nothing. */
export function outputProblems(schema: Json | undefined, answer: unknown): string[] {
  if (!isJsonObject(schema) || answer === undefined) return [];
  const [gated] = gateDefinitions([{ name: 'output', description: '', input: schema }]).accepted;
  return gated ? schemaProblems(gated.input, answer) : [];
}
