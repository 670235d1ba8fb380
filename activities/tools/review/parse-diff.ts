/** A line as the diff shows it; the number is that of the new file, for a removed line that of the old one. */
export interface DiffLine {
  number: number;
  text: string;
}
export interface Hunk {
  /** First line of the new file that the hunk shows. */
  start: number;
  added: DiffLine[];
  removed: DiffLine[];
  context: DiffLine[];
}
export interface FileDiff {
  /** The name after the change; of a deleted file its name before. */
  path: string;
  state: 'changed' | 'added' | 'deleted' | 'renamed';
  binary: boolean;
  hunks: Hunk[];
}

const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Reads the text of `git diff --patch`. Lines are counted by the heads of their hunks, so that a changed line that looks
 * like a head of the diff itself is taken for what it is.
 */
export function parseDiff(text: string): FileDiff[] {
  const files: FileDiff[] = [];
  let file: FileDiff | undefined;
  let left = { old: 0, new: 0 };
  let at = { old: 0, new: 0 };
  for (const line of text.split('\n')) {
    const hunk = file?.hunks.at(-1);
    if (hunk && (left.old > 0 || left.new > 0) && !line.startsWith('\\')) {
      takeLine(hunk, line, at, left);
    } else if (line.startsWith('diff --git ')) {
      file = { path: pathIn(line), state: 'changed', binary: false, hunks: [] };
      files.push(file);
    } else if (file) {
      const head = hunkHead.exec(line);
      if (!head) readHeader(file, line);
      else {
        const [, oldStart = '0', oldCount = '1', newStart = '0', newCount = '1'] = head;
        left = { old: Number(oldCount), new: Number(newCount) };
        at = { old: Number(oldStart), new: Number(newStart) };
        file.hunks.push({ start: Number(newStart), added: [], removed: [], context: [] });
      }
    }
  }
  return files;
}

interface Count {
  old: number;
  new: number;
}

function takeLine(hunk: Hunk, line: string, at: Count, left: Count): void {
  const text = line.slice(1).replace(/\r$/, '');
  const sign = line[0];
  if (sign === '-') hunk.removed.push({ number: at.old, text });
  else (sign === '+' ? hunk.added : hunk.context).push({ number: at.new, text });
  if (sign !== '+') step('old');
  if (sign !== '-') step('new');

  function step(side: keyof Count): void {
    at[side] += 1;
    left[side] -= 1;
  }
}

function readHeader(file: FileDiff, line: string): void {
  if (line.startsWith('new file')) file.state = 'added';
  else if (line.startsWith('deleted file')) file.state = 'deleted';
  else if (line.startsWith('rename to ')) Object.assign(file, { state: 'renamed', path: unquoted(line.slice(10)) });
  else if (line.startsWith('Binary files ')) file.binary = true;
  // The head of the diff does not say where one name ends and the other begins; these lines do.
  else if (line.startsWith('+++ ') && !line.startsWith('+++ /dev/null')) file.path = named(line);
  else if (line.startsWith('--- ') && !line.startsWith('--- /dev/null') && file.state === 'deleted')
    file.path = named(line);
}

const named = (line: string): string => unquoted(line.slice(4).replace(/\t$/, '')).replace(/^[ab]\//, '');

function pathIn(line: string): string {
  const names = line.slice('diff --git '.length);
  if (names.startsWith('"')) return unquoted(/^"(?:[^"\\]|\\.)*"/.exec(names)?.[0] ?? '').replace(/^a\//, '');
  // Both names are the same unless the file was renamed, and then further lines name it.
  return names.slice(0, (names.length - 1) / 2).replace(/^a\//, '');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** Git puts names with control signs, quotes or backslashes into quotes. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  for (const [, octal, sign, plain] of name.slice(1, -1).matchAll(/\\(?:([0-7]{3})|(.))|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else bytes.push(...Buffer.from(plain ?? escapes[sign ?? ''] ?? sign ?? ''));
  }
  return Buffer.from(bytes).toString('utf8');
}
