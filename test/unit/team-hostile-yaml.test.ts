import type { TeamFault } from '../../activities/teams';
import { faultsOf, removeTempTeams } from '../support/teams/temp-team';

afterAll(removeTempTeams);

describe('YAML that is made to hurt', () => {
  const within = async (text: string): Promise<TeamFault[]> => {
    const start = performance.now();
    const faults = await faultsOf({ 'team.yaml': text });
    expect(performance.now() - start).toBeLessThan(3_000);
    return faults;
  };

  test('billions of laughs', async () => {
    let text = 'a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n';
    for (let n = 1; n < 12; n++)
      text += `a${n}: &a${n} [${Array(9)
        .fill(`*a${n - 1}`)
        .join(', ')}]\n`;
    const faults = await within(text);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThan(20);
  });

  test('nesting without end: brackets, dashes, indentation, aliases of themselves', async () => {
    expect((await within('['.repeat(100_000)))[0]?.message).toMatch(/nested deeper/);
    expect((await within(`agents: ${'{a: '.repeat(200)}1${'}'.repeat(200)}`))[0]?.message).toMatch(/nested deeper/);
    expect((await within('- '.repeat(100_000)))[0]?.message).toMatch(/nested deeper/);
    const steps = Array.from({ length: 900 }, (_, n) => `${' '.repeat(n)}a:`).join('\n');
    expect((await within(steps))[0]?.message).toMatch(/nested deeper|Maximum call stack/);
    expect((await within('agents: &x\n  a: { meetingAvailability: *x }\n')).length).toBeGreaterThan(0);
  });

  test('more than a megabyte, more documents than any team has', async () => {
    expect((await within(`# ${'x'.repeat(1_100_000)}`))[0]?.message).toBe('is larger than 1024 KiB');
    expect((await within('---\na: 1\n'.repeat(300)))[0]?.message).toMatch(/more than 256 documents/);
  });
});
