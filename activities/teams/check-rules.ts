import { limits } from '../../contracts/limits';
import type { AgentConfig, Team } from '../../contracts/team';
import { privateLeaks } from './check-flow';
import { declaredEffect } from './check-references';
import { checkAvailability } from './check-availability';
import { checkPolicy } from './check-policy';
import { hasPrice, isLoopback, localityOf, mayReadPrivate, sourceOfGrant, zoneOf } from './model-facts';
import { childNodes } from './node-parts';
import type { TeamDraft } from './team-draft';
import type { Place } from './team-faults';
import type { Node } from '../../contracts/node';

const envReference = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** The rules that hold whatever a team says (contract §2). What only looks unwise becomes a notice. */
export function checkRules(draft: TeamDraft, team: Team): void {
  for (const [name, { place }] of draft.models) checkModel(team, name, place);
  for (const [name, { place }] of draft.tools) checkSource(team, name, place);
  for (const [name, { place }] of draft.agents) {
    const agent = team.agents[name];
    if (agent) checkAgent(team, agent, place);
  }
  for (const [name, { value, place }] of draft.compositions) {
    for (const leak of privateLeaks(team, value)) {
      place.fault(
        `hands what "${leak.from}" yields, which is private, to "${leak.agent}", whose models are all remote`,
        'give it a model of locality local, or have a person declassify the material first',
      );
    }
    adviseOn(team, value, place, name);
  }
  checkPolicy(draft, team);
}

function checkModel(team: Team, name: string, place: Place): void {
  const model = team.models[name];
  if (!model) return;
  const { provider, apiKey, baseUrl } = model;
  if (apiKey !== undefined && !envReference.test(apiKey) && !isLoopback(baseUrl)) {
    place
      .at('apiKey')
      .fault('holds a secret, and a team is recorded in history', 'write ${NAME} and set that variable for the worker');
  }
  if (provider === 'openai-compatible' && baseUrl === undefined)
    place.fault('needs "baseUrl" for the provider openai-compatible');
  if (provider === 'openai-compatible' && model.model === undefined)
    place.fault('needs "model" for the provider openai-compatible');
  const vendor = provider === 'openai' || provider === 'anthropic' || provider === 'google';
  if (vendor && baseUrl === undefined && model.locality === 'local') {
    place
      .at('locality')
      .fault(
        `is "local", but ${provider} answers over the network`,
        'set baseUrl if it runs on this machine or in your network',
      );
  }
  checkInlineText(team, [baseUrl, apiKey], place);
}

/** An inline team comes from a caller: it may not start programs on the worker, nor read its environment (I9). */
function checkInlineText(team: Team, texts: readonly (string | undefined)[], place: Place): void {
  if (team.inline && texts.some((text) => text?.includes('${'))) {
    place.fault(
      "names a variable of the worker's environment, which an inline team cannot",
      'make it a team of a folder',
    );
  }
}

function checkSource(team: Team, name: string, place: Place): void {
  const source = team.tools[name];
  if (!source) return;
  if (source.kind === 'mcp') {
    if ((source.command === undefined) === (source.url === undefined)) {
      place.at('mcp').fault('needs "command" or "url", one of the two');
    }
    if (team.inline && source.command !== undefined) {
      place.at('mcp', 'command').fault('starts a program, which an inline team cannot', 'make it a team of a folder');
    }
    checkInlineText(
      team,
      [source.url, ...Object.values(source.env ?? {}), ...Object.values(source.headers ?? {})],
      place,
    );
  } else if (source.kind === 'http') {
    checkInlineText(team, [source.baseUrl, ...Object.values(source.headers ?? {})], place);
  } else {
    const escapes = Object.values(source.options).some(
      (value) => typeof value === 'string' && /^[/\\~]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(value),
    );
    if (team.inline && escapes) place.fault('names a path outside the working folder, which an inline team cannot');
    checkInlineText(team, [JSON.stringify(source.options)], place);
  }
  const headers = source.kind === 'builtin' ? {} : (source.headers ?? {});
  for (const [header, value] of Object.entries(headers)) {
    if (/authorization|api-?key|token|cookie/i.test(header) && !envReference.test(value)) {
      place.notice(
        `The header ${header} of the tool source "${name}" looks like a secret; write \${NAME}, a team is recorded in history.`,
      );
    }
  }
}

