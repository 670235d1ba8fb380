/** One thing that happened in a run, as the query `events` tells it. */
export interface RunEvent {
  seq: number;
  at: string;
  /** noun-verb: `model-call`, `tool-call`, `approval-decided` … */
  kind: string;
  agent: string;
  path: string;
  text: string;
}

/** A part of a list, as every query with `{"from","limit"}` answers it; `next` is null after the last one. */
export interface Page<T> {
  items: T[];
  next: number | null;
  total: number;
}
