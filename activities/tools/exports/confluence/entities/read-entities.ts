import type { Collector } from '../../collector';
import type { ExportFile } from '../../export-files';
import { createPacer } from '../../pacer';
import { readLimits } from '../../record';
import type { ReadOptions, RecordLocation } from '../../record';
import type { PageShelf } from '../page-shelf';
import { EntityShelf } from './entity-shelf';
import { parseObject } from './parse-object';
import { splitObjects } from './split-objects';
import type { XmlSource } from './xml-source';

/**
 * Reads the `entities.xml` of a space export in two passes: all objects once, without keeping a single text, then the
 * texts of published pages and their comments, each when its page is written down.
 */
export async function readEntities(
  file: ExportFile,
  source: XmlSource,
  reading: { collector: Collector; shelf: PageShelf; options: ReadOptions },
): Promise<void> {
  const { collector, shelf, options } = reading;
  if (source.note !== undefined) collector.note({ file: file.name, reason: source.note });
  const entities = new EntityShelf(async (start, end) => bodyOf(await source.slice(start, end)), options);
  const pace = createPacer(options.signal);
  let seen = 0;
  for await (const slice of splitObjects(source.chunks(), readLimits.recordBytes)) {
    const byteStart = source.toFile(slice.start);
    if (slice.kind === 'fault') collector.skip({ file: file.name, byteStart, reason: slice.reason });
    else {
      seen += 1;
      const entity = parseObject(slice.bytes.toString('utf8'));
      const location: RecordLocation = { file: file.name, byteStart, byteEnd: source.toFile(slice.end) };
      const problem = typeof entity === 'string' ? entity : entities.add(entity, slice, location);
      if (problem !== undefined) collector.skip({ file: file.name, byteStart, reason: problem });
    }
    await pace();
  }
  if (seen === 0) collector.note({ file: file.name, reason: 'The XML file holds no objects of a space export.' });
  for (const { location, reason } of entities.fill(shelf))
    collector.note({ file: file.name, byteStart: location.byteStart, reason });
}

function bodyOf(object: Buffer): string {
  const entity = parseObject(object.toString('utf8'));
  return typeof entity === 'string' ? '' : (entity.text.get('body') ?? '');
}
