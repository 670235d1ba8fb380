import { limits } from '../../contracts/limits';
import { hintFor } from '../../contracts/schemas/nearest-name';
import type { Team } from '../../contracts/team';
import { declaredEffect } from './check-references';
import { sourceOfGrant } from './model-facts';
import { faultUnknown, type TeamDraft } from './team-draft';
import type { Place } from './team-faults';
import type { PolicyShape } from '../../contracts/schemas/team';

type RuleShape = NonNullable<PolicyShape['approvals']>[number];

/** A policy can only tell who decides, and let named `write` tools run; it never approves by itself otherwise. */
export function checkPolicy(draft: TeamDraft, team: Team): void {
  for (const { value, place } of draft.policies) {
    value.approvals?.forEach((rule, index) => checkRule(draft, team, rule, place.at('approvals', index)));
    if (value.requireSignature && Object.keys(team.policy.approvers).length === 0) {
      place
        .at('requireSignature')
        .fault('needs approvers, and the policy names none', 'add approvers: { <group>: [<name>] }');
    }
  }
}

function checkRule(draft: TeamDraft, team: Team, rule: RuleShape, place: Place): void {
  const groups = Object.keys(team.policy.approvers);
  if (rule.effect === undefined && rule.tool === undefined) place.fault('needs "effect" or "tool", what it is about');
  if (rule.effect === 'read') place.at('effect').fault('is "read", and reading never waits for a person');
  for (const key of ['group', 'escalateTo'] as const) {
    const group = rule[key];
    if (group !== undefined && !groups.includes(group))
      faultUnknown(draft, place.at(key), group, groups, 'approver group');
  }
  if (rule.onTimeout === 'escalate' && rule.escalateTo === undefined) {
    place.fault('escalates, and "escalateTo" does not say to which group', hintFor('', groups, 'approver groups'));
  }
  if ((rule.timeout ?? 0) > limits.approvalHoldMaxMs) place.at('timeout').fault('is longer than 30 days');
  if (rule.tool !== undefined && sourceOfGrant(team, rule.tool) === undefined && !rule.tool.startsWith('*')) {
    faultUnknown(draft, place.at('tool'), rule.tool, Object.keys(team.tools), 'tool');
  }
  if (rule.auto) checkAuto(team, rule, place.at('auto'));
}

function checkAuto(team: Team, rule: RuleShape, place: Place): void {
  if (rule.tool === undefined || rule.tool.includes('*')) {
    place.fault('needs one named tool: a policy approves named tools only', 'set tool: source.tool');
    return;
  }
  if (rule.effect !== undefined && rule.effect !== 'write') {
    place.fault(`covers "write" only, never "${rule.effect}"`);
    return;
  }
  const alias = Object.hasOwn(team.toolAliases, rule.tool);
  const effect = declaredEffect(team, rule.tool);
  if (alias) place.fault('needs the tool itself, not an alias', 'set tool: source.tool');
  else if (effect === 'irreversible') {
    place.fault(
      `covers "write" only, and ${rule.tool} counts as irreversible`,
      'list it under effects of its source as write, if it is',
    );
  }
}
