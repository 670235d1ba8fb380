import { isJsonObject } from './json';
import type { Field } from './pattern-fields';
import { shapeFields } from './pattern-shapes';

type Path = (string | number)[];
/** What a walk over a value meets: a name of an agent, which can be replaced, and a node. */
export interface FieldVisitor {
  agent(name: string, path: Path, set: (name: string) => void): void;
  node(node: object, path: Path): void;
}

/** Goes through the declared fields of a value and shows the visitor every agent and node in them. */
export function walkFields(fields: Readonly<Record<string, Field>>, value: object, visit: FieldVisitor): void {
  walkMembers(fields, value as Record<string, unknown>, [], visit);
}

function walkMembers(
  fields: Readonly<Record<string, Field>>,
  value: Record<string, unknown>,
  path: Path,
  visit: FieldVisitor,
): void {
  for (const [key, field] of Object.entries(fields)) {
    if (Object.hasOwn(value, key)) walk(field, value[key], [...path, key], visit, (other) => void (value[key] = other));
  }
}

function walk(field: Field, value: unknown, path: Path, visit: FieldVisitor, set: (value: unknown) => void): void {
  switch (field.kind) {
    case 'agent':
      if (typeof value === 'string') visit.agent(value, path, set);
      break;
    case 'agents':
      walkList({ kind: 'agent', about: '' }, value, path, visit);
      break;
    case 'node':
      if (isJsonObject(value)) visit.node(value, path);
      break;
    case 'nodes':
      walkList({ kind: 'node', about: '' }, value, path, visit);
      break;
    case 'list':
      walkList(field.of, value, path, visit);
      break;
    case 'record':
      if (isJsonObject(value)) {
        const members = value as Record<string, unknown>;
        for (const key of Object.keys(members))
          walk(field.of, members[key], [...path, key], visit, (other) => void (members[key] = other));
      }
      break;
    case 'fields':
      if (isJsonObject(value)) walkMembers(field.fields, value, path, visit);
      break;
    case 'shape':
      walk(shapeFields[field.shape], value, path, visit, set);
      break;
    default:
  }
}

function walkList(of: Field, value: unknown, path: Path, visit: FieldVisitor): void {
  if (!Array.isArray(value)) return;
  const items: unknown[] = value;
  items.forEach((item, index) => walk(of, item, [...path, index], visit, (other) => void (items[index] = other)));
}
