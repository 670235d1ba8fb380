/** Confluence's own emoticons as people type them; what is not here is shown by its name. */
const typed: Readonly<Record<string, string>> = {
  smile: ':)',
  sad: ':(',
  cheeky: ':P',
  laugh: ':D',
  wink: ';)',
  'thumbs-up': '(y)',
  'thumbs-down': '(n)',
  information: '(i)',
  tick: '(/)',
  cross: '(x)',
  warning: '(!)',
  plus: '(+)',
  minus: '(-)',
  question: '(?)',
  'light-on': '(on)',
  'light-off': '(off)',
  heart: '<3',
  'broken-heart': '</3',
};

/** The newer ones carry the character itself, or an id that is its code points in hexadecimal. */
export function emoticonText(attributes: Readonly<Record<string, string>>): string {
  const name = attributes['ac:name'] ?? attributes['data-emoticon-name'] ?? '';
  const fallback = attributes['ac:emoji-fallback'] ?? attributes['data-emoji-fallback'] ?? '';
  if (fallback !== '') return fallback;
  const short = attributes['ac:emoji-shortname'] ?? attributes['data-emoji-short-name'] ?? '';
  return typed[name] ?? (short || (name && `:${name}:`));
}
