import { implicitTools } from '../../contracts/authority';
import type { Team } from '../../contracts/team';
import { bestMatch, matchesPattern } from '../../contracts/pattern-match';
import { nearestName } from '../../contracts/schemas/nearest-name';
import type { TaskTreeNode } from '../../contracts/schemas/documents';
import { checkNode, compositionCycle, type NodeWorld } from './check-node';
import { genericAgent } from './build-agent';
import { sourceOfGrant } from './model-facts';
import type { SortedDocuments } from './sort-documents';
import { agentNamed, faultUnknown, type TeamDraft } from './team-draft';
import type { Place } from './team-faults';

/** Agents that snippets name and nobody declares become tool-less generic agents, with a notice. */
export function addNamedAgents(draft: TeamDraft, sorted: SortedDocuments): void {
  const named: { name: string; place: Place }[] = [];
  const name = (agent: string | undefined, place: Place): void => {
    if (agent !== undefined) named.push({ name: agent, place });
  };
  for (const [, { value, place }] of draft.agents) {
    value.consults?.forEach((one, index) => name(one.agent, place.at('consults', index, 'agent')));
    value.notifies?.forEach((one, index) => name(one.agent, place.at('notifies', index, 'agent')));
    value.acceptsDelegationFrom?.forEach((one, index) => name(one, place.at('acceptsDelegationFrom', index)));
  }
  for (const { value, place } of draft.events) {
    value.consumers.forEach((one, index) => name(one.agent, place.at('consumers', index, 'agent')));
  }
  const tree = (node: TaskTreeNode, place: Place): void => {
    name(node.agent, place.at('agent'));
    node.children?.forEach((child, index) => tree(child, place.at('children', index)));
  };
  for (const { document, place } of sorted.taskTrees) tree(document.spec.root, place.at('spec', 'root'));
  for (const { document, place } of sorted.meetings) {
    document.participants.forEach((one, index) => name(one, place.at('participants', index)));
    name(document.chair, place.at('chair'));
  }
  for (const { document, place } of sorted.blackboards) {
    for (const [key, artifact] of Object.entries(document.artifacts ?? {}))
      name(artifact.owner, place.at('artifacts', key, 'owner'));
    document.decisions?.forEach((one, index) => name(one.agent, place.at('decisions', index, 'agent')));
  }
  for (const one of named) addGeneric(draft, one.name, one.place);
}

function addGeneric(draft: TeamDraft, name: string, place: Place): void {
  if (draft.lost.has(name)) return;
  const declared = agentNamed(draft, name);
  if (declared === name) return;
  if (declared !== undefined) {
    place.notice(`"${name}" (${place.text()}) stands for the agent "${declared}".`);
    return;
  }
  const near = name.length > 3 ? nearestName(name, draft.agents.keys()) : undefined;
  draft.agents.set(name, { value: genericAgent, place });
  const meant = near === undefined ? '' : ` If you meant "${near}", write that.`;
  place.notice(
    `The agent "${name}" (${place.text()}) is declared nowhere: it is a generic agent without tools.${meant}`,
  );
}

/** Checks every name in a team that must stand for something, and the compositions' shapes. */
export function checkReferences(draft: TeamDraft, team: Team): void {
  for (const [name, { place }] of draft.agents) {
    const agent = team.agents[name];
    if (!agent) continue;
    agent.models.forEach((model, index) => {
      if (!Object.hasOwn(team.models, model))
        faultUnknown(draft, place.at('model', index), model, Object.keys(team.models), 'model');
    });
    agent.tools.forEach((grant, index) => checkGrant(draft, team, grant, place.at('tools', index)));
    agent.fallback.forEach((other, index) => {
      if (!draft.agents.has(other))
        faultUnknown(draft, place.at('fallback', index), other, draft.agents.keys(), 'agent');
      else if (other === name) place.at('fallback', index).fault(`is the agent "${name}" itself`);
    });
    const breaker = agent.circuitBreaker?.fallback;
    if (breaker !== undefined && breaker !== 'escalate_to_human' && !draft.agents.has(breaker)) {
      const known = ['escalate_to_human', ...draft.agents.keys()];
      faultUnknown(draft, place.at('circuitBreaker', 'fallback'), breaker, known, 'agent');
    }
  }
  for (const [name, { value, place }] of draft.aliases) {
    if (Object.hasOwn(team.tools, name))
      place.fault(`is the name of a tool source as well`, 'give the alias another name');
    if ('agent' in value) {
      if (agentNamed(draft, value.agent) === undefined)
        faultUnknown(draft, place.at('agent'), value.agent, draft.agents.keys(), 'agent');
    } else checkGrant(draft, { ...team, toolAliases: {} }, value.tool, place.at('tool'));
  }
  checkCompositions(draft, team);
  checkSchedules(draft);
}

