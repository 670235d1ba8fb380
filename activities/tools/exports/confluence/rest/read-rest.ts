import { isJsonObject } from '../../../../../contracts/json';
import type { Collector } from '../../collector';
import type { ExportFile } from '../../export-files';
import { createPacer } from '../../pacer';
import { readLimits } from '../../record';
import type { ReadOptions } from '../../record';
import type { DecodedFile } from '../../text/decode-file';
import { scanJsonRecords, type RecordShape } from '../../text/scan-json';
import type { PageShelf } from '../page-shelf';
import { isRestContent, isRestPage, toRestPage } from './rest-page';

const shape: RecordShape = {
  listKeys: ['results'],
  leadKeys: [
    '_expandable',
    '_links',
    'ancestors',
    'body',
    'id',
    'type',
    'status',
    'title',
    'space',
    'parentId',
    'spaceId',
  ],
  isRecord: isRestContent,
  // Ancestors and children look like pages; only what has a text of its own is where reading may go on.
  isNextIn: (_list, value) => isRestPage(value) && isJsonObject(value['body']),
};

/** Reads answers of Confluence's REST API: pages of results, arrays, single contents, one after another or alone. */
export async function readRest(
  file: ExportFile,
  decoded: DecodedFile,
  reading: { collector: Collector; shelf: PageShelf; options: ReadOptions },
): Promise<void> {
  const { collector, shelf, options } = reading;
  const pace = createPacer(options.signal);
  const base = baseOf(decoded.utf8);
  for (const event of scanJsonRecords(decoded.utf8, shape, readLimits.recordBytes)) {
    const at = { file: file.name, byteStart: decoded.toFile(event.start) };
    if (event.kind === 'fault') collector.skip({ ...at, reason: event.reason });
    else if (event.kind === 'note') collector.note({ ...at, reason: event.reason });
    else if (isRestPage(event.value)) {
      const page = toRestPage(event.value, { ...at, byteEnd: decoded.toFile(event.end) }, shelf, base);
      const isOld = page.status !== 'current' && page.status !== 'archived';
      if (page.body === undefined && !isOld)
        collector.note({ ...at, reason: `The page ${page.id} has no text: ask for expand=body.storage.` });
      if (shelf.addPage({ ...page, title: page.title || `Untitled page ${page.id}` }) && !isOld)
        collector.note({ ...at, reason: `The page ${page.id} is in the export more than once; its latest is kept.` });
    }
    await pace();
  }
}

const looked = 65_536;

/** The wiki's own address stands at one of the ends of an answer. */
function baseOf(utf8: Buffer): string {
  const ends = [utf8.subarray(Math.max(0, utf8.length - looked)), utf8.subarray(0, looked)];
  for (const end of ends) {
    const found = /"base"\s*:\s*"(https?:\/\/[^"\s]{1,200})"/.exec(end.toString('latin1'))?.[1];
    if (found !== undefined) return found;
  }
  return '';
}
