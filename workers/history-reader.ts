import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';

import type { HistoryReader, RecordedCall } from '../activities/recover-run';
import type { Json } from '../contracts/json';

type HistoryResponse = Awaited<ReturnType<NativeConnection['workflowService']['getWorkflowExecutionHistory']>>;
type HistoryEvent = NonNullable<NonNullable<HistoryResponse['history']>['events']>[number];
interface Scheduled {
  type: string;
  request: Json;
}

const pageEvents = 500;
/** Runs of a chain that are read at most; older ones have left the namespace's retention long before. */
const chainMax = 1000;
const localActivityMarker = 'core_local_activity';

/** Reads what the runs of a workflow recorded, page by page, over the worker's own connection. */
export function makeHistoryReader(connection: NativeConnection, namespace: string): HistoryReader {
  const page = (workflowId: string, runId: string, token: Uint8Array | null, size: number): Promise<HistoryResponse> =>
    connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, ...(runId ? { runId } : {}) },
      maximumPageSize: size,
      nextPageToken: token,
    });

  async function* eventsOf(workflowId: string, runId: string): AsyncGenerator<HistoryEvent> {
    let token: Uint8Array | null = null;
    do {
      const response: HistoryResponse = await page(workflowId, runId, token, pageEvents);
      yield* response.history?.events ?? [];
      token = response.nextPageToken?.length ? response.nextPageToken : null;
    } while (token);
  }

  /** Run ids of the chain, oldest first; the empty one stands for the latest run. */
  async function chainOf(workflowId: string): Promise<string[]> {
    const chain: string[] = [];
    for (let runId: string | undefined = ''; runId !== undefined && chain.length < chainMax;) {
      chain.unshift(runId);
      const first: HistoryResponse = await page(workflowId, runId, null, 1);
      const started = first.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
      runId = started?.continuedExecutionRunId || undefined;
    }
    return chain;
  }

  return {
    async *calls(workflowId) {
      for (const runId of await chainOf(workflowId)) {
        const scheduled = new Map<string, Scheduled>();
        for await (const event of eventsOf(workflowId, runId)) {
          const call = callIn(event, scheduled);
          if (call) yield call;
        }
      }
    },
  };
}

/** The finished call that an event completes, if any; remembers what was scheduled until then. */
function callIn(event: HistoryEvent, scheduled: Map<string, Scheduled>): RecordedCall | undefined {
  const { activityTaskScheduledEventAttributes: begun, activityTaskCompletedEventAttributes: done } = event;
  const { markerRecordedEventAttributes: marker } = event;
  const at = timeOf(event);
  if (begun) {
    const type = begun.activityType?.name ?? '';
    scheduled.set(String(event.eventId), { type, request: decode(begun.input?.payloads) });
  } else if (done) {
    const key = String(done.scheduledEventId);
    const call = scheduled.get(key);
    scheduled.delete(key);
    return call && { ...call, result: decode(done.result?.payloads), at };
  } else if (marker?.markerName === localActivityMarker) {
    // A marker keeps the result of a local activity, not its input.
    const { activity_type: type } = (decode(marker.details?.['data']?.payloads) ?? {}) as { activity_type?: string };
    return { type: type ?? '', request: null, result: decode(marker.details?.['result']?.payloads), at };
  }
  return undefined;
}

function decode(payloads: Payload[] | null | undefined): Json {
  const [payload] = payloads ?? [];
  return payload ? (defaultPayloadConverter.fromPayload<Json>(payload) ?? null) : null;
}

function timeOf(event: HistoryEvent): string {
  return new Date(
    Number(event.eventTime?.seconds ?? 0) * 1000 + Number(event.eventTime?.nanos ?? 0) / 1e6,
  ).toISOString();
}
