import { listExportFiles } from './export-files';
import { readChat } from './chat/read-chat';
import { readConfluence } from './confluence/read-confluence';
import { readJira } from './jira/read-jira';
import { readMailExport } from './mail/read-mail';
import type { ExportSource, ReadOptions, ReadResult } from './record';

const readers = { jira: readJira, mail: readMailExport, chat: readChat, confluence: readConfluence } as const;

interface Entry {
  result: Promise<ReadResult>;
  bytes: number;
}

/**
 * Keeps what was read, so that many calls on one export parse it once. An entry is found by source, path, zone and
 * the sizes and times of all files: a changed file is read again. Least recently used entries go first when the
 * estimated memory exceeds `bytesMax` (I5); a reading larger than that is returned and not kept.
 */
export class ReadingCache {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(private readonly bytesMax = 256 * 1024 * 1024) {}

  async read(source: ExportSource, root: string, options: ReadOptions = {}): Promise<ReadResult> {
    const files = await listExportFiles(root, () => true, undefined, options.denied);
    const stamp = files.map(({ name, sizeBytes, mtimeMs }) => `${name}:${sizeBytes}:${mtimeMs}`).join('|');
    const key = [source, root, options.timezone ?? 'UTC', ...(options.denied ?? []), stamp].join('\n');
    for (;;) {
      options.signal?.throwIfAborted();
      const known = this.entries.get(key);
      if (!known) return this.load(key, () => readers[source](root, options));
      this.entries.delete(key);
      this.entries.set(key, known);
      try {
        return await known.result;
      } catch {
        // The call that was reading was cancelled or failed; this one reads for itself.
        if (this.entries.get(key) === known) this.entries.delete(key);
      }
    }
  }

  get heldBytes(): number {
    return this.bytes;
  }

  private async load(key: string, read: () => Promise<ReadResult>): Promise<ReadResult> {
    const entry: Entry = { result: read(), bytes: 0 };
    this.entries.set(key, entry);
    try {
      const result = await entry.result;
      entry.bytes = estimatedBytes(result);
      this.bytes += entry.bytes;
      this.evict();
      return result;
    } catch (error) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
  }

  private evict(): void {
    for (const [key, entry] of this.entries) {
      if (this.bytes <= this.bytesMax) return;
      // A reading that is still going on weighs nothing yet and stays.
      if (entry.bytes === 0) continue;
      this.entries.delete(key);
      this.bytes -= entry.bytes;
    }
  }
}

/** Strings count two bytes a character at most; objects around them a flat sum. */
function estimatedBytes({ records }: ReadResult): number {
  let bytes = 1024;
  for (const { body, title, people, links, fields } of records) {
    bytes +=
      1024 + 2 * (body.length + title.length) + 150 * people.length + 100 * (links.length + Object.keys(fields).length);
  }
  return bytes;
}
