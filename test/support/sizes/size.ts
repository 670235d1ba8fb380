import { json, type DrillRequest } from '../drill-model';

/** One size of a pattern: the letters of its page's formula as literals, and the calls they come to. */
export interface Size {
  about: string;
  input: object;
  letters: Record<string, number>;
  calls: number;
  /** Goes before the rules of the model. */
  answer?: Answer;
  /** The drill team by default. */
  team?: string;
  /** The run fails, having cost what it cost. */
  fails?: true;
}
/** A message of the OpenAI protocol, or undefined where the rules of the model answer. */
export type Answer = (request: DrillRequest) => Record<string, unknown> | undefined;

export const nothing = { role: 'assistant', content: '' };
export const says = (content: string) => ({ role: 'assistant', content });
export const leaf = (agent: string, task: string) => ({ agent, task });

/** The first asking of a role gets the first of these answers; the rules answer when they are used up. */
export function inOrder(role: string, ...answers: unknown[]): Answer {
  const left = [...answers];
  return (request) => (request.role === role && left.length > 0 ? json(left.shift()) : undefined);
}

/** An agent that answers nothing, also after both repairs: three calls for each time it is asked. */
export function silent(agent: string): Answer {
  return (request) => (request.agent === agent ? nothing : undefined);
}
