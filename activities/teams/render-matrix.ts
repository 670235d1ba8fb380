import type { MatrixRow, PermissionMatrix } from './permission-matrix';

const columns = ['agent', 'tool', 'effect', 'approval'] as const;
const widthMax = 48;

/** The matrix as a plain text table, with warnings and unused grants below it. */
export function renderMatrix(matrix: PermissionMatrix): string {
  const lines = [columns as readonly string[], ...matrix.rows.map(cellsOf)];
  const widths = columns.map((_, column) =>
    Math.min(widthMax, Math.max(...lines.map((line) => width(line[column] ?? '')))),
  );
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  text.splice(1, 0, widths.map((size) => '-'.repeat(size)).join('  '));
  if (matrix.rows.length === 0) text.push('No agent has a tool.');
  for (const warning of matrix.warnings) text.push('', `warning: ${warning}`);
  if (matrix.unused.length > 0) {
    text.push('', 'granted and never used:');
    for (const { agent, grant } of matrix.unused) text.push(`  ${agent}: ${grant}`);
  }
  return text.join('\n');
}

function cellsOf(row: MatrixRow): string[] {
  const verdict = { allowed: 'no', approval: 'yes', auto: 'no, by policy', refused: 'refused', depends: 'by effect' }[
    row.verdict
  ];
  const told = row.verdict === 'approval' || row.verdict === 'depends' || row.grant.startsWith('memory.');
  const detail = told ? `: ${row.detail}` : '';
  return [row.agent, row.tool, row.effect ?? 'told by the tool', `${verdict}${detail}`];
}

const width = (text: string): number => text.length;
