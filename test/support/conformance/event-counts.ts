import type { Harness } from '../harness';
import { temporal } from './replays';

interface Payloads {
  payloads?: { data?: string }[];
}
export interface WrittenEvent {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string }; input?: Payloads };
  activityTaskCompletedEventAttributes?: { result?: Payloads };
}

/** A history as the real CLI writes it. */
export async function eventsOf(cadre: Harness, workflowId: string): Promise<WrittenEvent[]> {
  const text = await temporal({ cadre }, ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json']);
  return (JSON.parse(text) as { events: WrittenEvent[] }).events;
}

/** How often each event stands in a history; those of workflow tasks are left out: completions that coincide share them. */
export function countEvents(events: readonly WrittenEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { eventType } of events) {
    const name = eventType.replace('EVENT_TYPE_', '');
    if (!name.startsWith('WORKFLOW_TASK_')) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Bytes of what an activity was given or gave back. */
export function payloadBytes(event: WrittenEvent): number {
  const given = event.activityTaskScheduledEventAttributes?.input?.payloads ?? [];
  const gave = event.activityTaskCompletedEventAttributes?.result?.payloads ?? [];
  return [...given, ...gave].reduce((sum, { data = '' }) => sum + Buffer.byteLength(data, 'base64'), 0);
}
