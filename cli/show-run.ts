import type { EventView } from '../client';
import { compositionCaller } from '../contracts/authority';
import type { Usage } from '../contracts/budget';
import type { FailureRecord } from '../contracts/failures';
import { describeFailure } from '../contracts/failures';
import { isJsonObject, type Json } from '../contracts/json';
import type { RunResult, RunStatus } from '../contracts/run';
import { type ExitCode, exitCodes } from './exit-codes';
import { printable } from './show-approval';
import type { Style, Terminal } from './terminal';

const agentWidth = 12;
const textMax = 160;

/** One line of progress: time since the start, agent, what happened. */
export function showEvent(terminal: Terminal, event: EventView, startedAt: Date): void {
  const seconds = ((Date.parse(event.at) - startedAt.getTime()) / 1000).toFixed(1).padStart(6);
  const agent = whose(event).padEnd(agentWidth);
  const text = printable(event.text);
  const short = text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text;
  terminal.line(
    `${terminal.style('dim', `${seconds}s`)}  ${terminal.style('cyan', agent)} ${event.kind.padEnd(18)} ${short}`,
  );
}

/** The agent; a node of a composition that no agent does is named by its place. */
function whose({ agent, path }: EventView): string {
  return (agent === compositionCaller ? path.split('/').at(-1) : agent || path) || 'run';
}

const statusStyles: Partial<Record<RunStatus, Style>> = { completed: 'green', partial: 'yellow', rejected: 'yellow' };

/** `completed` in green and so on; plain where there are no colours. */
export function statusText(terminal: Terminal, status: RunStatus): string {
  return terminal.style(statusStyles[status] ?? 'red', status);
}

export function exitCodeFor(status: RunResult['status']): ExitCode {
  if (status === 'completed') return exitCodes.ok;
  return status === 'failed' || status === 'cancelled' ? exitCodes.failed : exitCodes.incomplete;
}

/** What a run cost, in one line. */
export function costText(usage: Usage): string {
  const usd = usage.usd === null ? 'price not known' : `$${usage.usd.toFixed(4)}`;
  const cached = usage.cachedInputTokens > 0 ? ` (${usage.cachedInputTokens} cached)` : '';
  return `${usd} · ${usage.inputTokens}${cached} + ${usage.outputTokens} tokens · ${usage.modelCalls} model calls, ${usage.toolCalls} tool calls`;
}

/** The output is shown itself, and a summary that is its beginning once more says nothing new. */
const saysAll = ({ output, summary }: RunResult): boolean =>
  (typeof output === 'string' && output !== '') || /^\s*[[{]/.test(summary);

const outputLinesMax = 40;
const failuresShownMax = 8;

/** The end of a run for people: how it ended, what came out, what was allowed, what it cost. */
export function showResult(terminal: Terminal, workflowId: string, result: RunResult): void {
  terminal.line();
  terminal.line(
    `${terminal.style('bold', 'Status')}    ${statusText(terminal, result.status)}${result.stoppedBecause ? ` (${result.stoppedBecause})` : ''}`,
  );
  if (result.summary && !saysAll(result))
    terminal.line(`${terminal.style('bold', 'Summary')}   ${printable(result.summary)}`);
  for (const failure of result.failures.slice(-failuresShownMax)) showFailure(terminal, failure);
  for (const approval of result.approvals) {
    const by = approval.settled
      ? `${approval.state} by ${approval.settled.by} (${approval.settled.identity})`
      : approval.state;
    terminal.line(`${terminal.style('bold', 'Approval')}  ${approval.id}: ${approval.tool} ${by}`);
  }
  for (const file of writtenFiles(result)) terminal.line(`${terminal.style('bold', 'Written')}   ${file}`);
  for (const artifact of result.artifacts) {
    terminal.line(
      `${terminal.style('bold', 'Artifact')}  ${artifact.name} (${artifact.bytes} bytes, ${artifact.mime})${artifact.agent === compositionCaller ? '' : ` by ${artifact.agent}`}`,
    );
  }
  const [latest] = result.artifacts.slice(-1);
  if (latest)
    terminal.line(
      `${terminal.style('bold', 'Save it')}   npx cadre artifacts '${workflowId}' '${latest.name}' --out FILE`,
    );
  const whole = `npx cadre status '${workflowId}' --json`;
  if (result.status === 'failed') terminal.line(`  (what was finished before is in the result: ${whole})`);
  else showOutput(terminal, result.output, whole);
  terminal.line(`${terminal.style('bold', 'Cost')}      ${costText(result.usage)}`);
  terminal.line(`${terminal.style('bold', 'Replay')}    npx cadre replay '${workflowId}'`);
}

export function showFailure(terminal: Terminal, failure: FailureRecord): void {
  terminal.line(`${terminal.style('red', 'Failure')}   ${printable(describeFailure(failure))}`);
}

/** Files that an approved call wrote: the arguments of the action are the record of it. */
export function writtenFiles(result: Pick<RunResult, 'approvals'>): string[] {
  return result.approvals.flatMap(({ state, tool, args, settled }) => {
    if ((state !== 'approved' && state !== 'edited') || !tool.endsWith('write_file')) return [];
    const path = (settled?.args ?? args)['path'];
    return typeof path === 'string' ? [path] : [];
  });
}

/** A text as it is; of a rendered document (name, artifact, head) its beginning; anything else as JSON. */
function textOf(output: Json): string {
  if (typeof output === 'string') return output;
  const head = isJsonObject(output) && typeof output['artifact'] === 'string' ? output['head'] : undefined;
  return typeof head === 'string' ? head : JSON.stringify(output, null, 2);
}

/** `whole` is the command that prints all of a long output. */
function showOutput(terminal: Terminal, output: Json, whole: string): void {
  if (output === null || (isJsonObject(output) && Object.keys(output).length === 0)) return;
  const lines = textOf(output).split('\n');
  terminal.line();
  for (const line of lines.slice(0, outputLinesMax)) terminal.line(`  ${printable(line)}`);
  if (lines.length > outputLinesMax)
    terminal.line(`  … ${lines.length - outputLinesMax} more lines; all of it with: ${whole}`);
  terminal.line();
}
