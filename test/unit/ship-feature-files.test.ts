import { mkdtempSync, readdirSync, readFileSync, writeFileSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadTeam } from '../../activities/teams';
import { consumersOf } from '../../contracts/event-delivery';
import type { Node } from '../../contracts/node';

const shipped = path.join(__dirname, '..', '..', 'agents', 'ship-feature');
const snippets = path.join(__dirname, '..', 'support', 'teams', 'snippets');

it.each(readdirSync(snippets))('%s stands in the team as it was founded on, byte for byte', (file) => {
  expect(readFileSync(path.join(shipped, file)).equals(readFileSync(path.join(snippets, file)))).toBe(true);
});

it('is one team of all its files, JSON included', async () => {
  const { team, notices } = await loadTeam(shipped);
  expect(Object.keys(team.compositions)).toEqual(
    expect.arrayContaining([
      'feature-implementation',
      'analytics-dashboard-architecture-review',
      'feat-analytics-dashboard',
    ]),
  );
  expect(notices).toEqual(['The agent "backend-agent" (agent-config.yaml:5) is the agent "backend".']);
  expect(Object.keys(team.documents).sort()).toEqual([
    'blackboard/feat-analytics-dashboard',
    'circuitBreaker',
    'compensation',
    'meeting/analytics-dashboard-architecture-review',
    'memory',
    'taskTree/feature-implementation',
  ]);
  // One agent, its configuration from five files.
  expect(team.agents['backend']).toMatchObject({
    acceptsDelegationFrom: ['cto'],
    eventSubscriptions: [{ subject: 'genbrain.events.ci.failure' }, { subject: 'genbrain.events.pr.review-requested' }],
    peerChannels: ['genbrain.agents.frontend.inbox', 'genbrain.agents.devops.inbox'],
    meetingAvailability: 'always',
    consults: [{ agent: 'devops' }, { agent: 'cso' }],
    notifies: [{ agent: 'frontend', when: 'API contract changes' }],
    circuitBreaker: { failureThreshold: 3, recoveryTimeoutMs: 300_000, fallback: 'escalate_to_human' },
    capabilities: ['api', 'schema', 'storage'],
  });
});

it('has each consumer of the event table once, with what follows', async () => {
  const { team } = await loadTeam(shipped);
  const consumers = (subject: string) =>
    consumersOf(team as never, `genbrain.events.${subject}`).map(({ consumer, emits }) =>
      [consumer, ...emits].join(' > '),
    );
  expect(consumers('pr.merged')).toEqual(['devops.trigger-deployment > genbrain.events.deployment.completed']);
  expect(consumers('deployment.completed')).toEqual([
    'devops.run-smoke-tests > genbrain.events.tests.passed',
    'cso.run-security-scan > genbrain.events.scan.passed',
  ]);
  expect(consumers('deployment.verified')).toEqual(['marketing.post-changelog-update', 'ceo.update-stakeholders']);
});

it('puts what the compensation table says at the stages of those names', async () => {
  const { team } = await loadTeam(shipped);
  const { stages } = team.compositions['release'] as unknown as { stages: { node: Node; compensate?: Node }[] };
  expect(stages.map(({ compensate }) => compensate)).toEqual([
    { composition: 'run_down_migration' },
    { composition: 'rollback_deployment' },
    undefined,
  ]);
});

describe('a compensation table', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadre-undo-'));
  const load = async (spec: object) => {
    writeFileSync(
      path.join(folder, 'team.yaml'),
      JSON.stringify({ agents: { ops: { description: 'Runs it' } }, ...spec }),
    );
    return loadTeam(folder);
  };
  const pipeline = (stage: object) => ({ roll: { pattern: 'pipeline', stages: [stage] } });

  it('takes any other text as a task for the agent of the step, and leaves a stage that says it itself', async () => {
    const compensation = [{ step: 'ship', compensate: 'Take it back' }];
    const made = await load({ compositions: pipeline({ agent: 'ops', name: 'ship' }), compensation });
    expect(made.team.compositions['roll']).toMatchObject({
      stages: [{ node: { agent: 'ops' }, compensate: { agent: 'ops', task: 'Take it back' } }],
    });
    const own = { node: { agent: 'ops', name: 'ship' }, compensate: { agent: 'ops', task: 'mine' } };
    const kept = await load({ compositions: pipeline(own), compensation });
    expect(kept.team.compositions['roll']).toMatchObject({ stages: [{ compensate: { task: 'mine' } }] });
  });

  it('says so when no stage bears the name', async () => {
    const { notices } = await load({ compositions: {}, compensation: [{ step: 'ship', compensate: 'Take it back' }] });
    expect(notices.join()).toContain('No stage is called "ship"');
  });

  it('a JSON file beside it that is no document of a team is left alone', async () => {
    cpSync(path.join(shipped, 'schemas', 'work.json'), path.join(folder, 'work.json'));
    writeFileSync(path.join(folder, 'broken.json'), '{');
    writeFileSync(path.join(folder, 'sync.json'), JSON.stringify({ title: 'Sync', participants: ['ops'] }));
    const { team } = await load({});
    expect(Object.keys(team.compositions)).toEqual(['sync']);
  });
});
