import { readAvailability, type ZoneOffsets } from '../../contracts/meeting-availability';
import type { Team } from '../../contracts/team';
import { wallAsUtcMs } from '../zoned-time';

const dayMs = 86_400_000;
/** How far a run may go on: beyond that the last known offset holds. */
const daysAhead = 400;

/**
 * The offsets of the time zones in which agents of a team attend meetings, from a day before `now` on. They are recorded in
 * the plan of a run: workflow code may not ask the host's own tables, which differ between hosts (I3).
 */
export function zoneOffsetsOf(team: Team, now: Date): Record<string, ZoneOffsets> {
  const zones = Object.values(team.agents).flatMap(({ meetingAvailability }) => {
    const read = readAvailability(meetingAvailability);
    return 'availability' in read && typeof read.availability === 'object' ? [read.availability.timezone] : [];
  });
  return Object.fromEntries([...new Set(zones)].sort().map((zone) => [zone, offsetsOf(zone, now.getTime() - dayMs)]));
}

function offsetsOf(zone: string, startMs: number): ZoneOffsets {
  const minutesAt = offsetReader(zone);
  const offsets: ZoneOffsets = [{ fromMs: startMs, minutes: minutesAt(startMs) }];
  for (let day = 1; day <= daysAhead; day += 1) {
    const before = offsets.at(-1)?.minutes ?? 0;
    const atMs = startMs + day * dayMs;
    const minutes = minutesAt(atMs);
    if (minutes !== before) offsets.push({ fromMs: changeBetween(atMs - dayMs, atMs, before, minutesAt), minutes });
  }
  return offsets;
}

/** The first whole minute at which the offset is no longer `before`. */
function changeBetween(fromMs: number, toMs: number, before: number, minutesAt: (ms: number) => number): number {
  let [low, high] = [Math.floor(fromMs / 60_000), Math.ceil(toMs / 60_000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (minutesAt(middle * 60_000) === before) low = middle;
    else high = middle;
  }
  return high * 60_000;
}

/** Minutes that clocks of the zone are ahead of UTC at an instant. */
function offsetReader(zone: string): (ms: number) => number {
  return (ms) => (wallAsUtcMs(ms, zone) - Math.floor(ms / 1_000) * 1_000) / 60_000;
}
