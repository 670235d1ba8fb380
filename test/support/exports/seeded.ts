/** A seeded generator of its own (xorshift), apart from the one that makes the sample. */
export class Seeded {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 0x9e3779b9;
  }

  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 4_294_967_296;
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)] as T;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.pick(vocabulary)).join(' ');
  }

  sentence(): string {
    const text = this.words(this.int(5, 12));
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  }
}

const vocabulary =
  'boiler valve pump winter tariff meter reading crew north ridge snow pressure gauge contract village engine turbine repair night shift leak copper order delay crate storm bridge road permit survey drawing bolt flange spare stock budget quarter façade naïve Überlauf grüne señal très большой линия 線路 水門'.split(
    ' ',
  );
