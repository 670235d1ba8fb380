import path from 'node:path';
import { loadTeam, permissionMatrix, renderMatrix, teamOfText } from '../../activities/teams';

const full = path.join(__dirname, '..', 'support', 'teams', 'full');

test('who may do what, and what a person must allow', async () => {
  const { team } = await loadTeam(full);
  const matrix = permissionMatrix(team);
  const lines = matrix.rows.map(({ agent, tool, effect, verdict }) => `${agent} ${tool} ${effect} ${verdict}`);
  expect(lines).toEqual([
    'jira jira.jira_search read allowed',
    'jira jira.jira_get_* read allowed',
    'jira cadre.recall read allowed',
    'jira cadre.remember read allowed',
    'writer files.write_file write auto',
  ]);
  expect(renderMatrix(matrix).split('\n')[0]).toMatch(/^agent\s+tool\s+effect\s+approval$/);
});

const text = `
tools:
  shop: { mcp: { command: shop }, effects: { "get_*": read, pay: irreversible, note: write } }
  files: { builtin: files }
agents:
  clerk: { tools: [shop] }
  boss: { tools: [shop.pay, shop.note, shop.get_price, files.write_file, ask], trust: elevated }
  idle: { trust: elevated }
tool_aliases: { ask: { agent: clerk } }
policy: { approvers: { ops: [dana] }, approvals: [{ effect: irreversible, group: ops, timeout: 2h, on_timeout: hold }] }
`;

test('a grant of a whole source is spelled out; what is refused, idle or unused is told', async () => {
  const { team, notices } = await teamOfText(text);
  const matrix = permissionMatrix(team, {
    used: [
      { agent: 'boss', tool: 'shop.pay' },
      { agent: 'clerk', tool: 'shop.get_price' },
    ],
  });
  const lines = matrix.rows.map(({ agent, tool, effect, verdict }) => `${agent} ${tool} ${effect} ${verdict}`);
  expect(lines).toEqual([
    'clerk shop.get_* read allowed',
    'clerk shop.pay irreversible refused',
    'clerk shop.note write refused',
    'clerk shop.* irreversible refused',
    'boss shop.pay irreversible approval',
    'boss shop.note write approval',
    'boss shop.get_price read allowed',
    'boss files.write_file null depends',
    'boss agent:clerk read allowed',
  ]);
  expect(matrix.rows[4]?.detail).toBe('one of ops decides; after 2 h: hold');
  expect(matrix.unused).toEqual([
    { agent: 'boss', grant: 'shop.note' },
    { agent: 'boss', grant: 'shop.get_price' },
    { agent: 'boss', grant: 'files.write_file' },
    { agent: 'boss', grant: 'ask' },
  ]);
  expect(matrix.warnings.join('\n')).toContain('clerk is granted shop and can never use shop.pay');
  expect(matrix.warnings).toContain('idle is elevated and has no tool that changes anything.');
  expect(notices).toEqual([]);
  expect(renderMatrix(matrix)).toContain('granted and never used:\n  boss: shop.note');
});

test('with the catalogue of tools, patterns become names', async () => {
  const { team } = await teamOfText(text);
  const catalogue = { 'shop.get_price': 'read', 'shop.pay': 'write', 'files.write_file': 'write' } as const;
  const rows = permissionMatrix(team, { catalogue }).rows;
  expect(rows.filter(({ agent }) => agent === 'clerk').map(({ tool }) => tool)).toEqual(['shop.get_price', 'shop.pay']);
  expect(rows.find(({ tool }) => tool === 'files.write_file')).toMatchObject({ effect: 'write', verdict: 'approval' });
});

test('advice that is no fault comes as notices', async () => {
  const agents = Array.from({ length: 9 }, (_, n) => `  s${n}: { description: d }`).join('\n');
  const { notices } = await teamOfText(`
tools: { files: { builtin: files, effects: { write_file: write } } }
agents:
${agents}
  chief: { tools: [files.write_file] }
compositions:
  all: { pattern: supervisor, supervisor: chief, specialists: [s0, s1, s2, s3, s4, s5, s6, s7, s8] }
`);
  expect(notices).toEqual([
    'The agent "chief" is read-only and is granted files.write_file, which is write: the call is always refused.',
    'The supervisor "chief" has tools of its own; keep it thin and give them to a specialist.',
    'The composition "all" has 9 specialists; more than 7 are hard to choose among.',
  ]);
});
