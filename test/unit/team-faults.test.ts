import { InvalidTeamError, loadTeam, type TeamFault } from '../../activities/teams';
import { faultsOf, removeTempTeams, tempTeam } from '../support/teams/temp-team';

afterAll(removeTempTeams);

const told = (faults: readonly TeamFault[]): string[] =>
  faults.map(({ file, line, path, message, hint }) => `${file}:${line} ${path} ${message}${hint ? ` (${hint})` : ''}`);

const head = 'kind: Team\nmetadata: { name: t }\nspec:\n';

/** One fault each: the lines under `spec:` (which is line 3), and what is said about it. */
const single: [name: string, spec: string, said: string][] = [
  [
    'unknown key',
    '  agents: [{ name: a, toolss: [] }]',
    'team.yaml:4 spec.agents[0].toolss is an unknown key (did you mean "tools"?)',
  ],
  ['unknown section', '  agent: []', 'team.yaml:4 spec.agent is an unknown key (did you mean "agents"?)'],
  [
    'wrong type',
    '  agents:\n    - name: a\n      maxSteps: many',
    'team.yaml:6 spec.agents[0].maxSteps must be a number, not text',
  ],
  ['missing name', '  agents:\n    - description: x', 'team.yaml:5 spec.agents[0].name is required: text'],
  [
    'enum',
    '  agents: [{ name: a, trust: elevatd }]',
    'team.yaml:4 spec.agents[0].trust must be one of read-only, elevated, not "elevatd" (did you mean "elevated"?)',
  ],
  [
    'duration',
    '  defaults: { timeout: soon }',
    'team.yaml:4 spec.defaults.timeout must be a duration of at most 365 days: seconds as a number, or text such as "300s", "5m" or "1h30m"',
  ],
  [
    'bad name',
    '  agents: { "a b": {} }',
    'team.yaml:4 spec.agents.a b has a key that is not allowed: must be a name of letters, digits, "-", "_" or "."',
  ],
  [
    'unknown provider',
    '  models: { m: { provider: openia } }',
    'team.yaml:4 spec.models.m.provider must be one of auto, openai, anthropic, google, openai-compatible, scripted, offline, not "openia" (did you mean "openai"?)',
  ],
  [
    'tool source of no kind',
    '  tools: { m: { zone: local } }',
    'team.yaml:4 spec.tools.m must have one of the keys mcp, http, builtin',
  ],
  [
    'mcp without command',
    '  tools: { m: { mcp: { args: [] } } }',
    'team.yaml:4 spec.tools.m.mcp needs "command" or "url", one of the two',
  ],
  [
    'judge that debates',
    '  agents: [{ name: a }, { name: b }]\n  compositions: { x: { pattern: debate, debaters: [a, b], judge: b } }',
    'team.yaml:5 spec.compositions.x.debaters holds the judge "b" itself',
  ],
  [
    'agent twice',
    '  agents:\n    - name: a\n    - name: a',
    'team.yaml:6 spec.agents[1].name declares the agent "a" twice, the first time at team.yaml:5',
  ],
  [
    'unknown model',
    '  agents: [{ name: a, model: quik }]\n  models: { quick: { provider: auto } }',
    'team.yaml:4 spec.agents[0].model[0] names the model "quik", which the team does not have (did you mean "quick"?)',
  ],
  [
    'unknown tool source',
    '  agents: [{ name: a, tools: [fles.read] }]\n  tools: { files: { builtin: files } }',
    'team.yaml:4 spec.agents[0].tools[0] names the tool "fles", which the team does not have (did you mean "files"?)',
  ],
  [
    'every tool',
    '  agents: [{ name: a, tools: ["*"] }]',
    'team.yaml:4 spec.agents[0].tools[0] grants the tools of every source (name the source: "source.*")',
  ],
  [
    'unknown fallback agent',
    '  agents: [{ name: alpha, fallback: [aplha2] }, { name: alpha3 }]',
    'team.yaml:4 spec.agents[0].fallback[0] names the agent "aplha2", which the team does not have (did you mean "alpha"?)',
  ],
  [
    'unknown agent in a composition',
    '  agents: [{ name: chief }]\n  compositions:\n    daily:\n      pattern: supervisor\n      supervisor: cheif\n      specialists: [chief]',
    'team.yaml:8 spec.compositions.daily.supervisor names the agent "cheif", which the team does not have (did you mean "chief"?)',
  ],
  [
    'unknown pattern',
    '  compositions: { x: { pattern: superviser } }',
    'team.yaml:4 spec.compositions.x.pattern has no meaning as "superviser" (did you mean "supervisor"?)',
  ],
  [
    'no node at all',
    '  compositions: { x: { task: hm } }',
    'team.yaml:4 spec.compositions.x must be a name or have one of the keys agent, tool, approval, composition or pattern',
  ],
  [
    'unknown field of a pattern',
    '  agents: [{ name: a }, { name: b }]\n  compositions: { x: { pattern: reflection, author: a, critic: b, maxRound: 2 } }',
    'team.yaml:5 spec.compositions.x.maxRound is an unknown key (did you mean "maxRounds"?)',
  ],
  [
    'incomplete pattern',
    '  agents: [{ name: a }]\n  compositions: { x: { pattern: reflection, author: a } }',
    'team.yaml:5 spec.compositions.x needs "critic": the agent that scores',
  ],
  [
    'nested node',
    '  agents: [{ name: a }]\n  compositions:\n    x:\n      pattern: pipeline\n      stages:\n        - a\n        - agent: a\n          check: bb',
    'team.yaml:11 spec.compositions.x.stages[1].check.agent names the agent "bb", which the team does not have (agents: a)',
  ],
  [
    'unknown composition',
    '  compositions: { x: { composition: y } }',
    'team.yaml:4 spec.compositions.x.composition names the composition "y", which the team does not have (did you mean "x"?)',
  ],
  [
    'cycle of compositions',
    '  compositions: { x: { composition: y }, y: { composition: x } }',
    'team.yaml:4 spec.compositions.x contains itself: x → y → x',
  ],
  [
    'quorum',
    '  agents: [{ name: a }]\n  compositions: { x: { pattern: fanOut, branches: [a], quorum: 3 } }',
    'team.yaml:5 spec.compositions.x.quorum is 3, and there are 1 branches',
  ],
  [
    'specialist twice',
    '  agents: [{ name: a }, { name: b }]\n  compositions: { x: { pattern: supervisor, supervisor: a, specialists: [b, b] } }',
    'team.yaml:5 spec.compositions.x.specialists holds "b" twice',
  ],
  [
    'rounds without end',
    '  agents: [{ name: a }, { name: b }]\n  compositions: { x: { pattern: reflection, author: a, critic: b, maxRounds: 500 } }',
    'team.yaml:5 spec.compositions.x.maxRounds must be at most 5',
  ],
  [
    'secret in the team',
    '  models: { m: { provider: openai, apiKey: sk-123456789 } }',
    'team.yaml:4 spec.models.m.apiKey holds a secret, and a team is recorded in history (write ${NAME} and set that variable for the worker)',
  ],
  [
    'false locality',
    '  models: { m: { provider: openai, locality: local } }',
    'team.yaml:4 spec.models.m.locality is "local", but openai answers over the network (set baseUrl if it runs on this machine or in your network)',
  ],
  [
    'dollars without a price',
    '  models: { m: { provider: openai, model: unheard-of } }\n  agents: [{ name: a, model: m, budget: { usd: 1 } }]',
    'team.yaml:5 spec.agents[0].budget.usd limits dollars, but the price of m is not known (set usdPerMillionTokens of the model, or limit tokens)',
  ],
  [
    'private agent, remote models',
    '  models: { m: { provider: anthropic } }\n  agents: [{ name: a, model: m, privacy: private }]',
    'team.yaml:5 spec.agents[0] is private, and all its models are remote: m (give it a model of locality local)',
  ],
  [
    'private agent, tool outside',
    '  tools: { j: { mcp: { url: "https://example.org/mcp" } } }\n  agents: [{ name: a, tools: [j.x], privacy: private }]',
    'team.yaml:5 spec.agents[0].tools[0] is private and may use only tools of the zone local; "j" is in the zone external (set zone: local if it stays on this machine)',
  ],
  [
    'private material flows out',
    '  models: { far: { provider: anthropic } }\n  agents: [{ name: a, privacy: private }, { name: b, model: far }]\n  compositions: { x: { pattern: pipeline, stages: [a, b] } }',
    'team.yaml:6 spec.compositions.x hands what "a" yields, which is private, to "b", whose models are all remote (give it a model of locality local, or have a person declassify the material first)',
  ],
  [
    'a private voice among others',
    '  models: { far: { provider: anthropic } }\n  agents: [{ name: a, privacy: private }, { name: b, model: far }, { name: c }]\n  compositions: { x: { pattern: debate, debaters: [b, a], judge: c } }',
    'team.yaml:6 spec.compositions.x hands what "a" yields, which is private, to "b", whose models are all remote (give it a model of locality local, or have a person declassify the material first)',
  ],
  [
    'approve on timeout',
    '  policy: { approvals: [{ effect: write, onTimeout: approve }] }',
    'team.yaml:4 spec.policy.approvals[0].onTimeout must be one of reject, escalate, hold, not "approve"',
  ],
  [
    'auto for a pattern',
    '  tools: { f: { builtin: files, effects: { write_file: write } } }\n  policy: { approvals: [{ tool: "f.*", auto: true }] }',
    'team.yaml:5 spec.policy.approvals[0].auto needs one named tool: a policy approves named tools only (set tool: source.tool)',
  ],
  [
    'auto for an irreversible tool',
    '  tools: { f: { mcp: { command: x } } }\n  policy: { approvals: [{ tool: f.send, auto: true }] }',
    'team.yaml:5 spec.policy.approvals[0].auto covers "write" only, and f.send counts as irreversible (list it under effects of its source as write, if it is)',
  ],
  [
    'unknown group',
    '  policy: { approvers: { ops: [dana] }, approvals: [{ effect: write, group: opps }] }',
    'team.yaml:4 spec.policy.approvals[0].group names the approver group "opps", which the team does not have (did you mean "ops"?)',
  ],
  [
    'escalation to nobody',
    '  policy: { approvers: { ops: [dana] }, approvals: [{ effect: write, onTimeout: escalate }] }',
    'team.yaml:4 spec.policy.approvals[0] escalates, and "escalateTo" does not say to which group (approver groups: ops)',
  ],
  [
    'signature without approvers',
    '  policy: { requireSignature: true }',
    'team.yaml:4 spec.policy.requireSignature needs approvers, and the policy names none (add approvers: { <group>: [<name>] })',
  ],
  [
    'time zone',
    '  agents: [{ name: a }]\n  schedules: [{ name: s, cron: "0 7 * * *", timezone: Mars/Base, agent: a }]',
    'team.yaml:5 spec.schedules[0].timezone "Mars/Base" is no time zone (for example Europe/Berlin)',
  ],
  [
    'variable in a key',
    '  agents:\n    a: { meetingAvailability: { "${X}": 1 } }',
    'team.yaml:5  has "${…}" in the key ${X} (variables are filled in in values only)',
  ],
  ['duplicate key', '  agents: { a: {} }\n  agents: { b: {} }', 'team.yaml:5  has the same key twice'],
  [
    'merge key',
    '  agents:\n    a: &a {}\n    b: { <<: *a }',
    'team.yaml:6  uses a merge key (<<) (write the keys out, or use a plain alias)',
  ],
  [
    'not finite',
    '  models: { m: { provider: auto, temperature: .inf } }',
    'team.yaml:4 spec.models.m.temperature must be a finite number',
  ],
];

