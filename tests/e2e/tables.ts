import { readFile, writeFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';

/** A table as text cells under column names; a missing cell is null. */
export interface Table {
  columns: string[];
  rows: (string | null)[][];
}

/** Reads a CSV file by RFC 4180, apart from the engine's own reader. An empty unquoted cell is missing. */
export async function readCsv(path: string): Promise<Table> {
  return parseCsv(await readFile(path, 'utf8'));
}

export function parseCsv(text: string): Table {
  const lines: (string | null)[][] = [];
  let line: (string | null)[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [, quoted, plain, end] = cell.exec(text)!;
    line.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    if (end === ',' && cell.lastIndex < text.length) continue;
    lines.push(line);
    line = [];
  }
  const [columns = [], ...rows] = lines;
  return { columns: columns.map(String), rows };
}

/** Reads JSON Lines; numbers keep their digits only up to 2^53, so texts stay texts. */
export async function readJsonLines(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Column names, DuckDB's types and JSON values of a Parquet file. */
export async function readParquet(path: string): Promise<{ columns: string[]; types: string[]; rows: unknown[][] }> {
  return query(`SELECT * FROM read_parquet(${text(path)})`);
}

export async function query(sql: string): Promise<{ columns: string[]; types: string[]; rows: unknown[][] }> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return {
      columns: reader.columnNames(),
      types: reader.columnTypes().map((type) => type.toString()),
      rows: reader.getRowsJson() as unknown[][],
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Writes the rows of a query as Parquet. */
export async function writeParquet(path: string, select: string): Promise<void> {
  await query(`COPY (${select}) TO ${text(path)} (FORMAT parquet)`);
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Writes cells as CSV: null is an empty cell, and what needs quotes has them. */
export async function writeCsv(
  path: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  const line = (cells: readonly unknown[]): string => cells.map(csvCell).join(',');
  await writeFile(path, `${[columns, ...rows].map(line).join('\n')}\n`);
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const cell = String(value);
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The cells of a column. */
export function column(table: { columns: string[]; rows: readonly (readonly unknown[])[] }, name: string): unknown[] {
  const index = table.columns.indexOf(name);
  if (index < 0) throw new Error(`There is no column ${name}; there are ${table.columns.join(', ')}.`);
  return table.rows.map((row) => row[index]);
}

export function numbers(table: { columns: string[]; rows: readonly (readonly unknown[])[] }, name: string): number[] {
  return column(table, name).map(Number);
}

/** The largest difference, relative where values are above 1. NaN where one side is no number. */
export function largestGap(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) throw new Error(`${found.length} values, ${expected.length} expected`);
  let largest = 0;
  for (const [index, value] of found.entries()) {
    const gap = Math.abs(value - expected[index]!) / Math.max(1, Math.abs(expected[index]!));
    if (!(gap <= largest)) largest = gap;
    if (Number.isNaN(gap)) return gap;
  }
  return largest;
}
