import fc from 'fast-check';
import { loadTeam } from '../../activities/teams';
import { zoneOffsetsOf } from '../../activities/teams/zone-offsets';
import { isTimezone } from '../../activities/zoned-time';
import { isAvailable, readAvailability, type Availability } from '../../contracts/meeting-availability';
import type { Team } from '../../contracts/team';
import { removeTempTeams, tempTeam } from '../support/teams/temp-team';

afterAll(removeTempTeams);

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
const teamIn = (timezone: string): Team =>
  ({
    agents: { one: { meetingAvailability: { days: 'mon-fri', hours: '09:00-17:00', timezone } } },
  }) as unknown as Team;

function windowOf(value: unknown): Exclude<Availability, string> {
  const read = readAvailability(value as never);
  if (!('availability' in read) || typeof read.availability === 'string') throw new Error(JSON.stringify(read));
  return read.availability;
}

describe('meetingAvailability', () => {
  it('is always, never, or days and hours in a time zone', () => {
    expect(readAvailability(undefined)).toEqual({ availability: 'always' });
    expect(readAvailability('never')).toEqual({ availability: 'never' });
    expect(windowOf({ days: ['Mon', 'wednesday', 'fri-sun'], hours: '9-12:30' })).toEqual({
      days: [0, 1, 3, 5, 6],
      hours: [{ from: 540, to: 750 }],
      timezone: 'UTC',
    });
    expect(windowOf({ days: 'sat-mon', hours: ['22:00-06:00'], timezone: 'Asia/Kolkata' })).toMatchObject({
      days: [0, 1, 6],
      hours: [{ from: 1320, to: 360 }],
    });
  });

  it.each([
    ['sometimes', 'must be "always", "never" or {days, hours, timezone}'],
    [{ day: 'mon' }, 'has an unknown key "day"; known are days, hours and timezone'],
    [{ days: 'mon-someday' }, 'needs days such as ["mon", "tue"] or "mon-fri"'],
    [{ days: [] }, 'needs days such as ["mon", "tue"] or "mon-fri"'],
    [{ hours: '9 to 5' }, 'needs hours such as "09:00-17:00", or a list of them'],
    [{ hours: '25:00-26:00' }, 'needs hours such as "09:00-17:00", or a list of them'],
    [{ timezone: 2 }, 'needs a timezone such as "Europe/Berlin"'],
  ])('%j is refused with what it should be', (value, fault) => {
    expect(readAvailability(value as never)).toEqual({ fault });
  });

  it('a fault of a team file names the place', async () => {
    const file =
      'agents:\n  a: { meetingAvailability: { days: mon-fri, timezone: Europe/Berlim } }\n  b: { meetingAvailability: at noon }\n';
    const loading = loadTeam(tempTeam({ 'team.yaml': file }, 'when'));
    await expect(loading).rejects.toThrow(/team\.yaml:2[^]*is no time zone: "Europe\/Berlim"/);
    await expect(loading).rejects.toThrow(/team\.yaml:3[^]*must be "always", "never" or/);
    expect(isTimezone('Europe/Berlin')).toBe(true);
  });

  it('says at any moment what the clocks of the zone say, over changes of summer time as well', () => {
    const now = new Date('2026-03-01T00:00:00Z');
    const moment = fc.integer({ min: now.getTime(), max: now.getTime() + 390 * 86_400_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        moment,
        fc.nat({ max: 1439 }),
        fc.nat({ max: 1439 }),
        (timezone, atMs, from, to) => {
          fc.pre(from !== to);
          const offsets = zoneOffsetsOf(teamIn(timezone), now)[timezone] ?? [];
          // The oracle is the table of this host, asked directly.
          const words = new Intl.DateTimeFormat('en-GB', {
            timeZone: timezone,
            weekday: 'short',
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          });
          const parts = Object.fromEntries(words.formatToParts(atMs).map(({ type, value }) => [type, value]));
          const minute = Number(parts['hour']) * 60 + Number(parts['minute']);
          const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
          const today = days.indexOf(parts['weekday'] ?? '');
          const attends = [1, 2, 3, 4, 5];
          const expected =
            from < to
              ? attends.includes(today) && minute >= from && minute < to
              : (attends.includes(today) && minute >= from) || (attends.includes((today + 6) % 7) && minute < to);
          expect(isAvailable({ days: attends, hours: [{ from, to }], timezone }, atMs, offsets)).toBe(expected);
        },
      ),
    );
  });

  it('records each change of a zone to the minute, and knows nobody of an unknown one', () => {
    const offsets = zoneOffsetsOf(teamIn('Europe/Berlin'), new Date('2026-03-28T12:00:00Z'))['Europe/Berlin'];
    expect(offsets?.slice(0, 3)).toEqual([
      { fromMs: Date.parse('2026-03-27T12:00:00Z'), minutes: 60 },
      { fromMs: Date.parse('2026-03-29T01:00:00Z'), minutes: 120 },
      { fromMs: Date.parse('2026-10-25T01:00:00Z'), minutes: 60 },
    ]);
    expect(isAvailable({ days: [0, 1, 2, 3, 4, 5, 6], hours: [{ from: 0, to: 1440 }], timezone: 'x' }, 0, [])).toBe(
      false,
    );
    expect(zoneOffsetsOf({ agents: { one: {}, two: { meetingAvailability: 'always' } } } as never, new Date())).toEqual(
      {},
    );
  });
});
