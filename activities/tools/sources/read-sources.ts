import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CadreError } from '../../../contracts/failures';
import type { BuiltinContext } from '../define-tool';
import { Jail } from '../jail';
import { toolLimits } from '../tool-limits';
import { walkFiles } from '../walk-files';

/** A text that may be cited by its name. */
export interface SourceText {
  /** Its path inside the folder. */
  id: string;
  /** Its first heading, or its first line. */
  title: string;
  text: string;
}

const textFile = /\.(?:md|markdown|txt|rst|adoc)$/i;
const textBytesMax = 512 * 1024;

/** The texts of the folder that the call names, or of the source's option `folder`. Throws `ToolFailed` when it has none. */
export async function readSources(given: string | undefined, context: BuiltinContext): Promise<SourceText[]> {
  const option = context.options['folder'];
  const folder = given ?? (typeof option === 'string' ? option : undefined);
  if (folder === undefined)
    throw new CadreError(
      'ToolFailed',
      'It is not said which folder: give "folder", or set it as option of the source.',
    );
  const jail = await Jail.open(context.roots, folder);
  const { files } = await walkFiles(jail, '.', context.signal);
  const texts: SourceText[] = [];
  let read = 0;
  for (const { real, name, bytes } of files) {
    if (!textFile.test(name) || bytes > textBytesMax) continue;
    context.signal.throwIfAborted();
    read += bytes;
    if (read > toolLimits.scannedBytes) break;
    texts.push(sourceOf(name, await readFile(real, 'utf8')));
  }
  if (texts.length === 0)
    throw new CadreError('ToolFailed', `The folder ${folder} has no texts (.md, .txt, .rst, .adoc) to read.`);
  return texts;
}

function sourceOf(name: string, whole: string): SourceText {
  const text = whole.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const heading = /^#+\s+(.+)$/m.exec(text)?.[1] ?? text.split('\n').find((line) => line.trim() !== '');
  return { id: name, title: (heading ?? path.basename(name)).trim().slice(0, 200), text };
}
