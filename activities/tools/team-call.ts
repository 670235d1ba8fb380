import type { CallToolRequest } from '../../contracts/activities';
import { isJsonObject, type Json } from '../../contracts/json';
import type { Team } from '../../contracts/team';
import { readSegmentBody } from '../models/segment-reply';
import type { Segment } from '../stores';

const placeholder = /\{\{\s*[A-Za-z_][\w.-]*\s*\}\}/;

/**
 * Whether a call is one that the team itself makes: a model of its agents has asked for it, as the stored transcript
 * says, or a tool node of its registered compositions reads like it. What the policy lets run without a person holds for
 * these alone, and neither is the request's word (I9).
 */
export function isTeamCall(team: Team, request: CallToolRequest, last: Segment | null): boolean {
  return last === null ? isComposed(team.compositions as unknown as Json, request) : isAsked(last, request);
}

function isAsked(last: Segment, { tool, ordinal, argsDigest }: CallToolRequest): boolean {
  const calls = readSegmentBody(last.body).reply?.toolCalls ?? [];
  return calls.some((call) => call.ordinal === ordinal && call.tool === tool && call.argsDigest === argsDigest);
}

function isComposed(place: Json, request: CallToolRequest): boolean {
  if (Array.isArray(place)) return place.some((member) => isComposed(member, request));
  if (!isJsonObject(place)) return false;
  const { tool, by, args } = place;
  if (tool === request.tool && by === request.agent && fits(args ?? {}, request.args)) return true;
  return Object.values(place).some((member) => isComposed(member, request));
}

/** Whether a template can have come to this value: what its author wrote stands, and only its placeholders are filled. */
export function fits(template: Json, value: Json): boolean {
  if (typeof template === 'string') return fitsText(template, value);
  if (Array.isArray(template)) {
    if (!Array.isArray(value) || value.length !== template.length) return false;
    return template.every((member, index) => fits(member, value[index] ?? null));
  }
  if (!isJsonObject(template)) return template === value;
  if (!isJsonObject(value) || Object.keys(value).length !== Object.keys(template).length) return false;
  return Object.entries(template).every(
    ([key, member]) => Object.hasOwn(value, key) && fits(member, value[key] ?? null),
  );
}

function fitsText(template: string, value: Json): boolean {
  const [first = '', ...rest] = template.split(new RegExp(placeholder, 'g'));
  const last = rest.pop();
  if (last === undefined) return template === value;
  // One placeholder and nothing else becomes the value itself, whatever its type.
  if (first === '' && last === '' && rest.length === 0) return true;
  if (typeof value !== 'string' || !value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
