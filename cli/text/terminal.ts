/** Bidirectional and zero-width controls that could make text on a screen read otherwise than it is. */
const invisible = /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Names, cells and labels are hostile text: control characters are shown as symbols, so nothing of them moves the
 * cursor, changes colours or forges lines.
 */
export function visible(text: string): string {
  return (
    text
      // C0 controls have pictures at U+2400; DEL is U+2421; C1 controls have none.
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
      .replace(/\u007f/g, '\u2421')
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0080-\u009f]/g, '\ufffd')
      .replace(invisible, (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase()}>`)
  );
}

/** A document as JSON in lines that is safe to look at and reads back to the same values. */
export function visibleJson(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // JSON escapes C0 controls by itself.
  return JSON.stringify(value, null, 2)
    .replace(/[\u007f-\u009f]/g, escaped)
    .replace(invisible, escaped);
}

/** Shortened in the middle, as names are read: the end tells more than what stands before it. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
}

/** Thousands by a narrow no-break space (U+202F), minus as U+2212. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
    .replace('-', '\u2212');
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let scaled = value / 1000;
  let unit = 0;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[unit]}`;
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** A word for one and for many: `1 row`, `3 204 rows`. */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}
