/** One half of a joined fact: where it stands and the words that say it. */
export type ExportPart = { contains: string } & ({ ticket: string } | { mail: string } | { chat: string });

/** Ids that the stories refer to by name. */
export interface Refs {
  mails: Map<string, { id: string; subject: string }>;
  chats: Map<string, string>;
}

/** Puts ids in place of `{mail:x}` and `{chat:x}`, the quoted subject in place of `{subject:x}`. */
export function resolveRefs(text: string, refs: Refs): string {
  return text.replace(/\{(mail|subject|chat):([\w-]+)\}/g, (whole, kind: string, name: string) => {
    const mail = refs.mails.get(name);
    const found =
      kind === 'chat' ? refs.chats.get(name) : kind === 'mail' ? mail && `<${mail.id}>` : mail && `“${mail.subject}”`;
    if (!found) throw new Error(`The sample refers to ${whole}, which is not there.`);
    return found;
  });
}

/** Fills `{name}` slots; an unknown one is a fault of the material. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Nothing fills ${whole} in: ${text}`);
    return String(value);
  });
}
