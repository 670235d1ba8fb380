/** Languages whose month names are read. Croatian is left out: its `listopad` is another month than the Czech one. */
const languages = 'en de fr es it nl pt pl sv da nb fi cs sk hu ro tr ru uk bg el et lv lt sl id vi'.split(' ');

let names: Map<string, number> | undefined;

/** Number 1–12 of a month's name in any of the languages, in full or abbreviated; undefined for another word. */
export function monthOf(word: string): number | undefined {
  names ??= collectNames();
  return names.get(bare(word));
}

function bare(word: string): string {
  return word.normalize('NFC').toLowerCase().replace(/\.$/, '');
}

/** Taken from the runtime's own locale data, in the two grammatical forms that dates use. */
function collectNames(): Map<string, number> {
  const found = new Map<string, number>();
  for (const language of languages) {
    for (const month of ['long', 'short'] as const) {
      const shapes = [
        new Intl.DateTimeFormat(language, { timeZone: 'UTC', month }),
        new Intl.DateTimeFormat(language, { timeZone: 'UTC', month, day: 'numeric', year: 'numeric' }),
      ];
      for (let index = 0; index < 12; index++) {
        for (const shape of shapes) {
          const parts = shape.formatToParts(Date.UTC(2026, index, 15));
          const name = bare(parts.find((part) => part.type === 'month')?.value ?? '');
          if (/^\p{L}+$/u.test(name) && !found.has(name)) found.set(name, index + 1);
        }
      }
    }
  }
  // Abbreviations that older exports write and current locale data does not.
  for (const [name, month] of [
    ['mrz', 3],
    ['mär', 3],
    ['maerz', 3],
    ['sept', 9],
    ['okt', 10],
    ['dez', 12],
  ] as const) {
    if (!found.has(name)) found.set(name, month);
  }
  return found;
}
