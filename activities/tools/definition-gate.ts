import { digestOf } from '../../contracts/digest';
import { isJsonObject, type Json, type JsonSchema } from '../../contracts/json';
import { depthOf } from './json-depth';
import { toolLimits } from './tool-limits';

/** A definition as a server gave it. */
export interface GivenDefinition {
  name: string;
  description: string;
  input: Json;
}
export interface GatedDefinitions {
  accepted: { name: string; description: string; input: JsonSchema; definition: string }[];
  refused: Map<string, string>;
}

/**
 * Holds a server's tool list against what a tool may look like (F38). Refused are: names beyond ASCII letters, digits
 * and `_ - .`; names that stand twice or that a person cannot tell apart (both, since nobody knows which is meant);
 * descriptions and schemas beyond their bounds. The digest is over what the server said, word for word.
 */
export function gateDefinitions(given: readonly GivenDefinition[]): GatedDefinitions {
  const refused = new Map<string, string>();
  const alike = new Map<string, string[]>();
  for (const { name } of given) alike.set(skeleton(name), [...(alike.get(skeleton(name)) ?? []), name]);
  const accepted: GatedDefinitions['accepted'] = [];
  for (const [index, definition] of given.entries()) {
    const reason =
      index >= toolLimits.toolsPerSource
        ? `the server lists more than ${toolLimits.toolsPerSource} tools`
        : faultOf(definition, alike.get(skeleton(definition.name)) ?? []);
    if (reason !== undefined) {
      refused.set(definition.name.slice(0, 200), reason);
      continue;
    }
    const { name, description } = definition;
    const input = isJsonObject(definition.input) ? definition.input : { type: 'object' };
    accepted.push({
      name,
      description,
      input: withoutPatterns(input),
      definition: digestOf({ name, description, input }),
    });
  }
  return { accepted, refused };
}

function faultOf({ name, description, input }: GivenDefinition, alike: readonly string[]): string | undefined {
  if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name)) return 'its name is not made of ASCII letters, digits, "_", "-" and "."';
  if (alike.length > 1) {
    const others = alike.filter((other) => other !== name);
    return others.length === 0
      ? 'its name stands twice'
      : `its name cannot be told apart from "${others.join('", "')}"`;
  }
  if (description.length > toolLimits.descriptionChars) return `its description has ${description.length} characters`;
  if (depthOf(input, toolLimits.schemaDepth) > toolLimits.schemaDepth) return 'its schema is nested too deep';
  if (JSON.stringify(input ?? null).length > toolLimits.schemaBytes) return 'its schema is too large';
  return undefined;
}

const lookAlikes: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', i: 'l', '5': 's', '-': '_', '.': '_' };

/** What a hurried eye sees of a name: equal skeletons are one name to a person. */
function skeleton(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase();
  return [...folded]
    .map((char) => lookAlikes[char] ?? char)
    .join('')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w');
}

/** A server's regular expressions are never run here: a slow one would stall the worker. The server checks them itself. */
function withoutPatterns(schema: JsonSchema, keysAreNames = false): JsonSchema {
  const kept: JsonSchema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!keysAreNames && (key === 'pattern' || key === 'patternProperties' || key === '$schema')) continue;
    const namesBelow = !keysAreNames && ['properties', '$defs', 'definitions', 'dependentSchemas'].includes(key);
    kept[key] = cleaned(value, namesBelow);
  }
  return kept;
}

function cleaned(value: Json, keysAreNames: boolean): Json {
  if (Array.isArray(value)) return value.map((member) => cleaned(member, false));
  return isJsonObject(value) ? withoutPatterns(value, keysAreNames) : value;
}
