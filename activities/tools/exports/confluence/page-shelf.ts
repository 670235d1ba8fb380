import type { PageRef, RawPage } from './raw-page';

export interface Person {
  name: string;
  email?: string;
}

const key = (space: string, title: string): string => `${space.toLowerCase()}\n${title.trim().toLowerCase()}`;

/**
 * What all files of an export hold together. Only the newest published state of a page is a page; older versions add
 * the times at which they were saved, drafts and deleted pages are counted and left out: nobody can open them.
 */
export class PageShelf {
  private readonly pages = new Map<string, RawPage>();
  private readonly byTitle = new Map<string, string>();
  private readonly people = new Map<string, Person>();
  private readonly spaces = new Map<string, { key: string; name: string }>();
  private readonly savedAt = new Map<string, string[]>();
  readonly leftOut = { historical: 0, draft: 0, deleted: 0 };
  /** Ids that are in the export and are no published page, with what they are. */
  readonly unpublished = new Map<string, string>();

  addPerson(accounts: readonly (string | undefined)[], person: Person): void {
    for (const account of accounts) {
      const known = account === undefined || account === '' ? undefined : this.people.get(account);
      if (account && (!known || known.name === account)) this.people.set(account, person);
    }
  }

  addSpace(refs: readonly string[], space: { key: string; name: string }): void {
    for (const ref of refs) if (ref !== '') this.spaces.set(ref, space);
  }

  /** True when the page replaced or was replaced by another state of the same page. */
  addPage(page: RawPage): boolean {
    if (page.status === 'draft' || page.status === 'deleted') {
      this.leftOut[page.status] += 1;
      if (!this.pages.has(page.id)) this.unpublished.set(page.id, page.status);
      return false;
    }
    const known = this.pages.get(page.id);
    if (!known) {
      this.pages.set(page.id, page);
      return false;
    }
    const [newer, older] = isNewer(page, known) ? [page, known] : [known, page];
    if (older.status === 'historical') this.leftOut.historical += 1;
    const times = [...older.versionsAt, older.updatedAt ?? older.createdAt].filter((at) => at !== null);
    this.pages.set(page.id, { ...newer, versionsAt: [...newer.versionsAt, ...times] });
    return true;
  }

  /** An older version that the export keeps under an id of its own. */
  addOlderVersion(original: string, id: string, at: string | null): void {
    this.leftOut.historical += 1;
    this.unpublished.set(id, `an older version of ${original}`);
    if (at !== null) this.savedAt.set(original, [...(this.savedAt.get(original) ?? []), at]);
  }

  /** Every page, once all files are read. */
  all(): RawPage[] {
    for (const page of this.pages.values()) this.byTitle.set(key(this.spaceOf(page.space).key, page.title), page.id);
    return [...this.pages.values()].map((page) => ({
      ...page,
      versionsAt: [...page.versionsAt, ...(this.savedAt.get(page.id) ?? [])],
    }));
  }

  get(id: string): RawPage | undefined {
    return this.pages.get(id);
  }

  person(account: string): Person {
    return this.people.get(account) ?? { name: account };
  }

  isKnown(account: string): boolean {
    return this.people.has(account);
  }

  spaceOf(ref: string): { key: string; name: string } {
    return this.spaces.get(ref) ?? { key: ref, name: '' };
  }

  /** The page that a link means, seen from a page of the space `from`; undefined when the export has none. */
  resolve(ref: PageRef, from: string): RawPage | undefined {
    if (ref.id !== undefined) return this.pages.get(ref.id);
    const space = ref.space ?? this.spaceOf(from).key;
    return this.pages.get(this.byTitle.get(key(space, ref.title ?? '')) ?? '');
  }
}

function isNewer(page: RawPage, known: RawPage): boolean {
  if ((page.status === 'historical') !== (known.status === 'historical')) return known.status === 'historical';
  if (page.version !== known.version) return page.version > known.version;
  return (page.updatedAt ?? '') >= (known.updatedAt ?? '');
}
