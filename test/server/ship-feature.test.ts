import type { Json } from '../../contracts/json';
import type { RunResult } from '../../contracts/run';
import { withStore } from '../support/daily-report';
import { Seeded } from '../support/exports/seeded';
import { Harness, until } from '../support/harness';
import { scriptedTeam } from '../support/shipped-team';

/** Chosen at test time; in the names of the tests, so that a failure can be repeated. */
const seed = Number(process.env['FEATURE_SEED'] ?? Date.now() % 1_000_000);
const feature = makeFeature(new Seeded(seed));

jest.setTimeout(120_000);

let cadre: Harness;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' }, withoutWorker: true });
  scriptedTeam(cadre, 'ship-feature', 'ship-scripted', { calls: script() });
  await cadre.startWorker();
});
afterAll(() => cadre.close());

interface Item {
  id: string;
  statement: string;
}
const itemsOf = (output: Json): Item[] => (output as unknown as { items: Item[] }).items;
const compose = (composition: string, fields: object = { input: feature }, team = 'ship-feature'): Promise<RunResult> =>
  cadre.run('compose', { team, composition, ...fields });

/** What is said of a requirement stands in it, word for word. */
function expectGrounded(items: readonly Item[]): void {
  const texts = new Map(feature.requirements.map(({ id, text }) => [id, text]));
  const said = items.filter(({ id }) => texts.has(id));
  expect(said.length).toBeGreaterThan(0);
  for (const { id, statement } of said) expect(texts.get(id)).toContain(statement);
  for (const { id } of items) expect(texts.has(id) || id.startsWith('cluster/events/')).toBe(true);
}

describe(`ship-feature on a feature made from the seed ${seed} (repeat with FEATURE_SEED)`, () => {
  it('the tree: everybody does their part, and the chain of who answers for what is in the result', async () => {
    const result = await compose('ship-feature');
    expect(result.status).toBe('completed');
    expect(Object.keys(result.agents).sort()).toEqual(
      ['ceo', 'cto', 'backend', 'frontend', 'devops', 'cso', 'marketing'].sort(),
    );
    expectGrounded(itemsOf(result.output));
    const chain = JSON.stringify(result.parts);
    for (const task of ['Technical implementation of analytics dashboard', 'Create announcement blog post'])
      expect(chain).toContain(task);
  });

  it('the meeting: what is carried was proposed from the requirements, and its action items are run', async () => {
    const result = await compose('architecture');
    expect(result.failures).toEqual([]);
    const { decisions, actionItems } = result.output as unknown as {
      decisions: { motion: string; carried?: boolean }[];
      actionItems: { agent: string; state: string; output: Json }[];
    };
    expect(decisions.length).toBeGreaterThan(0);
    const all = feature.requirements.map(({ text }) => text).join('\n');
    for (const { motion } of decisions) expect(all).toContain(motion.replace(/ \[[^\]]*\]$/, ''));
    expect(actionItems.length).toBeGreaterThan(0);
    for (const { agent, state, output } of actionItems) {
      expect(['cto', 'backend', 'frontend', 'devops', 'cso']).toContain(agent);
      expect(state).toBe('done');
      expectGrounded(itemsOf(output));
    }
  });

  it('the board: what was complete stays, the rest becomes so', async () => {
    const result = await compose('feat-analytics-dashboard');
    const { artifacts, decisions } = result.output as unknown as {
      artifacts: { name: string; status: string; writtenBy: string | null }[];
      decisions: { decision: string }[];
    };
    expect(artifacts.map(({ name, status, writtenBy }) => `${name} ${status} ${writtenBy ?? '-'}`).sort()).toEqual([
      'api_spec complete -',
      'deployment_config complete devops',
      'security_review complete cso',
      'ui_mockup complete frontend',
    ]);
    expect(decisions).toMatchObject([{ decision: 'Use ClickHouse for analytics storage' }]);
  });

  it('the events: from the merge over deployment, tests and scan to changelog and stakeholders', async () => {
    const id = `pr-${seed}`;
    await cadre.run('publish', {
      team: 'ship-feature', subject: 'genbrain.events.pr.merged', id, data: { pr: seed },
    }); // prettier-ignore
    const told = await until(60_000, 'the end of the chain', () =>
      withStore(cadre, async (store) => {
        const chain = await store.events.listChain('ship-feature', id);
        const last = chain.find(({ subject }) => subject === 'genbrain.events.deployment.verified');
        if (!last) return null;
        const ends = await Promise.all(
          ['marketing.post-changelog-update', 'ceo.update-stakeholders'].map((consumer) =>
            store.deliveries.get({ team: 'ship-feature', eventId: last.id, consumer }),
          ),
        );
        return ends.every((end) => end?.state === 'done') ? chain : null;
      }),
    );
    const words = told.map(({ subject, hops }) => `${hops} ${subject.replace('genbrain.events.', '')}`);
    expect(words.sort()).toEqual([
      '0 pr.merged',
      '1 deployment.completed',
      '2 scan.passed',
      '2 tests.passed',
      '3 deployment.verified',
    ]);
  });
});

