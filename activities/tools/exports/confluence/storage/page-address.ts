import type { PageRef } from '../raw-page';

/** The page that an address inside the wiki leads to: by id, by file of an HTML export, or by space and title. */
export function pageOfAddress(href: string): PageRef | undefined {
  const id =
    /[?&]pageId=(\d+)/.exec(href)?.[1] ??
    /\/spaces\/[^/]+\/(?:pages|blog)(?:\/\d{4}\/\d{2}\/\d{2})?\/(\d+)/.exec(href)?.[1] ??
    /^(?:\.\/)?(?:[^/:?#]*_)?(\d+)\.html?(?:#|$)/.exec(href)?.[1];
  if (id !== undefined) return { id };
  const shown = /\/display\/([^/?#]+)\/([^/?#]+)/.exec(href);
  if (!shown) return undefined;
  return { space: decoded(shown[1] ?? ''), title: decoded((shown[2] ?? '').replaceAll('+', ' ')) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
