import type { ResultTableColumn } from '../../../engine/contract/index.ts';
import { textOf } from './result-cell.tsx';
import type { LoadedRow } from './rows.ts';

/**
 * The columns of a row with tabs between. A value with a tab, a line end or a quote is quoted as spreadsheets do; one that
 * they would take for a formula gets an apostrophe, as in exports.
 */
export function rowAsText(
  row: LoadedRow,
  columns: readonly ResultTableColumn[],
  positions: ReadonlyMap<string, number>,
): string {
  return columns
    .map(({ column }) => {
      const value = row.cells[positions.get(column) ?? -1];
      return value === null || value === undefined ? '' : cellText(textOf(value), typeof value === 'string');
    })
    .join('\t');
}

function cellText(text: string, isText: boolean): string {
  const safe = isText && /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
  return /[\t\r\n"]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
