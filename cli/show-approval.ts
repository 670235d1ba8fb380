import type { Approval } from '../contracts/approval';
import { shortDigest } from '../contracts/digest';
import type { Terminal } from './terminal';

/** Hex digits of the digest that a person types: enough to have looked at this action and no other. */
export const confirmDigits = 6;

/**
 * The exact action, in full: what runs is byte for byte what is shown here. Facts first, the model's words last.
 * `readings` are commands that print the artifacts which the arguments name.
 */
export function showApproval(
  terminal: Terminal,
  workflowId: string,
  approval: Approval,
  readings: readonly string[] = [],
): void {
  const row = (name: string, value: string): void =>
    terminal.line(`  ${terminal.style('dim', name.padEnd(9))} ${value}`);
  terminal.line();
  terminal.line(terminal.style('bold', `An agent waits for a person: approval ${approval.id}`));
  row('run', workflowId);
  row('agent', `${approval.agent}${approval.path ? ` (${approval.path})` : ''}`);
  row('tool', terminal.style('bold', approval.tool));
  row('effect', terminal.style(approval.effect === 'irreversible' ? 'red' : 'yellow', approval.effect));
  row('risk', approval.risk);
  row('sources', untrustedText(approval));
  row(
    'deadline',
    `${approval.deadline}, then ${approval.onTimeout}${approval.group ? `; group ${approval.group}` : ''}`,
  );
  row('digest', approval.digest);
  terminal.line(`  ${terminal.style('dim', 'arguments')}`);
  for (const line of JSON.stringify(approval.args, null, 2).split('\n')) terminal.line(`    ${printable(line)}`);
  for (const command of readings) row('read it', command);
  if (approval.reason)
    row('reason', `${printable(approval.reason)} ${terminal.style('dim', '(the agent’s own words)')}`);
  terminal.line();
}

/** Enough to see where they come from; `approvals --json` lists more. */
const sourcesShownMax = 3;

function untrustedText({ untrusted, untrustedSources }: Approval): string {
  if (!untrusted || untrusted.count === 0) return 'none untrusted';
  const shown = untrustedSources.slice(0, sourcesShownMax);
  const more = untrusted.count - shown.length;
  return `${untrusted.count} untrusted: ${shown.map(printable).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

// A terminal obeys escape sequences, and bidirectional marks reorder what is read: both could show another action.
const unseen: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
];

/** Text of a model or of mail, made safe for a terminal: what would not be seen is written out. */
export function printable(text: string): string {
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const hidden = unseen.some(([from, to]) => code >= from && code <= to);
    safe += hidden ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  }
  return safe;
}

/** The commands with which the approval can be decided elsewhere, ready to paste. */
export function decideCommands(workflowId: string, approval: Approval, namespace: string): string[] {
  const digest = shortDigest(approval.digest, confirmDigits);
  const input = JSON.stringify({ id: approval.id, decision: 'approve', by: 'YOUR NAME', digest: approval.digest });
  const place = `--workflow-id '${workflowId}'${namespace === 'default' ? '' : ` --namespace '${namespace}'`}`;
  return [
    `npx cadre approve '${workflowId}' ${approval.id} --confirm ${digest}`,
    `npx cadre temporal workflow update execute ${place} --name decide --input '${input}'`,
    `npx cadre temporal workflow signal ${place} --name decide --input '${input}'`,
    `npx cadre approve '${workflowId}' ${approval.id} --reject --reason 'why not'`,
  ];
}

/** Prints those commands, with what each is. */
export function showDecideCommands(
  terminal: Terminal,
  workflowId: string,
  approval: Approval,
  namespace: string,
): void {
  const [approve = '', update = '', signal = '', reject = ''] = decideCommands(workflowId, approval, namespace);
  terminal.line('Decide it in another terminal. Allow:');
  terminal.line(`  ${approve}`);
  terminal.line('or with the Temporal CLI, as an update or as a signal (plain `temporal` works as well):');
  terminal.line(`  ${update}`);
  terminal.line(`  ${signal}`);
  terminal.line('Refuse:');
  terminal.line(`  ${reject}`);
  terminal.line();
}
