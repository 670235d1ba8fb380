import type { BuiltinTool } from '../define-tool';
import { artifacts } from './artifacts';
import { board } from './board';
import { exports } from './exports';
import { files } from './files';
import { git } from './git';
import { memory } from './memory';
import { report } from './report';
import { review } from './review';
import { sources } from './sources';

/** What `tools: { <name>: { builtin: … } }` of a team can name: one line for each. */
export const builtins: Readonly<Record<string, readonly BuiltinTool[]>> = {
  artifacts,
  board,
  exports,
  files,
  git,
  memory,
  report,
  review,
  sources,
};