function checkGrant(draft: TeamDraft, team: Team, grant: string, place: Place): void {
  if (Object.hasOwn(team.toolAliases, grant)) return;
  if (grant.startsWith('*')) {
    place.fault('grants the tools of every source', 'name the source: "source.*"');
  } else if (sourceOfGrant(team, grant) === undefined) {
    faultUnknown(
      draft,
      place,
      grant.split('.')[0] ?? grant,
      [...Object.keys(team.tools), ...Object.keys(team.toolAliases)],
      'tool',
    );
  } else {
    checkOperation(team, grant, place);
  }
}

/** The operations of an HTTP source are all known, so that a name among them can be checked. */
function checkOperation(team: Team, grant: string, place: Place): void {
  const [name = '', tool] = [grant.split('.')[0], grant.split('.').slice(1).join('.')];
  const source = team.tools[name];
  if (source?.kind !== 'http' || !tool) return;
  const known = Object.keys(source.operations);
  if (known.some((operation) => matchesPattern(tool, operation))) return;
  const near = nearestName(tool, known);
  place.fault(
    `names "${tool}", which is no operation of "${name}"`,
    near === undefined ? `operations: ${known.join(', ')}` : `did you mean "${near}"?`,
  );
}

/** What a team's nodes may name. */
export function worldOf(
  draft: Pick<TeamDraft, 'agents' | 'compositions' | 'lost' | 'incomplete'>,
  team: Pick<Team, 'tools' | 'toolAliases' | 'policy'>,
): NodeWorld {
  return {
    agent: (name) => agentNamed(draft, name),
    hasTool: (name) =>
      Object.hasOwn(implicitTools, name) ||
      Object.hasOwn(team.toolAliases, name) ||
      (name.includes('.') && sourceOfGrant(team, name) !== undefined),
    composition: (name) => draft.compositions.get(name)?.value,
    hasGroup: (name) => Object.hasOwn(team.policy.approvers, name),
    unknown: (place, name, what) => {
      const known = {
        agent: [...draft.agents.keys()],
        tool: [...Object.keys(team.toolAliases), ...Object.keys(team.tools).map((source) => `${source}.…`)],
        composition: [...draft.compositions.keys()],
        'approver group': Object.keys(team.policy.approvers),
      };
      faultUnknown(draft, place, name, known[what], what);
    },
  };
}

function checkCompositions(draft: TeamDraft, team: Team): void {
  const world = worldOf(draft, team);
  const told = new Set<string>();
  for (const [name, { value, place }] of draft.compositions) {
    const cycle = compositionCycle(world, name);
    if (cycle && !cycle.some((one) => told.has(one))) {
      place.fault(`contains itself: ${cycle.join(' → ')}`);
      cycle.forEach((one) => told.add(one));
    }
    checkNode(world, value, place);
  }
}

function checkSchedules(draft: TeamDraft): void {
  const seen = new Set<string>();
  for (const { value, place } of draft.schedules) {
    const { name, composition, agent, cron, timezone } = value;
    if (seen.has(name)) place.at('name').fault(`is the name of another schedule as well`);
    seen.add(name);
    if ((composition === undefined) === (agent === undefined))
      place.fault('needs "composition" or "agent", one of the two');
    if (composition !== undefined && !draft.compositions.has(composition)) {
      faultUnknown(draft, place.at('composition'), composition, draft.compositions.keys(), 'composition');
    }
    if (agent !== undefined && agentNamed(draft, agent) === undefined) {
      faultUnknown(draft, place.at('agent'), agent, draft.agents.keys(), 'agent');
    }
    if (!/^(@\w+|(\S+\s+){4,6}\S+)$/.test(cron.trim()))
      place.at('cron').fault('must be five fields, such as "0 7 * * 1-5"');
    if (timezone !== undefined && !isTimezone(timezone))
      place.at('timezone').fault(`"${timezone}" is no time zone`, 'for example Europe/Berlin');
  }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The effect a team's own words give a tool: what it lists, else irreversible for a foreign tool; undefined for builtins. */
export function declaredEffect(team: Team, tool: string): 'read' | 'write' | 'irreversible' | undefined {
  const dot = tool.indexOf('.');
  const source = Object.hasOwn(team.tools, tool.slice(0, dot)) ? team.tools[tool.slice(0, dot)] : undefined;
  if (!source) return undefined;
  return bestMatch(source.effects, tool.slice(dot + 1)) ?? (source.kind === 'builtin' ? undefined : 'irreversible');
}
