import { splitEscaped, unescape } from './report-escapes';
import { itemKeys, keyPattern, type Report, type ReportItem, type ReportSection } from './report-shape';

/** A fault of a text that should be a report; `line` counts from 1. */
export class ReportSyntaxError extends Error {
  override readonly name = 'ReportSyntaxError';
  constructor(
    readonly line: number,
    problem: string,
  ) {
    super(`Line ${line} of the report: ${problem}`);
  }
}

/** Reads what `renderReport` writes, for all reports of all agents: the one grammar. Throws `ReportSyntaxError`. */
export function parseReport(text: string): Report {
  return new ReportReader(text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n')).read();
}

class ReportReader {
  private at = 0;
  private seen = 0;
  private total: number | undefined;

  constructor(private readonly lines: readonly string[]) {}

  read(): Report {
    const title = this.heading();
    this.skipBlank();
    const { date, ...fields } = this.metadata();
    const sections: ReportSection[] = [];
    for (this.skipBlank(); this.at < this.lines.length; this.skipBlank()) sections.push(this.section());
    if (this.total !== undefined && this.seen !== this.total)
      throw this.fault(`there are ${this.seen} items and the headings say ${this.total}.`);
    return { title, ...(date === undefined ? {} : { date }), fields, sections };
  }

  private section(): ReportSection {
    const title = this.heading();
    this.skipBlank();
    const summary = this.text();
    const items: ReportItem[] = [];
    for (this.skipBlank(); this.peek().startsWith('## '); this.skipBlank()) items.push(this.item());
    return { title, ...(summary === undefined ? {} : { summary }), items };
  }

  private item(): ReportItem {
    const found = /^## \[(\d+)\/(\d+)\] (.*)$/.exec(this.peek());
    this.seen += 1;
    if (!found || Number(found[1]) !== this.seen || (this.total !== undefined && Number(found[2]) !== this.total)) {
      throw this.fault(`expected the heading "## [${this.seen}/${this.total ?? '…'}] …".`);
    }
    this.total = Number(found[2]);
    const title = unescape(found[3] ?? '');
    this.at += 1;
    this.skipBlank();
    const { people, cites, ...raw } = this.metadata((key) => key === 'people' || key === 'cites');
    if (raw['id'] === undefined) throw this.fault(`item ${this.seen} has no "id: …" line.`);
    this.skipBlank();
    const statement = this.text();
    this.skipBlank();
    const quote = this.quote();
    const own = Object.fromEntries(itemKeys.flatMap((key) => (raw[key] === undefined ? [] : [[key, raw[key]]])));
    const fields = Object.fromEntries(Object.entries(raw).filter(([key]) => !(key in own)));
    const texts = { ...(statement === undefined ? {} : { statement }), ...(quote === undefined ? {} : { quote }) };
    return {
      id: '',
      ...own,
      title,
      ...texts,
      people: splitEscaped(people ?? '', ';'),
      cites: splitEscaped(cites ?? '', ','),
      fields,
    };
  }

  private heading(): string {
    const line = this.take();
    if (!line.startsWith('# ')) throw new ReportSyntaxError(this.at, 'expected a heading "# …".');
    return unescape(line.slice(2));
  }

  /** `key: value` lines up to the next blank one; the values of keys that `raw` picks stay escaped. */
  private metadata(raw: (key: string) => boolean = () => false): Record<string, string> {
    const values: Record<string, string> = {};
    while (this.peek() !== '' && !this.peek().startsWith('#')) {
      const colon = this.peek().indexOf(': ');
      const key = this.peek().slice(0, colon);
      if (colon < 0 || !keyPattern.test(key)) throw this.fault('expected "key: value".');
      const value = this.take().slice(colon + 2);
      values[key] = raw(key) ? value : unescape(value);
    }
    return values;
  }

  private text(): string | undefined {
    const taken: string[] = [];
    while (this.at < this.lines.length && !/^[#>]/.test(this.peek())) taken.push(unescape(this.take()));
    const text = taken.join('\n').trim();
    return text === '' ? undefined : text;
  }

  private quote(): string | undefined {
    const taken: string[] = [];
    while (this.peek().startsWith('>')) taken.push(unescape(this.take().replace(/^> ?/, '')));
    return taken.length === 0 ? undefined : taken.join('\n');
  }

  private skipBlank(): void {
    while (this.at < this.lines.length && this.peek() === '') this.at += 1;
  }

  private peek(): string {
    return this.lines[this.at] ?? '';
  }

  private take(): string {
    const line = this.peek();
    this.at += 1;
    return line;
  }

  private fault(problem: string): ReportSyntaxError {
    return new ReportSyntaxError(this.at + 1, problem);
  }
}
