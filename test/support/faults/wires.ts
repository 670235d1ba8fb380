import type { Protocol } from '../model-server';

/** One way in which the same team reaches its models. */
export interface Wire {
  /** Also the name of the team that uses it. */
  name: string;
  protocol: Protocol;
  provider: 'openai-compatible' | 'anthropic';
  stream: boolean;
}

const providers = { openai: 'openai-compatible', anthropic: 'anthropic' } as const;

export const wires: readonly Wire[] = (['openai', 'anthropic'] as const).flatMap((protocol) =>
  [false, true].map((stream) => ({
    name: `${protocol}-${stream ? 'streamed' : 'whole'}`,
    protocol,
    provider: providers[protocol],
    stream,
  })),
);

/** Runs a check on every wire at the same time; a failure says on which wire it was. */
export async function onEveryWire(check: (wire: Wire) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(wires.map((wire) => check(wire)));
  const faults = ends.flatMap((end, index) =>
    end.status === 'rejected' ? [`${wires[index]?.name}: ${textOf(end.reason)}`] : [],
  );
  if (faults.length > 0) throw new Error(faults.join('\n\n'));
}

function textOf(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
