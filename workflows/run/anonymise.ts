/** Names that are ordinary words are taken out only where they say who speaks: "security" is also a subject. */
const introductions = ['agent NAME', "(?:I am|I'm|as|speaking as|signed|yours,?) (?:the )?NAME", 'NAME here'];
const attributions = [
  "NAME(?:'s|’s)? (?:says|said|argues|argued|claims|claimed|thinks|answer|position|argument|view|point)",
];

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A text without the names of those who argue: who said what must not weigh. */
export function anonymised(text: string, names: readonly string[]): string {
  // Longer names first: `north-east` is not `north` with something behind it.
  const ordered = [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return ordered.reduce((clean, name) => withoutName(clean, name), text);
}

function withoutName(text: string, name: string): string {
  const isWord = /^\p{L}\p{Ll}*$/u.test(name);
  const nameText = escaped(name);
  if (!isWord) return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${nameText}(?![\\p{L}\\p{N}])`, 'giu'), 'a debater');
  const inside = (pattern: string): RegExp =>
    new RegExp(`(?<![\\p{L}\\p{N}])${pattern.replace('NAME', `(${nameText})`)}(?![\\p{L}\\p{N}])`, 'giu');
  const cut = (found: string): string => found.replace(new RegExp(nameText, 'iu'), 'a debater');
  const said = [...introductions, ...attributions].reduce(
    (clean, pattern) => clean.replace(inside(pattern), cut),
    text,
  );
  // A name at the head of a line, or below a text, is a signature.
  return said
    .replace(new RegExp(`^(\\W{0,4})${nameText}(?=\\W{0,3}:)`, 'gimu'), '$1a debater')
    .replace(new RegExp(`([—–-]\\s*)${nameText}(\\W{0,3})$`, 'gimu'), '$1a debater$2');
}
