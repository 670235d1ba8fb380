'use strict';

// A small MCP server over the Jira REST API, on stdio, with the tools of mcp-atlassian that the live team lists and two
// that it does not. It stands in where mcp-atlassian, a Python program, is not installed.
// Environment: JIRA_URL, JIRA_PERSONAL_TOKEN.

const readline = require('node:readline');

const text = (description) => ({ type: 'string', description });
const number = (description) => ({ type: 'integer', description });
const tools = [
  {
    name: 'jira_search',
    description: 'Search Jira issues using JQL (Jira Query Language)',
    inputSchema: {
      type: 'object',
      properties: {
        jql: text('JQL query string'),
        limit: number('Maximum number of results (1-50)'),
        start_at: number('Starting index for pagination'),
      },
      required: ['jql'],
    },
  },
  {
    name: 'jira_get_issue',
    description: 'Get details of a specific Jira issue',
    inputSchema: {
      type: 'object',
      properties: { issue_key: text("Jira issue key (e.g., 'PROJ-123')") },
      required: ['issue_key'],
    },
  },
  {
    name: 'jira_create_issue',
    description: 'Create a new Jira issue',
    inputSchema: { type: 'object', properties: { summary: text('Summary of the issue') }, required: ['summary'] },
  },
];

const { JIRA_URL: site, JIRA_PERSONAL_TOKEN: token } = process.env;

async function rest(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await globalThis.fetch(`${site}/rest/api/2/${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const value = await response.json();
  if (!response.ok) throw new Error(`${response.status}: ${(value.errorMessages ?? []).join(' ')}`);
  return value;
}

const person = (user) => (user ? { display_name: user.displayName, email: user.emailAddress } : null);

/** An issue as mcp-atlassian shows it. */
function simple({ id, key, fields }) {
  const { summary, description, status, created, updated, assignee, reporter, priority, labels, comment } = fields;
  const comments = (comment?.comments ?? []).map((one) => ({
    author: person(one.author),
    body: one.body,
    created: one.created,
  }));
  return {
    id,
    key,
    summary,
    description: description ?? '',
    status: { name: status?.name },
    priority: { name: priority?.name },
    labels,
    assignee: person(assignee),
    reporter: person(reporter),
    created,
    updated,
    comments,
  };
}

const calls = {
  async jira_search({ jql, limit = 10, start_at: startAt = 0 }) {
    const page = await rest('POST', 'search', { jql, startAt, maxResults: Math.min(50, limit) });
    return { total: page.total, start_at: page.startAt, max_results: page.maxResults, issues: page.issues.map(simple) };
  },
  jira_get_issue: async ({ issue_key: key }) => simple(await rest('GET', `issue/${encodeURIComponent(key)}`)),
  jira_create_issue: ({ summary }) => rest('POST', 'issue', { fields: { summary } }),
};

async function answer(method, params) {
  if (method === 'initialize')
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'jira', version: '1.0.0' },
    };
  if (method === 'tools/list') return { tools };
  if (method === 'ping') return {};
  const call = method === 'tools/call' ? calls[params.name] : undefined;
  if (!call) throw Object.assign(new Error(`There is no ${method} here.`), { code: -32601 });
  try {
    return { content: [{ type: 'text', text: JSON.stringify(await call(params.arguments ?? {}), null, 2) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: String(error.message) }], isError: true };
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  if (id === undefined) return;
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...message })}\n`);
  answer(method, params).then(
    (result) => send({ result }),
    ({ code = -32603, message }) => send({ error: { code, message } }),
  );
});
