import { staff } from './people';
import { resolveRefs } from './resolve-refs';
import type { StaffId } from './people';
import type { Refs } from './resolve-refs';
import type { StoryTicket } from './story-tickets';

const site = 'https://jira.larkspurfreight.example/rest/api/2';
const projects: Record<string, [id: string, name: string]> = {
  DOCK: ['10001', 'Dockhand'],
  PLAT: ['10002', 'Platform'],
  OPS: ['10003', 'Operations'],
  MOB: ['10004', 'Mobile'],
};
const statuses: Record<StoryTicket['status'], [id: string, key: string, category: string]> = {
  'To Do': ['10000', 'new', 'To Do'], Blocked: ['10005', 'new', 'To Do'], 'In Progress': ['3', 'indeterminate', 'In Progress'], 'In Review': ['10006', 'indeterminate', 'In Progress'], Done: ['10001', 'done', 'Done'],
}; // prettier-ignore
const priorities = { Highest: '1', High: '2', Medium: '3', Low: '4' } as const;

/** The answer of Jira's search call, as `GET /rest/api/2/search?fields=*navigable,comment` gives it. */
export function jiraJson(tickets: StoryTicket[], refs: Refs): string {
  const titles = new Map(tickets.map(({ key, title }) => [key, title]));
  const issues = tickets.map((ticket, index) => issue(ticket, 20_100 + index * 7, titles, refs));
  return `${JSON.stringify({ expand: 'schema,names', startAt: 0, maxResults: 500, total: issues.length, issues }, null, 1)}\n`;
}

function issue(ticket: StoryTicket, id: number, titles: Map<string, string>, refs: Refs): object {
  const [project = ''] = ticket.key.split('-');
  const [projectId, projectName] = projects[project] ?? ['', ''];
  const [statusId, categoryKey, category] = statuses[ticket.status];
  return {
    expand: 'operations,versionedRepresentations,editmeta,changelog,renderedFields',
    id: String(id),
    self: `${site}/issue/${id}`,
    key: ticket.key,
    fields: {
      summary: ticket.title,
      issuetype: { self: `${site}/issuetype/${ticket.type}`, name: ticket.type, subtask: false },
      project: { self: `${site}/project/${projectId}`, id: projectId, key: project, name: projectName },
      status: { self: `${site}/status/${statusId}`, name: ticket.status, id: statusId, statusCategory: { key: categoryKey, name: category } },
      priority: { name: ticket.priority, id: priorities[ticket.priority] },
      resolution: ticket.resolved ? { name: 'Done', id: '10000' } : null,
      resolutiondate: ticket.resolved ? stamp(ticket.resolved) : null,
      created: stamp(ticket.created),
      updated: stamp(ticket.updated),
      duedate: ticket.due ?? null,
      labels: ticket.labels,
      components: [{ name: ticket.component }],
      fixVersions: ticket.labels.includes('release-4.18') ? [{ name: '4.18' }] : [],
      reporter: user(ticket.reporter),
      creator: user(ticket.reporter),
      assignee: ticket.assignee ? user(ticket.assignee) : null,
      description: resolveRefs(ticket.text, refs),
      issuelinks: (ticket.links ?? []).map((key) => ({ type: { name: 'Relates', inward: 'relates to', outward: 'relates to' }, outwardIssue: { key, fields: { summary: titles.get(key) ?? '' } } })),
      subtasks: [],
      comment: comments(ticket, id, refs),
    },
  }; // prettier-ignore
}

function comments(ticket: StoryTicket, id: number, refs: Refs): object {
  const all = ticket.comments.map(([who, when, text], index) => ({
    self: `${site}/issue/${id}/comment/${id * 10 + index}`, id: String(id * 10 + index), author: user(who), body: resolveRefs(text, refs), updateAuthor: user(who), created: stamp(when), updated: stamp(when),
  })); // prettier-ignore
  return { comments: all, maxResults: all.length, total: all.length, startAt: 0 };
}

function user(id: StaffId): object {
  const { name, email } = staff[id];
  const key = email.split('@')[0];
  return {
    self: `${site}/user?username=${key}`,
    name: key,
    key,
    emailAddress: email,
    displayName: name,
    active: true,
    timeZone: 'Europe/Berlin',
  };
}

/** Jira writes local time with its offset; Berlin is one hour ahead in the first weeks of March and in October two. */
function stamp(minute: string): string {
  const hours = minute >= '2025-10-26' ? 1 : 2;
  const local = new Date(Date.parse(`${minute}Z`) + hours * 3_600_000).toISOString();
  return `${local.slice(0, -1)}+0${hours}00`;
}
