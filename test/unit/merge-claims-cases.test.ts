import branches from '../examples/claims-branches.json';
import merged from '../examples/claims-merged.json';
import { claimBounds, claimsOf, mergeClaims } from '../../contracts/merge';
import type { BranchValue } from '../../contracts/merge';
import type { Json } from '../../contracts/json';

const agree = (about: string, value: string | number, sources: string[]): Json => ({
  about,
  claim: `${about} is ${value}`,
  value,
  sources,
});

describe('claims, case by case', () => {
  it('come out as docs/merging.md shows', () => {
    expect(mergeClaims(Object.entries(branches).map(([from, value]) => ({ from, value })))).toEqual(merged);
  });

  const north = { from: '1-north', value: [agree('API-7', 'open', ['jira:7']), agree('API-8', 3, ['jira:8'])] };
  const south = {
    from: '2-south',
    value: { findings: [agree('api-7', 'closed', ['mail:1']), agree('API-8', '3', ['mail:2'])] },
  };

  it('the same subject with the same value is agreed, with all sources and supporters', () => {
    expect(mergeClaims([south, north]).agreed).toEqual([
      {
        about: 'API-8',
        claim: 'API-8 is 3',
        value: '3',
        sources: ['jira:8', 'mail:2'],
        supportedBy: ['1-north', '2-south'],
      },
    ]);
  });

  it('the same subject with different values is a conflict, both sides with their sources', () => {
    const { conflicts } = mergeClaims([north, south]);
    expect(conflicts).toMatchObject([
      {
        about: 'API-7',
        sides: [
          { from: '2-south', claim: 'api-7 is closed', value: 'closed', sources: ['mail:1'] },
          { from: '1-north', claim: 'API-7 is open', value: 'open', sources: ['jira:7'] },
        ],
      },
    ]);
    expect(claimsOf([north, south]).conflicts).toEqual([
      {
        about: 'API-7',
        sides: [
          { from: '2-south', claim: 'api-7 is closed', sources: ['mail:1'] },
          { from: '1-north', claim: 'API-7 is open', sources: ['jira:7'] },
        ],
      },
    ]);
  });

  it('a conflict and an open question of a branch are passed up through a merge of merges', () => {
    const inner = claimsOf([north, south, { from: '3-east', value: { claims: [], unresolved: ['Who pays?'] } }]).merged;
    const outer = mergeClaims([
      { from: '1-europe', value: inner },
      {
        from: '2-asia',
        value: { claims: [agree('API-7', 'open', ['chat:1'])], unresolved: [{ question: 'who pays?' }] },
      },
    ]);
    expect(outer.conflicts).toMatchObject([
      {
        about: 'API-7',
        sides: [
          { supportedBy: ['1-europe'], value: 'closed' },
          { supportedBy: ['1-europe', '2-asia'], value: 'open', sources: ['chat:1', 'jira:7'] },
        ],
      },
    ]);
    expect(outer.unresolved).toEqual([{ about: 'Who pays?', why: 'left-open', supportedBy: ['1-europe', '2-asia'] }]);
  });

  it('what nobody gives a source for is not agreed', () => {
    expect(
      mergeClaims([{ from: 'a', value: { claims: ['It rains', { claim: 'It is cold', sources: [] }] } }]),
    ).toMatchObject({
      agreed: [],
      unresolved: [
        { about: 'It is cold', why: 'no-source' },
        { about: 'It rains', why: 'no-source' },
      ],
    });
  });

  it('two branches that word one subject differently, without values, are left to a reader', () => {
    const said = (...texts: string[]): Json => texts.map((text) => ({ about: 'login', claim: text, sources: ['s'] }));
    const { agreed, unresolved } = mergeClaims([
      { from: 'a', value: said('It is slow', 'It works') },
      { from: 'b', value: said('It is fast', 'It works') },
    ]);
    expect(agreed).toMatchObject([{ claim: 'It works', supportedBy: ['a', 'b'] }]);
    expect(unresolved).toMatchObject([
      {
        about: 'login',
        why: 'worded-differently',
        sides: [
          { claim: 'It is fast', from: 'b' },
          { claim: 'It is slow', from: 'a' },
        ],
      },
    ]);
    // One who only says more contradicts nobody.
    expect(
      mergeClaims([
        { from: 'a', value: said('It is slow', 'It works') },
        { from: 'b', value: said('It works') },
      ]),
    ).toMatchObject({
      agreed: [{ claim: 'It works' }, { claim: 'It is slow' }],
      unresolved: [],
    });
  });

  it('an output without claims is named with its beginning', () => {
    expect(
      mergeClaims([
        { from: 'a', value: 'All is well.' },
        { from: 'b', value: { $ref: 'sha256:1', bytes: 99_000, head: 'x' } },
      ]),
    ).toMatchObject({
      unresolved: [
        { about: 'All is well.', why: 'not-claims', supportedBy: ['a'] },
        { why: 'not-claims', supportedBy: ['b'] },
      ],
    });
  });

  it('are bounded, and what is left out is counted', () => {
    const many = (from: string): BranchValue => ({
      from,
      value: Array.from({ length: 3_000 }, (_, n) => ({ claim: `Claim ${n} of ${from}`, sources: ['s'] })),
    });
    const began = Date.now();
    const { agreed, unresolved } = mergeClaims([many('a'), many('b')]);
    expect(agreed).toHaveLength(claimBounds.claims);
    expect(unresolved).toEqual([
      { about: '2000 claims of a were not merged: at most 1000 of a branch are', why: 'too-many', supportedBy: ['a'] },
      { about: '2000 claims of b were not merged: at most 1000 of a branch are', why: 'too-many', supportedBy: ['b'] },
    ]);
    const open = mergeClaims([
      { from: 'a', value: { unresolved: Array.from({ length: 900 }, (_, n) => `Question ${n}`) } },
    ]);
    expect(open.unresolved).toHaveLength(claimBounds.openPoints);
    expect(open.unresolved.at(-1)?.about).toBe('401 further open points are not listed');
    // A workflow task must not notice it.
    expect(Date.now() - began).toBeLessThan(1_500);
  });
});
