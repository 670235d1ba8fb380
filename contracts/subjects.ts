/**
 * Whether a subject fits a pattern, by the rules of NATS: tokens are separated by dots, `*` stands for exactly one token,
 * `>` at the end for one or more (docs.nats.io, subject-based messaging).
 */
export function subjectFits(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return index === wanted.length - 1 && tokens.length > index;
    if (tokens[index] === undefined || (token !== '*' && token !== tokens[index])) return false;
  }
  return tokens.length === wanted.length;
}
