import { limits } from '../../contracts/limits';
import type { Approval } from '../../contracts/approval';
import type { Run } from './run';

/**
 * What the Temporal UI shows as current details: bullets and code spans only (older UIs render no tables), under 4 KB,
 * because the text travels in a query (I11).
 */
export function detailsOf(run: Run): string {
  const lines = [`**${run.status}**${run.paused ? ` by ${run.paused.by}` : ''}`];
  for (const approval of run.approvals.open()) lines.push(...approvalLines(run, approval));
  lines.push(...(run.detailLines?.() ?? []), ...budgetLines(run), ...agentLines(run), ...lastLines(run));
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > limits.detailsBytes - 80)
      return `${text}\n- … more in the queries \`status\` and \`approvals\``;
    text += `${text ? '\n' : ''}${line}`;
  }
  return text;
}

function approvalLines(run: Run, approval: Approval): string[] {
  const id = run.info.workflowId;
  const decision = JSON.stringify({
    id: approval.id,
    decision: 'approve',
    by: 'YOUR NAME',
    digest: approval.digest.slice(0, 19),
  });
  const args = JSON.stringify(approval.args);
  return [
    `- waits for a person: **${approval.agent}** wants \`${approval.tool}\` (${approval.effect}) until ${approval.deadline}, then ${approval.onTimeout}`,
    `  - action \`${args.length > 300 ? `${args.slice(0, 300)}…` : args}\``,
    `  - digest \`${approval.digest}\``,
    ...(approval.untrustedSources.length > 0
      ? [`  - untrusted sources: ${approval.untrustedSources.slice(0, 4).join(', ')}`]
      : []),
    `  - allow: \`temporal workflow update execute --workflow-id '${id}' --name decide --input '${decision}'\``,
    `  - or by signal: \`temporal workflow signal --workflow-id '${id}' --name decide --input '${decision}'\``,
    `  - refuse: the same with \`"decision":"reject"\` and a \`"reason"\``,
  ];
}

function budgetLines(run: Run): string[] {
  const { used, steps, limits: limit } = run.budget;
  const tokens = used.inputTokens + used.outputTokens;
  const usd = used.usd === null ? 'price not known' : `$${used.usd.toFixed(4)}`;
  return [`- used: ${steps}/${limit.steps ?? '∞'} steps, ${tokens}/${limit.tokens ?? '∞'} tokens, ${usd}`];
}

function agentLines(run: Run): string[] {
  return [...run.agents].map(
    ([name, { steps, state, lastText }]) =>
      `- ${name}: ${state}, ${steps} steps${lastText ? ` · ${lastText.slice(0, 100)}` : ''}`,
  );
}

function lastLines(run: Run): string[] {
  const { items } = run.events.page({ from: run.events.total - 5 }, 5);
  return items.map((event) => `- ${event.kind}${event.agent ? ` ${event.agent}` : ''}: ${event.text.slice(0, 120)}`);
}