function checkAgent(team: Team, agent: AgentConfig, place: Place): void {
  checkAvailability(agent, place.at('meetingAvailability'));
  if (team.inline && agent.trust === 'elevated') {
    place.at('trust').fault('is "elevated", which an inline team can never be', 'make it a team of a folder');
  }
  if (agent.budget.usd !== undefined) {
    const unpriced = unpricedModels(team, agent);
    if (unpriced.length > 0) {
      place
        .at('budget', 'usd')
        .fault(
          `limits dollars, but the price of ${unpriced.join(', ')} is not known`,
          'set usdPerMillionTokens of the model, or limit tokens',
        );
    }
  }
  if (agent.privacy === 'private') checkPrivate(team, agent, place);
  if (agent.trust !== 'elevated') {
    agent.tools.forEach((grant) => {
      const alias = Object.hasOwn(team.toolAliases, grant) ? team.toolAliases[grant] : undefined;
      const effect = declaredEffect(team, alias && 'tool' in alias ? alias.tool : grant);
      if (!grant.includes('*') && effect !== undefined && effect !== 'read') {
        place.notice(
          `The agent "${agent.name}" is read-only and is granted ${grant}, which is ${effect}: the call is always refused.`,
        );
      }
    });
  }
}

/** The models of an agent whose calls have no known price. */
export function unpricedModels(team: Team, agent: AgentConfig): string[] {
  return agent.models.filter((name) => {
    const model = Object.hasOwn(team.models, name) ? team.models[name] : undefined;
    return model !== undefined && !hasPrice(model);
  });
}

function checkPrivate(team: Team, agent: AgentConfig, place: Place): void {
  const known = agent.models.filter((name) => Object.hasOwn(team.models, name));
  if (known.length > 0 && !mayReadPrivate(team, agent)) {
    const remote = known.filter((name) => localityOf(team.models[name] ?? { provider: 'auto' }) === 'remote');
    place.fault(`is private, and all its models are remote: ${remote.join(', ')}`, 'give it a model of locality local');
  }
  for (const [index, grant] of agent.tools.entries()) {
    const source = sourceOfGrant(team, grant);
    const zone = source === undefined ? undefined : zoneOf(team, source);
    if (zone !== undefined && zone !== 'local') {
      place
        .at('tools', index)
        .fault(
          `is private and may use only tools of the zone local; "${source}" is in the zone ${zone}`,
          'set zone: local if it stays on this machine',
        );
    }
  }
  agent.fallback.forEach((other, index) => {
    const stand = Object.hasOwn(team.agents, other) ? team.agents[other] : undefined;
    if (stand && !mayReadPrivate(team, stand)) {
      place.at('fallback', index).fault(`hands private material to "${other}", whose models are all remote`);
    }
  });
}

/** Advice about a composition: not faults. */
function adviseOn(team: Team, node: Node, place: Place, name: string): void {
  if ('pattern' in node && (node.pattern === 'supervisor' || node.pattern === 'router')) {
    const chief = node.pattern === 'supervisor' ? node.supervisor : node.router;
    const agent = chief !== undefined && Object.hasOwn(team.agents, chief) ? team.agents[chief] : undefined;
    if (agent && agent.tools.length > 0) {
      place.notice(
        `The ${node.pattern} "${agent.name}" has tools of its own; keep it thin and give them to a specialist.`,
      );
    }
    const many = node.pattern === 'supervisor' ? (node.specialists ?? []).length : (node.routes ?? []).length;
    if (many > limits.specialistsAdvised) {
      place.notice(
        `The composition "${name}" has ${many} specialists; more than ${limits.specialistsAdvised} are hard to choose among.`,
      );
    }
    for (const specialist of node.pattern === 'supervisor' ? (node.specialists ?? []) : []) {
      const described = Object.hasOwn(team.agents, specialist) ? team.agents[specialist]?.description : 'x';
      if (described === '')
        place.notice(`The specialist "${specialist}" has no description; "${chief ?? ''}" chooses by it.`);
    }
  }
  for (const child of childNodes(node)) adviseOn(team, child.node, place, name);
}
