import { globEscape, sqlName, sqlString } from '../../data/index.ts';
import type { ResultTable, TableColumn, TableFile } from './table.ts';

/** Shard files as a table, in their order, with `file_index` and `file_row_number`. */
export function scan(files: readonly TableFile[]): string {
  return `read_parquet([${files.map(({ path }) => sqlString(globEscape(path))).join(', ')}], file_row_number = true)`;
}

/** A row's place among the files at hand: its file's position times `stride`, plus its place in the file. */
export interface Keys {
  stride: number;
  sql: string;
  /** Four bytes a key where they suffice. */
  isSmall: boolean;
}

export function keysOf(files: readonly TableFile[]): Keys {
  const stride = files.reduce((most, file) => Math.max(most, file.rows), 1);
  const isSmall = stride * files.length < 2 ** 32;
  const type = isSmall ? 'UINTEGER' : 'DOUBLE';
  return { stride, isSmall, sql: `CAST(CAST(file_index AS BIGINT) * ${stride} + file_row_number AS ${type})` };
}

/** Characters and list elements that a page shows of a cell; one more is read to know that there are more. */
export const mostCharacters = 2000;
export const mostElements = 16;

/** A cell as a page carries it. */
export function shortCell(column: TableColumn): string {
  const name = sqlName(column.column);
  if (column.stored === 'string') return `left(${name}, ${mostCharacters + 1})`;
  return column.type === 'list' || column.type === 'top' ? `${name}[1:${mostElements + 1}]` : name;
}

export function rowsOf(table: Pick<ResultTable, 'files'>): number {
  return table.files.reduce((sum, file) => sum + file.rows, 0);
}
