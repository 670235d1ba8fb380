/** A person of the invented wiki. */
export interface WikiUser {
  key: string;
  accountId: string;
  username: string;
  name: string;
}

export interface WikiComment {
  author: string;
  atMs: number;
  text: string;
}

/** A page in the little language of `inline.ts` and `blocks.ts`, from which every export format is written. */
export interface WikiPage {
  id: string;
  title: string;
  /** Title of the page above. */
  parent: string;
  /** User names. */
  author: string;
  editor: string;
  createdMs: number;
  updatedMs: number;
  version: number;
  labels: string[];
  attachments: string[];
  comments: WikiComment[];
  text: string;
  /** Texts of older versions, oldest first. */
  older: string[];
  status: 'current' | 'draft' | 'deleted';
}

export interface Wiki {
  space: { id: string; key: string; name: string };
  domain: string;
  users: WikiUser[];
  pages: WikiPage[];
}

export function userOf(wiki: Wiki, username: string): WikiUser {
  const found = wiki.users.find((user) => user.username === username);
  if (!found) throw new Error(`No user ${username} in the wiki.`);
  return found;
}

export function pageTitled(wiki: Wiki, title: string): WikiPage | undefined {
  return wiki.pages.find((page) => page.title === title);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** As the XML export writes times: of the server, which is in UTC here, and with milliseconds. */
export function stampOf(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As the HTML export writes days. */
export function dayOf(ms: number): string {
  const at = new Date(ms);
  return `${months[at.getUTCMonth()]} ${two(at.getUTCDate())}, ${at.getUTCFullYear()}`;
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
