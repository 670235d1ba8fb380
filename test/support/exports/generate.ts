import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateChat } from './generate-chat';
import { generateJira } from './generate-jira';
import { generateMail } from './generate-mail';
import { worldOf, type GenerateOptions, type Truth } from './world';

export type { Truth } from './world';

export interface Generated {
  folder: string;
  jira: { path: string; truth: Truth };
  mail: { path: string; truth: Truth };
  chat: { path: string; truth: Truth };
}

/** Writes a Jira, a mail and a chat export of an invented company into `folder` and says what is in them. */
export function generateExports(folder: string, options: GenerateOptions): Generated {
  const world = worldOf(options);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, files: Map<string, Buffer>): string => {
    for (const [file, bytes] of files) {
      const target = path.join(folder, name, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    const [only] = files.keys();
    return files.size === 1 && only !== undefined ? path.join(folder, name, only) : path.join(folder, name);
  };
  const jira = generateJira(world);
  const mail = generateMail(world);
  const chat = generateChat(world);
  return {
    folder,
    jira: { path: write('jira', jira.files), truth: jira.truth },
    mail: { path: write('mail', mail.files), truth: mail.truth },
    chat: { path: write('chat', chat.files), truth: chat.truth },
  };
}
