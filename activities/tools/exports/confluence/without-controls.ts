/** Exports hold control characters that XML forbids; line ends and tabs stay. */
export function withoutControls(text: string): string {
  return [...text].filter((char) => !isControl(char.charCodeAt(0))).join('');
}

function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) || code === 0x7f;
}
