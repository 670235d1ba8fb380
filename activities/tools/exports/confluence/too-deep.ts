/** Thrown out of a parser: what is nested this deeply was written to stop a reader, not to be read (I5). */
export class TooDeep extends Error {
  override readonly name = 'TooDeep';
  constructor() {
    super('Its markup is nested too deeply.');
  }
}
