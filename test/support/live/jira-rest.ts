import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it reached the site. */
export interface JiraRequest {
  method: string;
  path: string;
  authorization: string;
  jql: string;
}

export interface JiraSite {
  url: string;
  requests: JiraRequest[];
  close(): Promise<void>;
}

interface Issue {
  key: string;
  fields: { updated: string; created: string };
}

const clause = /^(updated|created)\s*(>=|>|<=|<)\s*"?(\d{4}-\d\d-\d\d)"?$/i;

/**
 * A Jira site of one's own on a loopback port: the calls of the REST API (version 2) that a reader needs, over the
 * issues of an export. Understands JQL of comparisons of `updated` and `created` with days, joined by AND; whatever
 * would change something is refused and on record.
 */
export async function startJiraSite(exportFile: string): Promise<JiraSite> {
  const { issues } = JSON.parse(readFileSync(exportFile, 'utf8')) as { issues: Issue[] };
  const requests: JiraRequest[] = [];
  const server = createServer((request, response) => {
    void answer(issues, requests, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function answer(
  issues: readonly Issue[],
  seen: JiraRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const text = Buffer.concat(chunks).toString('utf8');
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, string | number>;
  const asked = (name: string): string => url.searchParams.get(name) ?? body[name]?.toString() ?? '';
  const { method = 'GET' } = request;
  const jql = asked('jql');
  seen.push({ method, path: url.pathname, authorization: request.headers.authorization ?? '', jql });
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (!request.headers.authorization) return send(401, { errorMessages: ['Not logged in.'] });
  const part = /^\/rest\/api\/(?:2|latest)\/(.*)$/.exec(url.pathname)?.[1] ?? '';
  if (part === 'search')
    return send(200, search(issues, jql, Number(asked('startAt') || 0), Number(asked('maxResults') || 50)));
  if (method !== 'GET') return send(403, { errorMessages: ['This site is read only.'] });
  if (part === 'myself')
    return send(200, { name: 'reader', key: 'reader', displayName: 'Reader', emailAddress: 'reader@site.example' });
  if (part === 'serverInfo') return send(200, { baseUrl: url.origin, version: '9.12.0', deploymentType: 'Server' });
  if (part === 'field') return send(200, []);
  const issue = issues.find(({ key }) => part === `issue/${key}`);
  if (issue) return send(200, issue);
  return send(404, { errorMessages: [`Issue or address ${part} does not exist.`] });
}

function search(issues: readonly Issue[], jql: string, startAt: number, maxResults: number): object {
  const [condition = ''] = jql.split(/\s+order\s+by\s+/i);
  const clauses = condition.split(/\s+and\s+/i).map((one) => clause.exec(one.trim()));
  if (clauses.includes(null)) throw new Error(`This site does not understand: ${jql}`);
  const hits = issues.filter(({ fields }) =>
    clauses.every((one) => {
      const day = Date.parse(`${one?.[3]}T00:00:00Z`);
      const at = Date.parse(one?.[1]?.toLowerCase() === 'created' ? fields.created : fields.updated);
      return { '>=': at >= day, '>': at > day, '<=': at <= day, '<': at < day }[one?.[2] ?? '<'];
    }),
  );
  const order = hits.sort((a, b) => (a.fields.updated < b.fields.updated ? -1 : 1));
  return { startAt, maxResults, total: hits.length, issues: order.slice(startAt, startAt + maxResults) };
}
