import { CadreError } from '../../contracts/failures';

/** A stale write of shared state: nothing was written, and `latest` is how the thing stands now (contract §7). */
export class VersionConflict<T> extends CadreError {
  constructor(
    message: string,
    readonly latest: T,
  ) {
    super('VersionConflict', message);
  }

  /** By shape, as `CadreError.is`. */
  static of<T>(error: unknown): VersionConflict<T> | null {
    const conflict = CadreError.is(error) && error.kind === 'VersionConflict' && 'latest' in error;
    return conflict ? (error as VersionConflict<T>) : null;
  }
}
