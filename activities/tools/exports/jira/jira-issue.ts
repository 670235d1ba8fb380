import { isJsonObject } from '../../../../contracts/json';
import { readLimits } from '../record';
import { mentionsIn } from '../text/mentions';
import { readDate } from '../text/read-date';
import { customFields, nameOf, namesOf, personOf, richText, text } from './jira-fields';
import type { ExportRecord, RecordLocation, RecordPerson } from '../record';

export interface JiraComment {
  author: string;
  body: string;
  at: string | null;
  updatedAt: string | null;
}

/** A ticket before its comments are written into its body: comment pages may bring more of them. */
export interface JiraTicket {
  record: ExportRecord;
  /** What comment pages call the issue: its numeric ids. */
  numbers: string[];
  comments: Map<string, JiraComment>;
}

type Fields = Record<string, unknown>;

/** True for an issue of a search or issue response; linked issues and subtasks inside one have no `created`. */
export function isJiraIssue(value: unknown): value is { key: string; fields: Fields } {
  if (!isJsonObject(value) || typeof value['key'] !== 'string' || !isJsonObject(value['fields'])) return false;
  return value['key'].length > 0 && ('created' in value['fields'] || 'updated' in value['fields']);
}

export function isJiraComment(value: unknown): value is Fields {
  return isJsonObject(value) && 'body' in value && 'author' in value && 'created' in value;
}

export function toJiraTicket(issue: { key: string; fields: Fields } & Fields, location: RecordLocation): JiraTicket {
  const { key, fields } = issue;
  const at = readDate(text(fields['created']));
  const updatedAt = readDate(text(fields['updated']));
  const comments = new Map<string, JiraComment>();
  const listed = isJsonObject(fields['comment']) ? fields['comment']['comments'] : undefined;
  for (const comment of Array.isArray(listed) ? listed : []) {
    if (isJiraComment(comment)) addComment(comments, comment);
  }
  const description = richText(fields['description']);
  const record: ExportRecord = {
    source: 'jira',
    id: key,
    threadId: key,
    title: text(fields['summary']),
    body: description,
    people: people(fields),
    at,
    ...(updatedAt ? { updatedAt } : {}),
    activity: instants([at, updatedAt, readDate(text(fields['resolutiondate'])), ...changes(issue['changelog'])]),
    fields: plainFields(fields),
    links: unique([...linkedIssues(fields), ...mentionsIn(text(fields['summary']), description)], key),
    location,
  };
  return { record, numbers: numbersOf(issue), comments };
}

/** Keeps the comment once, by its id: a page may repeat what the issue already holds. */
export function addComment(comments: Map<string, JiraComment>, comment: Fields): void {
  if (comments.size >= readLimits.comments) return;
  const at = readDate(text(comment['created']));
  const id = text(comment['id']) || `${at ?? ''} ${nameOf(comment['author'])}`;
  comments.set(id, {
    author: nameOf(comment['author']),
    body: richText(comment['body']),
    at,
    updatedAt: readDate(text(comment['updated'])),
  });
}

/** The record with its comments: in the body, the people, the activity and the links. */
export function finishTicket({ record, comments }: JiraTicket): ExportRecord {
  const ordered = [...comments.values()].sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1));
  const bodies = ordered.map(
    ({ author, at, body }) => `Comment${author && ` by ${author}`}${at ? ` at ${at}` : ''}:\n${body}`,
  );
  const writers = ordered.flatMap(({ author }): RecordPerson[] =>
    author ? [{ name: author, role: 'commenter' }] : [],
  );
  return {
    ...record,
    body: [record.body, ...bodies].filter(Boolean).join('\n\n'),
    people: uniquePeople([...record.people, ...writers]),
    activity: instants([...record.activity, ...ordered.flatMap(({ at, updatedAt }) => [at, updatedAt])]),
    fields: { ...record.fields, ...(ordered.length > 0 ? { comments: String(ordered.length) } : {}) },
    links: unique([...record.links, ...mentionsIn(...bodies)], record.id),
  };
}

export function instants(found: (string | null)[]): string[] {
  return [...new Set(found.filter((at) => at !== null))].sort();
}

function plainFields(fields: Fields): Record<string, string> {
  const status = fields['status'];
  const candidates: Record<string, string> = {
    status: nameOf(status),
    statusCategory: isJsonObject(status) ? nameOf(status['statusCategory']) : '',
    priority: nameOf(fields['priority']),
    type: nameOf(fields['issuetype']),
    resolution: nameOf(fields['resolution']),
    project: isJsonObject(fields['project']) ? text(fields['project']['key']) || nameOf(fields['project']) : '',
    assignee: nameOf(fields['assignee']),
    reporter: nameOf(fields['reporter']),
    labels: namesOf(fields['labels']),
    components: namesOf(fields['components']),
    fixVersions: namesOf(fields['fixVersions']),
    due: text(fields['duedate']),
    parent: isJsonObject(fields['parent']) ? text(fields['parent']['key']) : '',
    ...customFields(fields),
  };
  return Object.fromEntries(Object.entries(candidates).filter(([, value]) => value !== ''));
}

function people(fields: Fields): RecordPerson[] {
  const roles = ['reporter', 'assignee', 'creator'] as const;
  return uniquePeople(roles.map((role) => personOf(fields[role], role)).filter((person) => person !== undefined));
}

export function uniquePeople(found: RecordPerson[]): RecordPerson[] {
  const byRole = new Map(found.map((person) => [`${person.role} ${person.email ?? person.name}`, person]));
  return [...byRole.values()].slice(0, readLimits.people);
}

function linkedIssues(fields: Fields): string[] {
  const links = Array.isArray(fields['issuelinks']) ? fields['issuelinks'] : [];
  const linked = links.flatMap((link) => (isJsonObject(link) ? [link['inwardIssue'], link['outwardIssue']] : []));
  const subtasks: unknown[] = Array.isArray(fields['subtasks']) ? fields['subtasks'] : [];
  return [...linked, ...subtasks, fields['parent']].flatMap((other) => {
    const key = isJsonObject(other) ? text(other['key']) : '';
    return key ? [key] : [];
  });
}

function changes(changelog: unknown): (string | null)[] {
  const histories = isJsonObject(changelog) ? changelog['histories'] : undefined;
  if (!Array.isArray(histories)) return [];
  return histories.map((change) => (isJsonObject(change) ? readDate(text(change['created'])) : null));
}

/** The numeric id and the one in `self`: exports exist where the two differ. */
function numbersOf(issue: Fields): string[] {
  const inSelf = /\/issue\/(\d+)/.exec(text(issue['self']))?.[1];
  return [...new Set([text(issue['id']), inSelf ?? ''])].filter(Boolean);
}

function unique(links: string[], own: string): string[] {
  return [...new Set(links)].filter((link) => link !== own).slice(0, readLimits.links);
}
