import { CadreError } from '../../contracts/failures';
import type { ShapeFault } from '../../contracts/schemas/explain-issues';
import { pathText } from '../../contracts/schemas/explain-issues';

/** One fault of a team: `line` is 1 for the first line, and absent for a team that came as JSON in an input. */
export interface TeamFault {
  file: string;
  line?: number;
  path: string;
  message: string;
  hint?: string;
}

const shownMax = 40;

export function faultText(fault: TeamFault): string {
  const where = [fault.file, fault.line].filter((part) => part !== undefined && part !== '').join(':');
  const what = fault.path === '' ? fault.message : `${fault.path} ${fault.message}`;
  return `${where === '' ? '' : `${where}: `}${what}${fault.hint === undefined ? '' : ` (${fault.hint})`}`;
}

/** `InvalidTeam` with all faults at once, as a list and in its message. */
export class InvalidTeamError extends CadreError {
  constructor(
    readonly team: string,
    readonly faults: readonly TeamFault[],
  ) {
    const shown = faults.slice(0, shownMax).map((fault) => `  ${faultText(fault)}`);
    if (faults.length > shownMax) shown.push(`  … and ${faults.length - shownMax} more`);
    const many = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    super('InvalidTeam', `The team "${team}" has ${many}:\n${shown.join('\n')}`);
  }

  /** The faults of an error of this class, also when the class was loaded twice. */
  static faultsOf(error: unknown): readonly TeamFault[] {
    return CadreError.is(error) && 'faults' in error && Array.isArray(error.faults)
      ? (error.faults as TeamFault[])
      : [];
  }
}

export type Path = readonly (string | number)[];

/** Collects faults and notices of one loading. */
export class Findings {
  readonly faults: TeamFault[] = [];
  readonly notices: string[] = [];

  notice(text: string): void {
    if (!this.notices.includes(text)) this.notices.push(text);
  }

  /** Throws `InvalidTeam` when there is any fault. */
  settle(team: string): void {
    if (this.faults.length > 0) throw new InvalidTeamError(team, this.faults);
  }
}

/** A place in a document, at which a fault can be reported with its file and line. */
export class Place {
  private readonly parts = new Map<string, Place>();

  constructor(
    private readonly findings: Findings,
    readonly file: string,
    private readonly lineOf: (path: Path) => number | undefined,
    private readonly path: Path = [],
    /** What of the path is not shown, e.g. `spec`. */
    private readonly hidden = 0,
  ) {}

  /** What is said about `key` stands at another place: parts of one thing may come from several documents. */
  adopt(key: string, place: Place): void {
    this.parts.set(key, place);
  }

  at(...steps: Path): Place {
    const [first, ...rest] = steps;
    const part = typeof first === 'string' ? this.parts.get(first) : undefined;
    if (part) return rest.length === 0 ? part : part.at(...rest);
    return new Place(this.findings, this.file, this.lineOf, [...this.path, ...steps], this.hidden);
  }

  fault(message: string, hint?: string): void {
    const line = this.lineOf(this.path);
    this.findings.faults.push({
      file: this.file,
      path: pathText(this.path.slice(this.hidden)),
      message,
      ...(line === undefined ? {} : { line }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  shapeFaults(faults: readonly ShapeFault[]): void {
    for (const { path, message, hint } of faults) this.at(...path).fault(message, hint);
  }

  notice(text: string): void {
    this.findings.notice(text);
  }

  /** `team.yaml:12` */
  text(): string {
    const line = this.lineOf(this.path);
    return line === undefined ? this.file : `${this.file}:${line}`;
  }
}
