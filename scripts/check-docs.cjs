'use strict';
// What a reader of the documents would stumble over: links and paths that lead nowhere, code blocks that are no longer
// what the file says, and paths that exist on one machine only.
//
// A code block that is copied from a file says so where it opens, with the file and, if it is a part, the region:
// ```ts from=cli/exit-codes.ts#codes; the file marks it with `region codes` and `endregion codes` comments.
// `--write` copies the blocks that differ; `--check`, and no option, says which do.
const fs = require('node:fs');
const path = require('node:path');

const { projectFiles } = require('./project-files.cjs');

const root = path.join(__dirname, '..');
const [mode = '--check'] = process.argv.slice(2);
if (mode !== '--check' && mode !== '--write') {
  process.stderr.write(`There is no ${mode}; there are --check and --write.\n`);
  process.exit(2);
}
const faults = [];
const files = projectFiles(root);
const known = new Set(files);
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const topFolders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));

/** Lines outside code blocks, with their numbers; inside, the block as a whole. */
function parseMarkdown(text) {
  const prose = [];
  const blocks = [];
  let open;
  text.split('\n').forEach((line, index, lines) => {
    const fence = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (open && fence && line.trim() === open.fence) {
      blocks.push({ ...open, body: lines.slice(open.start + 1, index).join('\n') });
      open = undefined;
    } else if (!open && fence) {
      open = { fence: fence.trim(), start: index, info: line };
    } else if (!open) {
      prose.push({ line, number: index + 1 });
    }
  });
  return { prose, blocks };
}

/** As GitHub makes an anchor of a heading. */
function anchorsOf(file) {
  const headings = parseMarkdown(read(file)).prose.filter(({ line }) => /^#{1,6} /.test(line));
  return new Set(
    headings.map(({ line }) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

function checkLink(file, number, target) {
  if (/^[a-z]+:/i.test(target) || target.startsWith('//')) return;
  const [place = '', anchor] = target.split('#');
  const wanted =
    place === '' ? file : path.posix.normalize(path.posix.join(path.posix.dirname(file), decodeURI(place)));
  if (!fs.existsSync(path.join(root, wanted)))
    faults.push(`${file}:${number} links to ${target}, which does not exist.`);
  else if (anchor && wanted.endsWith('.md') && !anchorsOf(wanted).has(anchor))
    faults.push(`${file}:${number} links to ${target}, which has no such heading.`);
}

/** Code spans that name a file of ours: `contracts/names.ts`. Patterns and placeholders are no paths. */
function checkPath(file, number, span) {
  const match = /^\.?\/?([\w.-]+(?:\/[\w.@-]+)+\.(?:ts|cjs|mjs|md|yaml|json))(?::\d+)?$/.exec(span);
  if (!match || !topFolders.has(match[1].split('/')[0])) return;
  if (!known.has(match[1]) && !fs.existsSync(path.join(root, match[1])))
    faults.push(`${file}:${number} names ${match[1]}, which does not exist.`);
}

function regionOf(text, name) {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => new RegExp(`[^d]region ${name}\\b`).test(line));
  const to = lines.findIndex((line) => new RegExp(`endregion ${name}\\b`).test(line));
  return from < 0 || to < from ? undefined : lines.slice(from + 1, to).join('\n');
}

function checkBlock(file, { info, body, start }) {
  const source = /\sfrom=([^\s#]+)(?:#([\w-]+))?$/.exec(info);
  if (!source) return;
  const [, from, region] = source;
  if (!known.has(from)) return faults.push(`${file}:${start} takes a block from ${from}, which does not exist.`);
  const wanted = region ? regionOf(read(from), region) : read(from);
  if (wanted === undefined)
    faults.push(`${file}:${start} takes region ${region} from ${from}, which has none of that name.`);
  else if (wanted.trim() === body.trim()) return;
  else if (mode === '--write') copyBlock(file, body, wanted.trim());
  else
    faults.push(
      `${file}:${start} is not what ${from}${region ? `#${region}` : ''} says any more: node scripts/check-docs.cjs --write`,
    );
}

function copyBlock(file, body, wanted) {
  const text = read(file);
  const fenced = `\n${body}\n\`\`\``;
  if (text.split(fenced).length !== 2) return faults.push(`${file} has no single block to replace; copy it by hand.`);
  fs.writeFileSync(
    path.join(root, file),
    text.replace(fenced, () => `\n${wanted}\n\`\`\``),
  );
  process.stdout.write(`${file}: copied a block.\n`);
}

const absolute = /(?<![\w.:/~-])\/(?:root|home|work|Users|tmp\/[\w.-]+)\/[\w./-]*/;

function checkMarkdown(file) {
  const { prose, blocks } = parseMarkdown(read(file));
  for (const { line, number } of prose) {
    for (const [, target] of line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g))
      checkLink(file, number, target);
    for (const [, span] of line.matchAll(/`([^`]+)`/g)) checkPath(file, number, span);
  }
  for (const block of blocks) checkBlock(file, block);
}

for (const file of files) {
  const isText = /\.(md|ts|cjs|mjs|ya?ml|json)$/.test(file) && file !== 'package-lock.json';
  if (!isText || /^agents\/[^/]+\/sample\//.test(file) || file.startsWith('test/histories/')) continue;
  if (file.endsWith('.md')) checkMarkdown(file);
  read(file)
    .split('\n')
    .forEach((line, index) => {
      // Tests make up homes of people that do not exist.
      const found = absolute.exec(file.startsWith('test/') ? line.replace(/\/(home|Users)\//g, '') : line);
      if (found && file !== 'scripts/check-docs.cjs')
        faults.push(`${file}:${index + 1} holds the absolute path ${found[0]}, which is one machine's.`);
    });
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
