/** Every answer says who made it: a reader must never take extraction for judgement. */
export const offlineModel = 'offline/1';
export const offlineLabel = '(made by the offline engine: extraction, no language model)';

/** The text with the label at its end, once. */
export function labelled(text: string): string {
  if (text.includes(offlineLabel)) return text;
  return text.trim() === '' ? offlineLabel : `${text.trimEnd()} ${offlineLabel}`;
}
