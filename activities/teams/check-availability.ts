import { readAvailability } from '../../contracts/meeting-availability';
import type { AgentConfig } from '../../contracts/team';
import type { Place } from './team-faults';
import { isTimezone } from '../zoned-time';

/** `meetingAvailability` is read again in the workflow, where a fault could only keep the agent away. */
export function checkAvailability({ meetingAvailability }: AgentConfig, place: Place): void {
  const read = readAvailability(meetingAvailability);
  if ('fault' in read) place.fault(read.fault);
  else if (typeof read.availability === 'object' && !isTimezone(read.availability.timezone))
    place.at('timezone').fault(`is no time zone: "${read.availability.timezone}"`, 'write one such as "Europe/Berlin"');
}
