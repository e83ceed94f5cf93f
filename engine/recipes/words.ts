const longestName = 80;

/** A name as it stands in a sentence: never empty, never longer than a line, without line breaks or control characters. */
export function shown(name: string): string {
  const visible = name.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\ufffd');
  if (visible.trim() === '') return `"${visible}"`;
  return visible.length > longestName ? `${visible.slice(0, longestName - 1).toWellFormed()}…` : visible;
}

/** `a, b and c`; beyond `most` names `a, b and 7 others`. */
export function listed(names: readonly string[], most = 12): string {
  const visible = names.length > most ? names.slice(0, most) : names;
  const texts = visible.map(shown);
  if (names.length > most) return `${texts.join(', ')} and ${counted(names.length - most, 'other')}`;
  const last = texts.at(-1) ?? 'none';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 column`, `3 columns`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A tensor's shape as people write it: `[N, 30]`, `?` for a dimension without a name. */
export function shapeInWords(shape: readonly (number | string | null)[] | null): string {
  if (shape === null) return 'an undeclared shape';
  return `[${shape.map((dim) => (dim === null ? '?' : shown(String(dim)))).join(', ')}]`;
}

/** Columns as one value of a command-line flag: comma-separated with CSV quoting. */
export function asFlagValue(columns: readonly string[]): string {
  return columns.map((name) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',');
}
