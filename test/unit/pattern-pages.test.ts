import { readFileSync } from 'node:fs';
import path from 'node:path';
import { patternNames } from '../../contracts/names';
import { patternTable } from '../../contracts/pattern-table';
import { patternPages, valueOf } from '../support/pattern-pages';

const pages = patternPages();
const entry = readFileSync(path.join(__dirname, '..', '..', 'docs', 'patterns.md'), 'utf8');

describe('docs/patterns', () => {
  it('has a page for every type, and none for another', () => {
    expect([...pages.keys()].sort()).toEqual([...patternNames].sort());
  });

  it('docs/patterns.md opens with a table that leads from a situation to each of them', () => {
    const [table = ''] = entry.split('\n## ');
    const linked = [...table.matchAll(/^\| .+ \| \[(\w+)\]\(patterns\/([\w-]+\.md)\) +\|$/gm)];
    expect(linked.map(([, name]) => name).sort()).toEqual([...patternNames].sort());
    for (const [, name, file] of linked) expect(pages.get(name ?? '')?.file).toBe(file);
  });

  it.each(patternNames)('%s: its page starts this type, names all its fields, and says how it ends', (name) => {
    const page = pages.get(name);
    if (!page) throw new Error(`docs/patterns has no page about ${name}.`);
    expect(page.start.type).toBe(name);
    expect(page.start.file).toBe(page.example.file);
    expect(() => JSON.parse(page.example.json) as unknown).not.toThrow();
    const [table = ''] = /^\| Field [^]*?\n\n/m.exec(page.text) ?? [];
    const fields = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field);
    expect(fields.sort()).toEqual(Object.keys(patternTable[name].fields).sort());
    for (const heading of ['## What holds', '## Limits and cost', '## Result'])
      expect(page.text).toContain(`\n${heading}\n`);
    expect(page.text).toMatch(/^Ends: |\bEnds: /m);
  });
});

describe('formulas', () => {
  const letters = { A: 'one', B: 'another' };

  it('are sums and products with brackets', () => {
    expect(valueOf({ formula: 'A * (B + 1) - 2', letters }, { A: 3, B: 4 })).toBe(13);
    expect(valueOf({ formula: '1 + A * B', letters }, { A: 3, B: 4 })).toBe(13);
    expect(valueOf({ formula: '0', letters: {} }, {})).toBe(0);
  });

  it.each([
    ['A + B', { A: 1 }, 'needs A,B'],
    ['A', { A: 1 }, 'does not use the letters it explains'],
    ['A * (B', { A: 1, B: 1 }, 'does not close it'],
    ['A B', { A: 1, B: 1 }, 'is no formula'],
    ['A + B +', { A: 1, B: 1 }, 'is no formula'],
  ])('%s with %j is refused', (formula, given, because) => {
    expect(() => valueOf({ formula, letters }, given)).toThrow(because);
  });
});
