import { Seeded } from './seeded';

/** What reading must yield for one record. */
export interface TrueRecord {
  id: string;
  /** ISO instant; null where the record states none. */
  at: string | null;
  /** Every instant at which something happened to it. */
  activity: string[];
  title: string;
  /** A piece of text that its body contains. */
  says: string;
  people: string[];
}

export interface Truth {
  records: Map<string, TrueRecord>;
  /** Things that should have been records and cannot be read. */
  broken: number;
}

export interface GenerateOptions {
  seed: number;
  /** Records per source; ignored where `bytes` is given. */
  count?: number;
  /** About this much text per source. */
  bytes?: number;
  jiraForm?: 'page' | 'pages' | 'ndjson' | 'array' | 'csv';
  /** Puts in records that cannot be read. Default true. */
  withBroken?: boolean;
}

/** The company of one seed: names, projects and domains that occur nowhere else. */
export interface World {
  random: Seeded;
  people: { name: string; email: string }[];
  projects: string[];
  domain: string;
  options: Required<Omit<GenerateOptions, 'bytes'>> & { bytes: number | undefined };
}

const firstSyllables = ['Bran', 'Kel', 'Mor', 'Tav', 'Ill', 'Sor', 'Wen', 'Dag', 'Ÿs', 'Öst', 'Łu', 'Жа'];
const lastSyllables = ['ric', 'wyn', 'dora', 'mund', 'ette', 'ko', 'rin', 'vald', 'né', 'ša', 'га'];

export function worldOf(options: GenerateOptions): World {
  const random = new Seeded(options.seed);
  const name = (): string => `${random.pick(firstSyllables)}${random.pick(lastSyllables)}`;
  const domain = `${random.pick(['alder', 'flint', 'quarry', 'heron'])}${random.int(10, 99)}.example`;
  const people = Array.from({ length: 9 }, (_, index) => ({
    name: `${name()} ${name()}`,
    email: `p${index}@${domain}`,
  }));
  const letter = (): string => String.fromCharCode(65 + random.int(0, 25));
  const projects = Array.from({ length: 3 }, (_, index) => `Z${letter()}${letter()}${'QXW'[index]}`);
  const {
    seed,
    count = 60,
    bytes,
    jiraForm = random.pick(['page', 'pages', 'ndjson', 'array', 'csv'] as const),
    withBroken = true,
  } = options;
  return { random, people, projects, domain, options: { seed, count, bytes, jiraForm, withBroken } };
}

/** A second in March 2026, in milliseconds. */
export function someTime(random: Seeded): number {
  return Date.UTC(2026, 2, random.int(1, 28), random.int(0, 23), random.int(0, 59), random.int(0, 59));
}

export function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Goes on making records until there are enough of them, by number or by bytes. */
export function enough(world: World, made: number, bytes: number): boolean {
  return world.options.bytes === undefined ? made >= world.options.count : bytes >= world.options.bytes;
}

/** A text as the tools that export it write it: with a byte order mark, or in UTF-16. */
export function encode(text: string, how: 'utf8' | 'bom' | 'utf16'): Buffer {
  if (how === 'utf8') return Buffer.from(text);
  return how === 'bom' ? Buffer.from(`\ufeff${text}`) : Buffer.from(`\ufeff${text}`, 'utf16le');
}
