import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadTeam } from '../../activities/teams';
import { removeTempTeams, tempTeam } from '../support/teams/temp-team';

const snippets = path.join(__dirname, '..', 'support', 'teams', 'snippets');
const load = (file: string) => loadTeam(path.join(snippets, file));

afterAll(removeTempTeams);

describe('the snippets the project was founded on load as they stand', () => {
  test('task tree: every agent named is there, the tree is kept', async () => {
    const { team, notices } = await load('task-tree.yaml');
    expect(Object.keys(team.agents)).toEqual(['ceo', 'cto', 'backend', 'frontend', 'devops', 'cso', 'marketing']);
    expect(Object.values(team.agents).every((agent) => agent.tools.length === 0 && agent.trust === 'read-only')).toBe(
      true,
    );
    expect(team.documents['taskTree/feature-implementation']).toMatchObject({
      root: { agent: 'ceo', children: [{ agent: 'cto', children: [{ agent: 'backend' }, {}, {}] }, {}, {}] },
    });
    expect(notices).toHaveLength(7);
    // Started by its name, with the root's task unless another one is given.
    expect(team.compositions['feature-implementation']).toMatchObject({
      pattern: 'taskTree',
      task: 'Ship user analytics dashboard',
      root: { agent: 'ceo', children: [{ agent: 'cto' }, { agent: 'cso' }, { agent: 'marketing' }] },
    });
    expect(notices[0]).toBe(
      'The agent "ceo" (task-tree.yaml:7) is declared nowhere: it is a generic agent without tools.',
    );
  });

  test('consult and notify table', async () => {
    const { team } = await load('consult-notify.yaml');
    expect(team.agents['backend']?.consults).toEqual([
      { agent: 'devops', for: 'infrastructure questions, deployment configs' },
      { agent: 'cso', for: 'security review of API changes' },
    ]);
    expect(team.agents['backend']?.notifies).toEqual([{ agent: 'frontend', when: 'API contract changes' }]);
    expect(Object.keys(team.agents)).toContain('marketing');
  });

  test('event table', async () => {
    const { team } = await load('events.yaml');
    expect(team.events).toHaveLength(3);
    expect(team.events[1]).toEqual({
      subject: 'genbrain.events.deployment.completed',
      consumers: [
        { agent: 'devops', action: 'run_smoke_tests' },
        { agent: 'cso', action: 'run_security_scan' },
      ],
    });
  });

  test('agent configuration', async () => {
    const { team } = await load('agent-config.yaml');
    expect(team.agents['backend-agent']).toMatchObject({
      acceptsDelegationFrom: ['cto'],
      eventSubscriptions: [
        { subject: 'genbrain.events.ci.failure' },
        { subject: 'genbrain.events.pr.review-requested' },
      ],
      peerChannels: ['genbrain.agents.frontend.inbox', 'genbrain.agents.devops.inbox'],
      meetingAvailability: 'always',
    });
  });

  test('circuit breaker, compensation, memory', async () => {
    const breaker = { failureThreshold: 3, recoveryTimeoutMs: 300_000, fallback: 'escalate_to_human' };
    expect((await load('circuit-breaker.yaml')).team.documents['circuitBreaker']).toEqual(breaker);
    expect((await load('compensation.yaml')).team.documents['compensation']).toEqual([
      { step: 'deploy_to_production', compensate: 'rollback_deployment' },
      { step: 'update_database_schema', compensate: 'run_down_migration' },
    ]);
    expect((await load('memory.yaml')).team.documents['memory']).toEqual([
      expect.objectContaining({
        key: 'cluster/events/2026-03-22',
        tags: ['infrastructure', 'alert', 'node-a'],
        ttlMs: 3_600_000,
      }),
    ]);
  });

  test('blackboard and meeting', async () => {
    const board = (await load('blackboard.json')).team;
    expect(board.documents['blackboard/feat-analytics-dashboard']).toMatchObject({
      status: 'in_progress',
      artifacts: { api_spec: { status: 'complete' }, security_review: { blockedBy: 'api_spec' } },
      decisions: [{ agent: 'cto' }],
    });
    expect(board.compositions['feat-analytics-dashboard']).toMatchObject({
      pattern: 'blackboard',
      board: { taskId: 'feat-analytics-dashboard', artifacts: { security_review: { blockedBy: 'api_spec' } } },
    });
    expect(Object.keys(board.agents).sort()).toEqual(['backend', 'cso', 'cto', 'devops', 'frontend']);
    const meeting = (await load('meeting.json')).team;
    expect(meeting.documents['meeting/analytics-dashboard-architecture-review']).toMatchObject({
      decisionRequired: true,
      maxDurationMinutes: 15,
      participants: ['cto', 'backend', 'frontend', 'devops', 'cso'],
    });
    expect(meeting.compositions).toEqual({
      'analytics-dashboard-architecture-review': {
        pattern: 'meeting',
        title: 'Analytics Dashboard Architecture Review',
        participants: ['cto', 'backend', 'frontend', 'devops', 'cso'],
        agenda: ['Review proposed API schema', 'Discuss data pipeline architecture', 'Agree on deployment strategy'],
        decisionRequired: true,
        maxDurationMinutes: 15,
      },
    });
  });

  test('a meeting is a composition of its team: aliases are names, and one that is written out stands', async () => {
    const meeting = { title: 'Weekly Sync', participants: ['backend-agent', 'cto'], chair: 'cto', agenda: [] };
    const agents = { backend: { description: 'Builds' }, cto: { description: 'Decides' } };
    const files = { 'team.yaml': JSON.stringify({ agents }), 'sync.yaml': JSON.stringify(meeting) };
    const { team } = await loadTeam(tempTeam(files, 'sync'));
    expect(team.compositions['weekly-sync']).toEqual({
      pattern: 'meeting',
      title: 'Weekly Sync',
      participants: ['backend', 'cto'],
      chair: 'cto',
    });
    const own = { agents, compositions: { 'weekly-sync': 'backend' } };
    const written = await loadTeam(tempTeam({ ...files, 'team.yaml': JSON.stringify(own) }, 'sync'));
    expect(written.team.compositions['weekly-sync']).toEqual({ agent: 'backend' });
    expect(written.notices.join('\n')).toContain(
      'The composition "weekly-sync" (team.yaml:1) stands for this document (sync.yaml:1).',
    );
  });

  test('all of them in one folder are one team, and backend-agent is backend', async () => {
    const files: Record<string, string> = {};
    for (const name of [
      'task-tree',
      'consult-notify',
      'events',
      'agent-config',
      'circuit-breaker',
      'compensation',
      'memory',
    ]) {
      files[`${name}.yaml`] = readFileSync(path.join(snippets, `${name}.yaml`), 'utf8');
    }
    files['board.yaml'] = readFileSync(path.join(snippets, 'blackboard.json'), 'utf8');
    files['meeting.yaml'] = readFileSync(path.join(snippets, 'meeting.json'), 'utf8');
    const { team, notices } = await loadTeam(tempTeam(files, 'analytics'));
    expect(team.name).toBe('analytics');
    expect(Object.keys(team.agents)).not.toContain('backend-agent');
    expect(team.agents['backend']).toMatchObject({
      acceptsDelegationFrom: ['cto'],
      consults: [{ agent: 'devops' }, { agent: 'cso' }],
      circuitBreaker: { failureThreshold: 3 },
    });
    expect(notices.join('\n')).toContain('The agent "backend-agent" (agent-config.yaml:5) is the agent "backend".');
    expect(notices.join('\n')).toContain('The agent "cto" (agent-config.yaml:6) is declared nowhere');
    expect(Object.keys(team.documents)).toHaveLength(6);
  });
});
