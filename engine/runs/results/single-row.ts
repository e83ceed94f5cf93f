import { problem } from '../../contract/index.ts';
import { sqlName } from '../../data/index.ts';
import { plainValue } from '../row-values.ts';
import type { Asker } from './asking.ts';
import { wellFormed } from './cells.ts';
import { columnOf } from './conditions.ts';
import { scan } from './scan.ts';
import type { ResultTable, TableFile } from './table.ts';

/** A row's cells together, in characters; what is longer is read in parts. */
const mostOfRow = 100_000;
/** A part of a long cell. */
const part = 50_000;

export interface StoredRow {
  file: string;
  row: number;
  address: number;
  cells: { column: string; value: unknown; cut: boolean }[];
}

export async function storedRow(
  table: ResultTable,
  asker: Asker,
  index: number,
  signal?: AbortSignal,
): Promise<StoredRow> {
  const file = fileOf(table, index);
  const most = Math.floor(mostOfRow / Math.max(1, table.columns.length));
  const fields = table.columns.map(({ column, stored }) =>
    stored === 'string' ? `left(${sqlName(column)}, ${mostOfRow + 1})` : sqlName(column),
  );
  const values = await asker.row(
    `SELECT "file", "row", "address", ${fields.join(', ')} FROM ${scan([file])} WHERE file_row_number = ${index - file.start}`,
    signal,
  );
  const [name, row, address, ...rest] = values;
  const plain = rest.map((value) => plainValue(value));
  // Every cell may have its share; what short cells leave goes to the long ones, in their order.
  const sizes = plain.map((value) => JSON.stringify(value)?.length ?? 0);
  let spare = mostOfRow - sizes.reduce((sum, size) => sum + Math.min(size, most), 0);
  const cells = plain.map((value, position) => {
    const extra = Math.max(0, Math.min(sizes[position]! - most, spare));
    spare -= extra;
    const { column } = table.columns[position]!;
    return { column, ...within(value, sizes[position]!, most + extra) };
  });
  return { file: String(name), row: Number(row), address: Number(address), cells };
}

function within(value: unknown, size: number, most: number): { value: unknown; cut: boolean } {
  if (size <= most) return { value, cut: false };
  if (typeof value === 'string') return { value: wellFormed(value.slice(0, most)), cut: true };
  if (!Array.isArray(value)) return { value, cut: false };
  const kept = Math.max(1, Math.floor((value.length * most) / size));
  const short = value.slice(0, kept) as unknown[];
  while (short.length > 1 && JSON.stringify(short).length > most) short.length = Math.floor(short.length * 0.8);
  return { value: short, cut: true };
}

/** A part of a cell as text, `from` a character on. Lists are JSON. */
export async function cellPart(
  table: ResultTable,
  asker: Asker,
  { index, column: key, from }: { index: number; column: string; from: number },
  signal?: AbortSignal,
): Promise<{ text: string | null; from: number; length: number }> {
  const file = fileOf(table, index);
  const column = columnOf(table, key);
  const name = sqlName(column.column);
  const text = column.type === 'list' || column.type === 'top' ? `to_json(${name})::VARCHAR` : `${name}::VARCHAR`;
  const [found, length] = await asker.row(
    `SELECT substring(${text}, ${from + 1}, ${part}), length(${text}) FROM ${scan([file])} WHERE file_row_number = ${index - file.start}`,
    signal,
  );
  return { text: found === null ? null : String(found), from, length: Number(length ?? 0) };
}

/** The committed file that holds a row. */
export function fileOf({ files }: Pick<ResultTable, 'files'>, index: number): TableFile {
  const file = files.find(({ start, rows }) => index >= start && index < start + rows);
  if (file) return file;
  throw problem('NOT_FOUND', `Row ${index + 1} of this run has no result.`, {
    hint: 'Of a run that goes on, only what has been scored can be seen.',
  });
}