const work = (statement: string) => ({ output: { summary: statement, items: [], unresolved: [] } });

/** A model of few words for those who are asked; what matters is who asks them. */
function script(): object[] {
  const contribution = { output: { statement: 'It is fine.', concerns: [], proposal: 'Publish the schema first' } };
  const motion = { motion: 'Publish the schema first', rationale: 'Everybody needs it.', actions: [] };
  return [
    { role: 'contribution', reply: contribution, repeat: true },
    { role: 'motion', reply: { output: { motions: [motion], actions: [] } }, repeat: true },
    { role: 'ballot', reply: { output: { choice: 'yes', reason: 'Right.' } }, repeat: true },
    {
      agent: 'backend',
      match: 'Tell your peers',
      reply: {
        toolCalls: [
          { name: 'notify_devops', args: { message: 'The port changes.' } },
          { name: 'consult_cso', args: { task: 'May the port change?' } },
        ],
      },
    },
    { agent: 'cso', match: 'Verify the security', fault: { kind: 'refused', times: 20 } },
    { agent: 'backend', match: 'run_down', reply: work('undone by backend'), optional: true },
    { agent: 'backend', match: 'genbrain.events.ci.failure', reply: work('the test was flaky'), repeat: true },
    { reply: work('done'), repeat: true },
  ];
}

describe('backend, whose configuration comes from five files', () => {
  it('accepts delegation, handles an event, tells its peers and sits in a meeting', async () => {
    const team = 'ship-scripted';
    const root = { agent: 'cto', task: 'Build it', children: [{ agent: 'backend', task: 'Build the API' }] };
    const tree = await cadre.run('taskTree', { team, root });
    expect(tree.agents['backend']?.steps).toBe(1);
    // Nobody but the cto may give it a task.
    const wrong = { agent: 'ceo', task: 'Build it', children: [{ agent: 'backend', task: 'Build the API' }] };
    const refused = await cadre.run('taskTree', { team, root: wrong }).catch((error: Error) => error.cause);
    expect(JSON.stringify(refused)).toContain('backend takes none from ceo');

    const published = await cadre.run('publish', {
      team,
      subject: 'genbrain.events.ci.failure',
      data: { build: seed },
    });
    const { consumers } = published.output as unknown as { consumers: { agent: string; workflowId: string }[] };
    expect(consumers.map(({ agent }) => agent)).toEqual(['backend']);
    const consumed = (await cadre.client.workflow.getHandle(consumers[0]?.workflowId ?? '').result()) as RunResult;
    expect(consumed.output).toMatchObject({ summary: 'the test was flaky' });

    // `notify_devops` is there by a peer channel alone; cso accepts tasks from others only, and may be asked all the same.
    const peers = await cadre.run('peers', { team, start: 'backend', task: 'Tell your peers what changes.' });
    const { calls } = peers.parts as { calls: { kind: string; to: string; state: string }[] };
    expect(calls.map(({ kind, to, state }) => `${kind} ${to} ${state}`).sort()).toEqual([
      'consult cso completed',
      'notify devops completed',
    ]);

    const meeting = await compose('analytics-dashboard-architecture-review', {}, team);
    const { present, decisions } = meeting.output as unknown as { present: string[]; decisions: { votes: Json }[] };
    expect(present).toContain('backend');
    expect(decisions).toHaveLength(3);
    expect(meeting.agents['backend']?.steps).toBe(6);
  });

  it('takes its step of a release back, after devops, when the last one fails', async () => {
    const handle = await cadre.start('compose', {
      team: 'ship-scripted', composition: 'release', input: { feature: 'x' },
    }); // prettier-ignore
    await expect(handle.result()).rejects.toThrow();
    const { items } = await handle.query<{ items: { path: string }[] }, [object]>('events', { limit: 200 });
    const undone = items.flatMap(({ path }) => /\/compensate\/(\w+)/.exec(path)?.[1] ?? []);
    expect([...new Set(undone)]).toEqual(['rollback_deployment', 'run_down_migration']);
  });
});

interface Feature {
  feature: string;
  requirements: { id: string; title: string; text: string }[];
}

/** Requirements in words that no file of the team holds, each about what somebody in the tree is there for. */
function makeFeature(random: Seeded): Feature {
  const about = [
    'analytics API schema', 'dashboard UI components', 'data pipeline architecture', 'deployment strategy and monitoring',
    'security review of analytics data handling', 'announcement blog post',
  ]; // prettier-ignore
  const requirements = about.map((topic, index) => ({
    id: `R${random.int(100, 999)}-${index}`,
    title: `${topic} ${random.words(1)}`,
    text: `The ${topic} should ${random.words(3)} within ${random.int(2, 90)} days. It must ${random.words(4)}.`,
  }));
  return { feature: `Dashboard ${random.words(2)}`, requirements };
}
