import { shorten, visible } from './terminal.ts';

/** Widest cell of a table; longer text is shortened in the middle. */
const widestCell = 32;

/**
 * Rows as aligned text: numbers right, text left. Columns that do not fit the width are left out from the right, the
 * first never, and counted below.
 */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[], width = screenWidth()): string {
  const cells = rows.map((row) => head.map((_, index) => cellText(row[index])));
  const numeric = head.map(
    (_, index) => rows.length > 0 && rows.every((row) => row[index] === null || typeof row[index] === 'number'),
  );
  const heads = head.map((text) => shorten(visible(text), widestCell));
  const widths = heads.map((text, index) => Math.max(length(text), ...cells.map((row) => length(row[index]!))));
  const shown = columnsThatFit(widths, width);
  const line = (row: readonly string[]): string =>
    row
      .slice(0, shown)
      .map((text, index) => pad(text, widths[index]!, numeric[index]!))
      .join('  ')
      .trimEnd();
  const lines = [line(heads), line(widths.map((size) => '─'.repeat(size))), ...cells.map(line)];
  const left = heads.slice(shown);
  if (left.length > 0) {
    lines.push(`${left.length} more ${left.length === 1 ? 'column does' : 'columns do'} not fit: ${left.join(', ')}`);
  }
  return lines.join('\n');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  if (value === '') return 'empty';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return shorten(visible(value), widestCell);
  return shorten(visible(JSON.stringify(value)), widestCell);
}

/** Whole numbers as they are, others with four decimals below 1; what is not 0 or 1 is never shown as 0 or 1. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value).replace('-', '\u2212');
  const size = Math.abs(value);
  if (size < 0.00005) return value < 0 ? '> \u22120.0001' : '< 0.0001';
  if (size < 1 && size >= 0.99995) return value < 0 ? '< \u22120.9999' : '> 0.9999';
  return (size < 1 ? value.toFixed(4) : value.toPrecision(6)).replace('-', '\u2212');
}

function columnsThatFit(widths: readonly number[], width: number): number {
  let used = widths[0] ?? 0;
  let shown = 1;
  while (shown < widths.length && used + 2 + widths[shown]! <= width) {
    used += 2 + widths[shown]!;
    shown += 1;
  }
  return Math.min(shown, widths.length);
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - length(text)));
  return right ? space + text : text + space;
}

function length(text: string): number {
  return [...text].length;
}

function screenWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : 160;
}
