import type { Measured } from './measure';
import { type Share, shareText } from './share';
import type { Checks } from './topologies';

const checksText = (checks: Checks): string => (typeof checks === 'number' ? `agents of ${checks} %` : checks);
const plain = ({ some, all }: Share): string => (all === 0 ? '–' : `${some}/${all}`);

/** Both tables as Markdown. */
export function reportOf({ steps, spread }: Measured): string {
  const first = steps.map((line) => [
    line.topology,
    checksText(line.checks),
    shareText(line.right),
    plain(line.wrong),
    plain(line.stopped),
    shareText(line.missed),
    shareText(line.falseAlarms),
    line.callsPerRun.toFixed(2),
  ]);
  const second = spread.map((line) => [
    line.topology,
    checksText(line.checks),
    shareText(line.repeated),
    plain(line.carried),
    plain(line.right),
    plain(line.stopped),
    line.callsPerRun.toFixed(2),
  ]);
  return [
    ...table(
      ['topology', 'checks', 'right', 'wrong, delivered', 'stopped', 'missed faults', 'false alarms', 'calls per run'],
      first,
    ),
    '',
    ...table(
      ['topology', 'checks', 'steps that repeat it', 'results that claim it', 'right', 'stopped', 'calls per run'],
      second,
    ),
    '',
    ...pooled(steps),
  ].join('\n');
}

/** What kinds of checks came to over all topologies. */
function pooled(steps: Measured['steps']): string[] {
  const sumOf = (all: readonly Share[]): Share => ({
    some: all.reduce((sum, { some }) => sum + some, 0),
    all: all.reduce((sum, one) => sum + one.all, 0),
  });
  const kinds = [...new Set(steps.map(({ checks }) => checks))].filter((checks) => checks !== 'bare');
  const rows = kinds.map((kind) => {
    const lines = steps.filter(({ checks }) => checks === kind);
    const missed = sumOf(lines.map((line) => line.missed));
    return [checksText(kind), shareText(missed), shareText(sumOf(lines.map(({ falseAlarms }) => falseAlarms)))];
  });
  return table(['checks, all together', 'missed faults', 'false alarms'], rows);
}

/** Columns are padded, as prettier does it, so that the text can be taken into a document as it is. */
function table(heads: string[], rows: string[][]): string[] {
  const widths = heads.map((head, at) =>
    Math.max(...[head, ...rows.map((row) => row[at] ?? '')].map(({ length }) => length)),
  );
  const line = (cells: string[]): string => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
