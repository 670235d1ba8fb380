import { z } from 'zod';
import type { Json, JsonObject } from '../../contracts/json';
import type { ModelMessage } from '../../contracts/model';
import { roleSchema } from '../../contracts/role-schemas';
import { graphFaults } from '../../contracts/task-graph';
import { askJson, data, requestOf } from './offline-support';

const choices = [
  { name: 'tickets', description: 'Lists open tickets of the harbour project' },
  { name: 'mail', description: 'Finds mail about the harbour project' },
  { name: 'writer', description: 'Writes a report on the harbour from what tickets and mail found' },
];

interface Task {
  id: string;
  agent: string;
  task: string;
  dependsOn: string[];
}

async function answer(
  role: string,
  task: string,
  parts: ModelMessage['parts'] = [],
): Promise<JsonObject & { tasks: Task[] }> {
  const schema = roleSchema(role, choices) ?? {};
  const value = await askJson(requestOf(task, parts, { role, output: { name: role, schema }, choices }));
  z.fromJSONSchema(schema).parse(value);
  expect(JSON.stringify(value)).toContain('made by the offline engine');
  return value as unknown as JsonObject & { tasks: Task[] };
}

describe('offline plans', () => {
  it('wait where a description names another agent, and are sound', async () => {
    const { tasks } = await answer('dag', 'Report on the harbour project: open tickets and mail.');
    expect(tasks.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['tickets', []],
      ['mail', []],
      ['writer', ['tickets', 'mail']],
    ]);
    expect(graphFaults(tasks, { agents: choices.map(({ name }) => name), max: 8 })).toEqual([]);
    expect(tasks[2]?.task).toContain('Report on the harbour project');
  });

  const standing = (rows: Json[]) => [data('the plan as it stands', { tasks: rows, because: ['x'] }, 'lead')];
  const row = (id: string, agent: string, state: string, dependsOn: string[] = []): Json => {
    return { id, agent, task: `${id} of the harbour project`, dependsOn, state };
  };

  it('what failed goes to who fits it best of those that do not have it, what waits is kept', async () => {
    const { tasks, reason } = await answer(
      'replan',
      'Report on the harbour project.',
      standing([
        row('mail', 'mail', 'failed'),
        row('done', 'tickets', 'completed'),
        row('report', 'writer', 'blocked', ['mail', 'done']),
      ]),
    );
    expect(tasks.map(({ id, agent, dependsOn }) => [id, agent, dependsOn])).toEqual([
      ['mail', expect.stringMatching(/^(tickets|writer)$/), []],
      ['report', 'writer', ['mail', 'done']],
    ]);
    expect(reason).toContain('mail goes from mail to');
  });

  it('where nobody fits it is given up, and what waited for it goes on without it', async () => {
    const rows = [
      { id: 'x', agent: 'mail', task: 'Sing', dependsOn: [], state: 'failed' },
      row('report', 'writer', 'waiting', ['x']),
    ];
    const { tasks, reason } = await answer('replan', 'Report.', standing(rows));
    expect(tasks.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([['report', []]]);
    expect(reason).toContain('x is given up');
  });
});
