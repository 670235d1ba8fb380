import { textOf, type Json } from '../../contracts/json';
import type { ModelRequest } from '../../contracts/model';
import { roleSchema } from '../../contracts/role-schemas';
import { schemaProblems } from '../../activities/models/schema-check';
import { ask, askJson, data, requestOf, text } from './offline-support';

const facts = [
  { id: 'F-1', text: 'The export of orders fails since Monday.' },
  { id: 'F-2', text: 'The export of orders should run at night.' },
];

function roleRequest(
  role: string,
  task: string,
  parts: ModelRequest['messages'][number]['parts'],
  names: string[] = [],
): ModelRequest {
  const choices = names.map((name) => ({ name, description: `Looks after ${name}` }));
  const schema = roleSchema(role, choices);
  if (!schema) throw new Error(`no schema for ${role}`);
  return requestOf(task, parts, { role, output: { name: role, schema }, ...(names.length > 0 && { choices }) });
}

async function answered(request: ModelRequest): Promise<Record<string, Json>> {
  const value = await askJson(request);
  expect(schemaProblems(request.output?.schema ?? {}, value)).toEqual([]);
  // The same request gives the same answer.
  expect(await askJson(request)).toEqual(value);
  return value;
}

const position = (label: string, answer: string, argument: string) =>
  data(`answer ${label} of round ${label[0] ?? ''}`, { answer, argument }, 'the debate');

describe('the offline engine in a debate', () => {
  it('answers from the material, with its source, and is not moved by other answers', async () => {
    const question = 'When should the export of orders run?';
    const first = await answered(roleRequest('position', question, [data('facts', facts)]));
    expect(first['answer']).toBe('The export of orders should run at night. [F-2]');
    expect(first['argument']).toContain('offline');
    const later = await answered(
      roleRequest('position', question, [
        data('facts', facts),
        position('1A', 'never', 'The export of orders should never run.'),
      ]),
    );
    expect(later).toEqual(first);
  });

  it('without material it does not know', async () => {
    expect(await answered(roleRequest('position', 'Is it ready?', []))).toMatchObject({ answer: 'not known' });
  });

  it('looks things up before it answers, where it has tools', async () => {
    const tool = {
      name: 'list_facts',
      description: 'Lists the facts about exports',
      input: { type: 'object', properties: {} },
    };
    const request = { ...roleRequest('position', 'List the facts about exports', []), tools: [tool] };
    expect((await ask(request)).toolCalls).toMatchObject([{ name: 'list_facts' }]);
  });

  it('decides by count, whatever the order, and names both sides', async () => {
    const positions = [
      position('1A', 'later', 'old'),
      position('2A', 'yes', 'It works.\nIt is fast.'),
      position('2B', 'no', 'It works.\nIt is dear.'),
      position('2C', 'Yes.', 'It works.'),
    ];
    for (const order of [positions, [...positions].reverse()]) {
      const verdict = await answered(roleRequest('verdict', 'Buy it?', order, ['2A', '2B', '2C']));
      expect(verdict).toMatchObject({ agreements: ['It works.'], disagreements: [{ about: 'Buy it?' }] });
      expect(textOf(verdict['answer']).replace('.', '').toLowerCase()).toBe('yes');
      const upheld = (verdict['positions'] as { label: string; upheld: boolean }[]).filter((one) => one.upheld);
      expect(upheld.map(({ label }) => label).sort()).toEqual(['2A', '2C']);
      expect(await answered(roleRequest('consensus', 'Buy it?', order))).toMatchObject({ consensus: false });
    }
  });
});

describe('the offline engine in a meeting', () => {
  const item = text('Agenda item 2 of 3: The export of orders\nRound 1 of 1: you have the floor.');
  const said = (agent: string, proposal: string) =>
    data(`${agent} on item 2, round 1`, { statement: 'I say', proposal }, agent);

  it('says what the material says on the item, with worry and wish', async () => {
    const value = await answered(
      roleRequest('contribution', 'Review', [data('facts', facts), item], ['orders', 'mail']),
    );
    expect(value).toMatchObject({
      concerns: [{ to: 'orders', concern: 'The export of orders fails since Monday. [F-1]' }],
      proposal: 'The export of orders should run at night. [F-2]',
    });
    const none = await answered(
      roleRequest(
        'contribution',
        'Review',
        [data('facts', [{ id: 'G-1', text: 'Rain is expected.' }]), item],
        ['orders'],
      ),
    );
    expect(none['concerns']).toEqual([]);
    expect(none['statement']).toContain('I have no material on this item.');
  });

  it('puts what was proposed, once, and nothing that was voted on or that nobody proposed', async () => {
    const parts = [said('south', 'Run it at night.'), said('north', 'run it at night'), said('west', 'Drop it.')];
    const names = ['north', 'south', 'west'];
    const put = await answered(roleRequest('motion', 'Review', [...parts, item], names));
    expect(put['motions']).toMatchObject([
      { motion: 'Drop it.', actions: [{ agent: 'west', task: 'Carry out: Drop it.' }] },
      { motion: 'Run it at night.', actions: [{ agent: 'south' }] },
    ]);
    const voted = data('vote on motion m1', { motion: 'Drop it.', outcome: 'rejected' }, 'north');
    expect((await answered(roleRequest('motion', 'Review', [...parts, voted, item], names)))['motions']).toHaveLength(
      1,
    );
    expect(await answered(roleRequest('motion', 'Review', [item], names))).toEqual({ motions: [] });
  });

  it('votes yes to what its own material says, and else abstains', async () => {
    const motion = (words: string) => data('motion m1', { motion: words, rationale: 'so' }, 'chair');
    const yes = await answered(
      roleRequest('ballot', 'Review', [data('facts', facts), motion('Run the export at night')]),
    );
    expect(yes).toMatchObject({ choice: 'yes' });
    const heard = [said('north', 'Buy a boat'), motion('Buy a boat')];
    expect(await answered(roleRequest('ballot', 'Review', heard))).toMatchObject({ choice: 'abstain' });
    expect(await answered(roleRequest('tiebreak', 'Review', heard))).toMatchObject({ choice: 'no' });
  });

  it('answers a concern with what the material says of it, or that there is nothing', async () => {
    const concerns = [
      { id: 'c1', by: 'north', concern: 'Does the export of orders work?' },
      { id: 'c2', by: 'north', concern: 'Who pays?' },
    ];
    const parts = [data('facts', facts), data('concerns for you to answer', concerns, 'the meeting')];
    const { answers } = await answered(roleRequest('reply', 'Review', parts, ['c1', 'c2']));
    expect(answers).toMatchObject([
      { concern: 'c1', answer: expect.stringContaining('[F-') as string },
      { concern: 'c2', answer: expect.stringContaining('Nothing in the material answers it.') as string },
    ]);
  });
});
