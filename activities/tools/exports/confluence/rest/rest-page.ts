import { isJsonObject, type Json, type JsonObject } from '../../../../../contracts/json';
import { readLimits } from '../../record';
import type { RecordLocation } from '../../record';
import { readDate } from '../../text/read-date';
import type { PageShelf } from '../page-shelf';
import type { BodySource, PageStatus, RawComment, RawPage } from '../raw-page';

const kinds = new Set(['page', 'blogpost']);

/** A page of `/rest/api/content` (type) or of `/api/v2/pages` (no type, but a space by number and a body). */
export function isRestPage(value: unknown): value is JsonObject {
  if (!isJsonObject(value) || text(value['id']) === '' || typeof value['title'] !== 'string') return false;
  if (value['type'] !== undefined) return kinds.has(text(value['type']));
  return 'spaceId' in value && ('body' in value || 'version' in value);
}

/** Anything the API calls content: comments and attachments stand among pages, and are none. */
export function isRestContent(value: unknown): value is JsonObject {
  return isRestPage(value) || (isJsonObject(value) && text(value['id']) !== '' && text(value['type']) !== '');
}

/** A page of an API answer. People and spaces that it names are made known to the shelf. */
export function toRestPage(value: JsonObject, location: RecordLocation, shelf: PageShelf, base: string): RawPage {
  const history = objectAt(value, 'history');
  const version = objectAt(value, 'version');
  const space = objectAt(value, 'space');
  const spaceKey = text(space['key']) || spaceOfLinks(value) || text(value['spaceId']);
  if (spaceKey !== '') shelf.addSpace([spaceKey], { key: spaceKey, name: text(space['name']) });
  const ancestors = listAt(value['ancestors']).filter(isJsonObject);
  const links = objectAt(value, '_links');
  const home = text(links['base']) || base;
  const webui = text(links['webui']);
  return {
    id: text(value['id']),
    type: text(value['type']) === 'blogpost' ? 'blogpost' : 'page',
    status: statusOf(text(value['status'])),
    title: text(value['title']),
    space: spaceKey,
    parent: text(ancestors.at(-1)?.['id']) || text(value['parentId']),
    version: Number(version['number']) || 0,
    author: person(history['createdBy'] ?? value['authorId'] ?? null, shelf),
    editor: person(version['by'] ?? version['authorId'] ?? objectAt(history, 'lastUpdated')['by'] ?? null, shelf),
    createdAt: readDate(text(history['createdDate']) || text(value['createdAt'])),
    updatedAt: readDate(
      text(version['when']) || text(version['createdAt']) || text(objectAt(history, 'lastUpdated')['when']),
    ),
    versionsAt: [],
    labels: listAt(objectAt(objectAt(value, 'metadata'), 'labels')['results'] ?? objectAt(value, 'labels')['results'])
      .map((label) => (isJsonObject(label) ? text(label['name']) : ''))
      .filter(Boolean),
    attachments: childrenOf(value, 'attachment').map((attachment) => text(attachment['title'])),
    comments: childrenOf(value, 'comment').map((comment) => commentOf(comment, shelf)),
    body: bodyOf(value),
    url: home !== '' && webui !== '' ? `${home}${webui}` : '',
    location,
  };
}

/** Storage format where it was asked for, else the best of what was. */
function bodyOf(value: JsonObject): BodySource | undefined {
  const body = objectAt(value, 'body');
  for (const form of ['storage', 'view', 'export_view', 'styled_view', 'editor', 'editor2', 'wiki']) {
    const markup = objectAt(body, form)['value'];
    if (typeof markup === 'string') return { markup: form === 'wiki' ? 'wiki' : 'storage', load: () => markup };
  }
  return undefined;
}

function commentOf(comment: JsonObject, shelf: PageShelf): RawComment {
  const history = objectAt(comment, 'history');
  const version = objectAt(comment, 'version');
  return {
    author: person(history['createdBy'] ?? version['by'] ?? null, shelf),
    at: readDate(text(history['createdDate']) || text(version['when'])),
    body: bodyOf(comment),
  };
}

function childrenOf(value: JsonObject, kind: string): JsonObject[] {
  const listed = objectAt(objectAt(value, 'children'), kind)['results'];
  return listAt(listed).filter(isJsonObject).slice(0, readLimits.comments);
}

/** Makes the person known under all accounts it has; returns the one that tells it apart. */
function person(value: Json, shelf: PageShelf): string {
  if (!isJsonObject(value)) return text(value);
  const accounts = ['accountId', 'userKey', 'username', 'key'].map((key) => text(value[key])).filter(Boolean);
  const name = text(value['displayName']) || text(value['publicName']) || accounts[0] || '';
  const email = text(value['email']).toLowerCase();
  if (name === '') return '';
  shelf.addPerson([...accounts, name], { name, ...(email && { email }) });
  return accounts[0] ?? name;
}

/** The space that was not asked for stands in its link all the same. */
function spaceOfLinks(value: JsonObject): string {
  const link = text(objectAt(value, '_expandable')['space']);
  const shown = text(objectAt(value, '_links')['webui']);
  return /\/space\/([^/?]+)/.exec(link)?.[1] ?? /^\/(?:spaces|display)\/([^/?]+)/.exec(shown)?.[1] ?? '';
}

function statusOf(status: string): PageStatus {
  if (status === 'trashed' || status === 'deleted') return 'deleted';
  if (status === 'draft' || status === 'historical' || status === 'archived') return status;
  return 'current';
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const member = value[key];
  return isJsonObject(member) ? member : {};
}

function listAt(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}
