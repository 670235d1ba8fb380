import { chainKinds, play } from '../support/ground/play-tree';
import type { FailureKind } from '../../contracts/failures';
import { toFailureRecord } from '../../contracts/failures';
import type { TaskSpec } from '../../workflows/run/task-tree';

describe('taskTree', () => {
  const tree: TaskSpec = {
    agent: 'ceo',
    task: 'ship',
    children: [
      { agent: 'backend', task: 'api' },
      { agent: 'frontend', task: 'pages' },
    ],
  };
  const inOrder = () => 0;

  it('a part that fails again is handed to the fallback, and its parent goes on with the result', async () => {
    const endings = [[], ['MalformedOutput', 'MalformedOutput'], []] as (FailureKind | null)[][];
    const { ground, outcome } = await play(tree, endings, inOrder);
    expect(outcome?.status).toBe('completed');
    expect(ground.all.filter(({ task }) => task === 'api').map(({ agent }) => agent)).toEqual([
      'backend',
      'backend',
      'spare',
    ]);
    expect(ground.notes.filter((note) => note.startsWith('task-re'))).toEqual([
      'task-retried backend backend: backend ended in MalformedOutput',
      'task-reassigned spare backend: backend ended in MalformedOutput',
    ]);
    const root = ground.all.at(-1);
    expect(root?.material.map((part) => 'label' in part && part.label)).toEqual([
      'result of task 1.1 by backend',
      'result of task 1.2 by frontend',
    ]);
  });

  it('without a fallback a sibling that shares a capability takes it; one that does not accept the assigner never', async () => {
    const wide: TaskSpec = { ...tree, children: [...(tree.children ?? []), { agent: 'shy', task: 'quiet' }] };
    await expect(play(wide, [], inOrder)).resolves.toMatchObject({
      error: expect.objectContaining({
        kind: 'MessageRejected',
        message: expect.stringContaining('task 1.3: shy takes none from ceo') as string,
      }) as unknown,
      ground: { all: [] },
    });
    const { ground } = await play(tree, [[], [], ['AgentDisabled']], inOrder);
    expect(ground.all.filter(({ task }) => task === 'pages').map(({ agent }) => agent)).toEqual([
      'frontend',
      'backend',
    ]);
  });

  it('after the last attempt it goes up, however promising another one is', async () => {
    const never = Array.from({ length: 9 }, () => 'MalformedOutput' as const);
    const { ground, outcome } = await play(
      { agent: 'ceo', task: 'ship', children: [{ agent: 'spare', task: 'x' }] },
      [[], never],
      inOrder,
    ).catch(() => ({ ground: null, outcome: null }));
    expect(outcome).toBeNull();
    expect(ground?.all.map(({ agent }) => agent)).toEqual(['spare', 'spare', 'spare']);
  });

  it('a failure that is the task’s own goes up at once, labelled, with its chain; the rest goes on', async () => {
    const { ground, outcome } = await play(tree, [[], ['OutcomeUnknown'], []], inOrder);
    expect(outcome).toMatchObject({ status: 'partial', stoppedBecause: 'task 1.1 of backend failed (OutcomeUnknown)' });
    const shown = ground.all.at(-1)?.material[0];
    expect(shown).toMatchObject({ label: 'task 1.1 of backend', untrusted: { sample: ['failure:backend'] } });
    expect(JSON.stringify(shown)).toContain('OutcomeUnknown');
  });

  it('nothing came of any part: the failure goes up with its whole chain', async () => {
    const { error } = await play(tree, [[], ['OutcomeUnknown'], ['OutcomeUnknown']], inOrder);
    expect(error).toMatchObject({ kind: 'QuorumNotReached' });
    expect(chainKinds(toFailureRecord(error))).toEqual(['QuorumNotReached', 'OutcomeUnknown']);
  });

  it('too deep, too large, and a task below itself are refused before anything begins', async () => {
    const deep = (levels: number): TaskSpec => ({
      agent: 'ceo',
      task: `level ${levels}`,
      ...(levels > 1 && { children: [deep(levels - 1)] }),
    });
    expect((await play(deep(7), [], inOrder)).outcome?.status).toBe('completed');
    const cases: [TaskSpec, string][] = [
      [deep(8), 'DepthExceeded'],
      [
        { ...tree, children: Array.from({ length: 128 }, (_, at) => ({ agent: 'ceo', task: `t${at}` })) },
        'InvalidInput',
      ],
      [
        { ...tree, children: [{ agent: 'backend', task: 'x', children: [{ agent: 'ceo', task: 'ship' }] }] },
        'CycleDetected',
      ],
    ];
    for (const [root, kind] of cases) {
      const { error, ground } = await play(root, [], inOrder);
      expect(error).toMatchObject({ kind });
      expect(ground.all).toEqual([]);
    }
  });

  it('shows itself in lines that stay few', async () => {
    const wide: TaskSpec = {
      agent: 'ceo',
      task: 'ship',
      children: Array.from({ length: 60 }, (_, at) => ({ agent: 'backend', task: `t${at}` })),
    };
    const lines: string[][] = [];
    await play(wide, [], inOrder, (ground) => void lines.push(ground.run.detailLines?.() ?? []));
    expect(lines[0]?.[0]).toBe('- tree: 0 % · 0 of 61 tasks ended, 0 failed, 8 under way');
    expect(lines[0]?.[1]).toBe('  - ceo: delegated 0 %');
    expect(lines.at(-1)?.[0]).toContain('100 %');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(26);
  });
});
