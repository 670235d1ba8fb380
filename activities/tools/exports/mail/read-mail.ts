import { open } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { Collector } from '../collector';
import { listExportFiles } from '../export-files';
import { createPacer } from '../pacer';
import { readLimits } from '../record';
import { readMail } from './mail-record';
import { splitMbox } from './split-mbox';
import type { ExportFile } from '../export-files';
import type { ReadOptions, ReadResult } from '../record';
import type { RawMail } from './split-mbox';

/**
 * Reads an mbox as Gmail Takeout and mail clients write it, a single message (`.eml`), or a folder of them. Throws
 * only when `root` itself cannot be read or `signal` is aborted.
 */
export async function readMailExport(root: string, options: ReadOptions = {}): Promise<ReadResult> {
  const collector = new Collector();
  const digests = new Set<string>();
  const named = (name: string): boolean => /\.(?:mbox|mbx|mbs|eml|mail)$/i.test(name) || !name.includes('.');
  for (const file of await listExportFiles(root, named, collector, options.denied)) {
    collector.file(file.name);
    if (!(await looksLikeMail(file))) {
      collector.note({
        file: file.name,
        reason: 'The file is no mail: it begins with no mbox separator and no header.',
      });
      continue;
    }
    const pace = createPacer(options.signal);
    for await (const mail of splitMbox(file.path, readLimits.mailBytes, options.signal)) {
      await readOne(mail, file, collector, digests);
      await pace();
    }
  }
  return collector.result();
}

async function readOne(mail: RawMail, file: ExportFile, collector: Collector, digests: Set<string>): Promise<void> {
  const at = { file: file.name, byteStart: mail.start };
  if (mail.fromLine === '' && mail.raw.toString('latin1').trim() === '') return;
  try {
    const { record, notes } = await readMail(mail, file.name);
    for (const note of notes) collector.note({ ...at, reason: note });
    const digest = createHash('sha256').update(mail.raw.toString('latin1').trimEnd()).digest('base64');
    if (digests.has(digest)) {
      collector.note({ ...at, reason: `${record.id} is in the export more than once, unchanged; one is kept.` });
      return;
    }
    digests.add(digest);
    collector.put({ ...record, id: freeId(record.id, at, collector) });
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    collector.skip({ ...at, reason: `The message cannot be read. ${reason}` });
  }
}

/** Different messages under one Message-ID (list software makes them) become `id`, `id#2`, `id#3` in file order. */
function freeId(id: string, at: { file: string; byteStart: number }, collector: Collector): string {
  if (!collector.find(id)) return id;
  let copy = 2;
  while (collector.find(`${id}#${copy}`)) copy++;
  collector.note({ ...at, reason: `Another message with the id ${id} comes before; this one is ${id}#${copy}.` });
  return `${id}#${copy}`;
}

async function looksLikeMail(file: ExportFile): Promise<boolean> {
  const handle = await open(file.path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    const head = buffer.toString('latin1', 0, bytesRead).replace(/^(?:\xef\xbb\xbf)?\s*/, '');
    return bytesRead === 0 || head.startsWith('From ') || /^[\x21-\x39\x3b-\x7e]+:[ \t]/.test(head);
  } finally {
    await handle.close();
  }
}
