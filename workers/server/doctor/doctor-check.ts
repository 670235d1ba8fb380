/** One line of `cadre doctor`. */
export interface DoctorCheck {
  readonly name: string;
  /** `warn` = something works less well or is not there yet; `missing` = a run cannot work without it. */
  readonly status: 'ok' | 'warn' | 'missing';
  /** What is there, in words. Never a secret's value. */
  readonly found: string;
  readonly version?: string;
  /** What to do about it; only when there is something to do. */
  readonly mend?: string;
}

/** The checks as plain lines, one or two per check, and a last line with the sum. */
export function renderDoctor(checks: readonly DoctorCheck[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, found, version, mend }) => {
    const start = `${status.padEnd(7)} ${name.padEnd(width)}  ${found}${version ? ` (${version})` : ''}`;
    return mend ? [start, `${' '.repeat(8 + width)}  → ${mend}`] : [start];
  });
  const missing = checks.filter(({ status }) => status === 'missing').length;
  const warnings = checks.filter(({ status }) => status === 'warn').length;
  return [...lines, '', `${missing} missing, ${warnings} to look at, ${checks.length} checked`].join('\n');
}
