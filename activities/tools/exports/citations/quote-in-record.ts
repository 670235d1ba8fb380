import type { ExportRecord } from '../record';

type Quotable = Pick<ExportRecord, 'title' | 'body'>;

const wordsMin = 3;

/** Whether a quote stands in the record word for word; blanks, typographic signs and clipped ends do not count. */
export function isQuoteIn(quote: string, { title, body }: Quotable): boolean {
  const wanted = plain(quote).replace(/^(?:…|\.\.\.)\s*|\s*(?:…|\.\.\.)$/g, '');
  return wanted !== '' && (plain(body).includes(wanted) || plain(title).includes(wanted));
}

/** A word or two stand in every record: they prove nothing. A record that says no more may be quoted whole. */
export function isTelling(quote: string, { title, body }: Quotable): boolean {
  const count = plain(quote).split(' ').filter(Boolean).length;
  return count >= wordsMin || plain(body) === plain(quote) || plain(title) === plain(quote);
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[‘’‚′]/g, "'")
    .replace(/[“”„«»″]/g, '"')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
}
