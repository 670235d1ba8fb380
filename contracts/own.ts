/** A table's own member: names that models or people give never reach what every object inherits (`constructor`). */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
