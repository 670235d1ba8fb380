import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isJsonObject } from '../../../../contracts/json';
import { Collector } from '../collector';
import { listExportFiles } from '../export-files';
import { createPacer } from '../pacer';
import { readLimits } from '../record';
import { decodeFile } from '../text/decode-file';
import { scanJsonRecords } from '../text/scan-json';
import { isChatMessage, toChatRecord } from './chat-message';
import type { ExportFile } from '../export-files';
import type { ReadOptions, ReadResult } from '../record';
import type { RecordShape } from '../text/scan-json';

const shape: RecordShape = {
  listKeys: ['messages'],
  leadKeys: [
    'creator',
    'created_date',
    'text',
    'topic_id',
    'message_id',
    'message_state',
    'annotations',
    'attached_files',
  ],
  isRecord: isChatMessage,
  isNextIn: (_list, value) => isChatMessage(value),
};

const describesOthers = /^(?:group_info|user_info)\.json$/i;

/**
 * Reads a Google Chat Takeout: one `messages.json`, or a folder with one folder per space (`group_info.json` beside
 * it names the space). Throws only when `root` itself cannot be read or `signal` is aborted.
 */
export async function readChat(root: string, options: ReadOptions = {}): Promise<ReadResult> {
  const collector = new Collector();
  const files = await listExportFiles(
    root,
    (name) => /\.(?:json|jsonl|ndjson)$/i.test(name),
    collector,
    options.denied,
  );
  const infos = new Map(
    files.filter(({ name }) => /(?:^|\/)group_info\.json$/i.test(name)).map((file) => [path.dirname(file.name), file]),
  );
  for (const file of files) {
    if (describesOthers.test(path.basename(file.name))) continue;
    collector.file(file.name);
    await readMessages(file, await spaceOf(file, infos, collector), collector, options);
  }
  return collector.result();
}

async function readMessages(
  file: ExportFile,
  space: string,
  collector: Collector,
  options: ReadOptions,
): Promise<void> {
  const decoded = decodeFile(await readFile(file.path, { signal: options.signal }));
  if (decoded.note) collector.note({ file: file.name, reason: decoded.note });
  const pace = createPacer(options.signal);
  for (const event of scanJsonRecords(decoded.utf8, shape, readLimits.recordBytes)) {
    const at = { file: file.name, byteStart: decoded.toFile(event.start) };
    if (event.kind === 'fault') collector.skip({ ...at, reason: event.reason });
    else if (event.kind === 'note') collector.note({ ...at, reason: event.reason });
    else if (isChatMessage(event.value)) {
      const record = toChatRecord(event.value, space, { ...at, byteEnd: decoded.toFile(event.end) });
      if (record.at === null) {
        const stated = String(event.value['created_date']).slice(0, 60);
        collector.note({ ...at, reason: `Message ${record.id} has a date that cannot be read: ${stated}` });
      }
      if (collector.find(record.id))
        collector.note({ ...at, reason: `Message ${record.id} is in the export more than once; one is kept.` });
      else collector.put(record);
    }
    await pace();
  }
}

/** The space's name from its group_info, else its folder's name without the `Space ` or `DM ` that Takeout puts before. */
async function spaceOf(file: ExportFile, infos: Map<string, ExportFile>, collector: Collector): Promise<string> {
  const info = infos.get(path.dirname(file.name));
  const folder = path.basename(path.dirname(file.path));
  const fallback = folder.replace(/^Space /, '');
  if (!info) return fallback;
  try {
    const parsed: unknown = JSON.parse(decodeFile(await readFile(info.path)).utf8.toString('utf8'));
    const name = isJsonObject(parsed) ? parsed['name'] : undefined;
    if (typeof name === 'string' && name.trim()) return name.trim();
    const members = isJsonObject(parsed) && Array.isArray(parsed['members']) ? parsed['members'] : [];
    const people = members.flatMap((member) =>
      isJsonObject(member) && typeof member['name'] === 'string' ? [member['name']] : [],
    );
    return people.length > 0 ? people.slice(0, 8).join(', ') : fallback;
  } catch {
    collector.note({ file: info.name, reason: 'It is no JSON; the space is called by its folder.' });
    return fallback;
  }
}
