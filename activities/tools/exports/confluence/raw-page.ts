import type { RecordLocation } from '../record';

/** Text of a page or comment, fetched only when it is needed: older versions and drafts are never held. */
export interface BodySource {
  markup: 'storage' | 'wiki';
  load(): Promise<string> | string;
}

export interface RawComment {
  /** Account of the writer: a key, an account id, a user name, or the name itself. */
  author: string;
  at: string | null;
  body: BodySource | undefined;
}

export type PageStatus = 'current' | 'archived' | 'historical' | 'draft' | 'deleted';

/** A page as one of the formats has it, before names and links are resolved. */
export interface RawPage {
  id: string;
  type: 'page' | 'blogpost';
  status: PageStatus;
  title: string;
  /** Key or number of the space. */
  space: string;
  parent: string;
  version: number;
  author: string;
  editor: string;
  createdAt: string | null;
  updatedAt: string | null;
  /** When older versions of the page were saved. */
  versionsAt: string[];
  labels: string[];
  attachments: string[];
  comments: RawComment[];
  body: BodySource | undefined;
  /** Address of the page in the wiki it came from, where the export says it. */
  url: string;
  location: RecordLocation;
}

/** How storage format names a page: by id, or by title and, where it is another one, by space. */
export interface PageRef {
  id?: string;
  title?: string;
  space?: string;
}