describe('each fault is one sentence with its file and line', () => {
  test.each(single)('%s', async (_name, spec, said) => {
    expect(told(await faultsOf({ 'team.yaml': `${head}${spec}\n` }))).toEqual([said]);
  });

  test('broken YAML', async () => {
    const [fault] = await faultsOf({ 'team.yaml': 'agents:\n  - name: [a\n' });
    expect(fault).toMatchObject({
      file: 'team.yaml',
      message: expect.stringMatching(/^is not valid YAML: /) as string,
    });
  });

  test('a kind that is none, and a document without one', async () => {
    const faults = await faultsOf({ 'team.yaml': 'kind: Teem\n---\napiVersion: cadre/v1\n---\n- 1\n' });
    expect(told(faults)).toEqual([
      'team.yaml:1 kind is no kind of document: "Teem" (did you mean "Team"?)',
      'team.yaml:3  has no "kind" (kinds: Team, AgentConfig, TaskTree)',
      'team.yaml:5  must be a map of keys and values',
    ]);
  });
});

test('all faults come at once, over files and over stages of checking, in one error', async () => {
  const files = {
    'team.yaml': `${head}  agents:\n    - name: a\n      toolss: []\n      model: nowhere\n    - name: b\n      fallback: [gone]\n  policy: { approvals: [{ effect: read }] }\n`,
    'more.yaml': 'events:\n  - subject: x\n    consumer: []\nmodels: { m: { provider: openai, apiKey: sk-1 } }\n',
  };
  const folder = tempTeam(files);
  const error: unknown = await loadTeam(folder).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'InvalidTeam' });
  expect(told(InvalidTeamError.faultsOf(error))).toEqual(
    [
      'team.yaml:6 spec.agents[0].toolss is an unknown key (did you mean "tools"?)',
      'more.yaml:2 events[0].consumers is required: a list',
      'more.yaml:3 events[0].consumer is an unknown key (did you mean "consumers"?)',
      'team.yaml:7 spec.agents[0].model[0] names the model "nowhere", which the team does not have (models: auto)',
      'team.yaml:9 spec.agents[1].fallback[0] names the agent "gone"',
      'more.yaml:4 models.m.apiKey holds a secret',
      'team.yaml:10 spec.policy.approvals[0].effect is "read", and reading never waits for a person',
    ].map((line) => expect.stringContaining(line.slice(0, 40)) as string),
  );
  expect((error as Error).message).toMatch(/^The team "t" has 7 faults:\n {2}team\.yaml:6: spec\.agents/);
});
