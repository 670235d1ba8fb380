import { readFileSync } from 'node:fs';
import path from 'node:path';
import { failures } from '../../contracts/failures';

const text = readFileSync(path.join(__dirname, '../../docs/errors.md'), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
);

describe('docs/errors.md and the closed table of failures', () => {
  it('have the same kinds, in both directions', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(failures).sort());
  });

  it.each(Object.entries(failures))('%s says the same in both', (kind, row) => {
    const section = sections.get(kind) ?? '';
    expect(section).toContain(row.meaning);
    expect(section).toContain(`- Retryable: ${row.retryable ? 'yes' : 'no'}`);
    expect(section).toContain(`- Next: \`${row.next}\``);
    expect(section).toMatch(/- You see: \S/);
    expect(section).toMatch(/- What to do: \S/);
  });
});
