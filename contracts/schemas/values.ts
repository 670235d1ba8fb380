import { z } from 'zod';
import type { Json, JsonObject } from '../json';
import { duration } from './duration';

/** Any JSON value. It is checked to be JSON before a schema sees it (parse-shape.ts), so no second walk is made. */
export const jsonValue = z.unknown() as unknown as z.ZodType<Json>;
export const jsonObject = z.record(z.string(), jsonValue) as unknown as z.ZodType<JsonObject>;
export const jsonSchema = jsonObject;

const reserved = new Set(Object.getOwnPropertyNames(Object.prototype));

/** A name a person gives: short, printable, no blanks, and nothing every JavaScript object already has. */
export const givenName = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.test(name), {
    error: 'must be a name of letters, digits, "-", "_" or "."',
  })
  .refine((name) => !reserved.has(name), { error: 'is a name that is reserved' });

export const text = z.string().min(1).max(100_000);
export const shortText = z.string().min(1).max(1_000);
export const names = z.array(givenName).max(64);
export const share = z.number().min(0).max(1);
export const count = (max: number): z.ZodInt => z.int().min(1).max(max);

/** Hard limits: of a run, of an agent, of a node. */
export const budget = z
  .strictObject({
    tokens: z.int().positive().meta({ description: 'Tokens, input and output together.' }).exactOptional(),
    usd: z.number().positive().meta({ description: 'US dollars; every model used needs a known price.' }).exactOptional(),
    steps: z.int().positive().meta({ description: 'Model calls.' }).exactOptional(),
    wallClock: duration.meta({ description: 'Time on the clock; waits for people do not count.' }).exactOptional(),
  })
  .transform(({ wallClock, ...rest }) => ({ ...rest, ...(wallClock === undefined ? {} : { wallClockMs: wallClock }) }))
  .meta({ id: 'Budget', description: 'Hard limits. What is absent is limited by the defaults.' });
