/** Longer names and cells are cut before they reach the page: ten thousand characters in a cell cost layout time. */
const mostCharacters = 400;

/**
 * Text of files, cells and labels, made fit for one line: control characters become visible signs, directional marks
 * cannot turn what stands around them. React escapes; this is about what escaping does not mend.
 */
export function oneLine(text: string): string {
  const cut = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return cut.replace(/[\u0000-\u001f\u007f\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, signOf);
}

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return '\u2423';
}

/** A name shortened in its middle, so that its beginning and its ending stay readable. */
export function middle(text: string, most: number): string {
  const line = oneLine(text);
  if (line.length <= most) return line;
  const tail = Math.floor((most - 1) * 0.4);
  return `${line.slice(0, most - 1 - tail)}…${line.slice(line.length - tail)}`;
}
