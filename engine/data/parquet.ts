import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { problem } from '../contract/index.ts';
import type { SourceFile } from '../contract/index.ts';
import type { ColumnWant, RowBatch } from './batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { sqlName } from './duckdb.ts';
import { putBigInt, putDouble } from './json-values.ts';
import type { ParquetColumn } from './parquet-columns.ts';
import {
  fromParquet,
  parquetColumns,
  parquetProblem,
  releaseDuckDb,
  rowGroups,
  takeDuckDb,
  withParquet,
} from './parquet-columns.ts';
import type { ShardRange } from './shard.ts';
import { putMissing, putText } from './sinks.ts';
import type { Sink } from './sinks.ts';
import { fileProblem, throwIfCancelled } from './source-files.ts';

type ParquetPiece = Omit<ShardRange, 'index'>;

/** Cuts a file between row groups; small ones are taken together, groups larger than `maxRows` are cut. */
export async function splitParquet(file: SourceFile, maxRows: number, rowMultiple: number): Promise<ParquetPiece[]> {
  const groups = await withParquet(file.path, (connection) => rowGroups(connection, file.path));
  const pieces: ParquetPiece[] = [];
  let from = 0;
  let rows = 0;
  const close = (count: number): void => {
    if (count > 0) {
      const counted = { from, to: from + count, firstRow: from + 1, rows: count };
      pieces.push({ format: 'parquet', files: [file], ...counted, dialect: null, header: [] });
    }
    from += count;
    rows -= count;
  };
  for (const group of groups) {
    // The rows beyond a whole multiple go with the next group, which two shards then open.
    if (rows + group > maxRows) close(rows - (rows % rowMultiple));
    rows += group;
    while (rows > maxRows) close(maxRows);
  }
  close(rows);
  return pieces;
}

/**
 * Rows [from, to) of a file in batches, column by column from DuckDB's vectors. Row groups outside the range are not
 * read: DuckDB prunes them by `file_row_number`.
 */
export async function* readParquet(
  path: string,
  rows: { from: number; to: number },
  wants: ColumnWant[],
  batchRows: number,
  options: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<RowBatch> {
  const taken = await takeDuckDb(path);
  const { db } = taken;
  let done = false;
  try {
    const columns = await parquetColumns(db.connection, path);
    const byName = new Map(columns.map((column) => [column.name, column]));
    const wanted = wants.map((want) => wantedColumn(want, byName));
    const numbered = !columns.some(({ sqlName: name }) => name.toLowerCase() === 'file_row_number');
    const result = await db.connection.stream(selectRows(path, rows, wanted, numbered));
    let next = rows.from;
    let batch = new BatchBuilder(wants, batchRows);
    for (;;) {
      throwIfCancelled(options.signal);
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      if (numbered) checkOrder(chunk, next, path);
      for (let taken = 0; taken < chunk.rowCount;) {
        const count = Math.min(chunk.rowCount - taken, batchRows - batch.rows);
        takeRows(chunk, taken, count, next, wanted, batch);
        taken += count;
        next += count;
        if (batch.full) {
          yield batch.finish();
          batch = new BatchBuilder(wants, batchRows);
        }
      }
    }
    if (batch.rows > 0) yield batch.finish();
    done = true;
  } catch (error) {
    throw parquetProblem(error, path);
  } finally {
    if (done) releaseDuckDb(taken);
    else db.close();
  }
}

/** SHA-256 of the footer, which names every column chunk with its place and statistics, and of the file's size. */
export async function parquetDigest(file: SourceFile): Promise<string> {
  try {
    const handle = await open(file.path, 'r');
    try {
      const { size } = await handle.stat();
      const tail = Buffer.alloc(8);
      await handle.read(tail, 0, 8, Math.max(0, size - 8));
      const footer = Buffer.alloc(Math.min(tail.readUInt32LE(0), size - 8));
      await handle.read(footer, 0, footer.length, size - 8 - footer.length);
      return createHash('sha256').update(footer).update(tail).update(String(size)).digest('hex');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileProblem(error, file.path);
  }
}

type Put = (sink: Sink, row: number, cell: unknown) => void;

interface WantedColumn {
  expression: string;
  put: Put;
}

const plainNumbers = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'FLOAT',
  'DOUBLE',
]);

function wantedColumn(want: ColumnWant, columns: ReadonlyMap<string, ParquetColumn>): WantedColumn {
  const column = columns.get(want.column);
  if (column === undefined || want.as === 'pixels') {
    throw problem('BINDING_MISSING_COLUMN', `The table has no column ${want.column}.`, { subject: want.column });
  }
  const name = sqlName(column.sqlName);
  const { sqlType } = column;
  const asText = `CAST(${name} AS VARCHAR)`;
  if (sqlType === 'FLOAT' && want.as === 'text') return { expression: asText, put: putShortest };
  if (plainNumbers.has(sqlType)) return { expression: name, put: putVectorNumber };
  if (sqlType === 'BIGINT') return { expression: name, put: putVectorBigInt };
  if (column.type === 'list' || column.type === 'struct') {
    return { expression: `CAST(to_json(${name}) AS VARCHAR)`, put: putPlainText };
  }
  if (column.type === 'timestamp') return { expression: asText, put: putTimestamp };
  // Decimals and integers beyond 64 bits go through their text, which is exact.
  return { expression: sqlType === 'VARCHAR' ? name : asText, put: putPlainText };
}

function selectRows(
  path: string,
  rows: { from: number; to: number },
  wanted: WantedColumn[],
  numbered: boolean,
): string {
  const expressions = wanted.map(({ expression }) => expression);
  if (!numbered) {
    // A column of that name hides the row's number, so rows are counted off instead.
    const list = ['0', ...expressions].join(', ');
    return `SELECT ${list} FROM ${fromParquet(path)} LIMIT ${rows.to - rows.from} OFFSET ${rows.from}`;
  }
  const list = ['file_row_number', ...expressions].join(', ');
  const source = fromParquet(path, ', file_row_number = true');
  return `SELECT ${list} FROM ${source} WHERE file_row_number BETWEEN ${rows.from} AND ${rows.to - 1}`;
}

/** The parts of a vector that hold its values; private in the types of the package. */
interface RawVector {
  items?: ArrayLike<number | bigint>;
  validity: { data: unknown; itemValid(index: number): boolean };
  getItem(index: number): unknown;
}

function takeRows(
  chunk: DuckDBDataChunk,
  from: number,
  count: number,
  firstAddress: number,
  wanted: WantedColumn[],
  batch: BatchBuilder,
): void {
  const firstRow = batch.rows;
  for (let taken = 0; taken < count; taken++) batch.addRow(firstAddress + taken + 1, firstAddress + taken);
  for (const [index, { put }] of wanted.entries()) {
    const vector = chunk.getColumnVector(index + 1) as unknown as RawVector;
    const sink = batch.sinks[index] as Sink;
    const { items } = vector;
    const allValid = vector.validity.data === null;
    if (allValid && sink.kind === 'number' && isDoubles(items)) {
      sink.values.set(items.subarray(from, from + count), firstRow);
      markNaN(sink, firstRow, count);
      continue;
    }
    for (let taken = 0; taken < count; taken++) {
      const at = from + taken;
      if (!allValid && !vector.validity.itemValid(at)) putMissing(sink, firstRow + taken);
      else put(sink, firstRow + taken, items === undefined ? vector.getItem(at) : items[at]);
    }
  }
}

function isDoubles(items: unknown): items is Float32Array | Float64Array {
  return items instanceof Float32Array || items instanceof Float64Array;
}

function markNaN(sink: Sink & { kind: 'number' }, firstRow: number, count: number): void {
  const { values } = sink;
  for (let row = firstRow; row < firstRow + count; row++) {
    if (Number.isNaN(values[row])) putMissing(sink, row);
  }
}

function checkOrder(chunk: DuckDBDataChunk, next: number, path: string): void {
  const { items } = chunk.getColumnVector(0) as unknown as RawVector;
  const last = chunk.rowCount - 1;
  if (items !== undefined && Number(items[0]) === next && Number(items[last]) === next + last) return;
  throw problem('INTERNAL', 'DuckDB returned the rows of a Parquet file out of order.', { subject: path });
}

const putVectorNumber: Put = (sink, row, cell) => putDouble(sink, row, cell as number);

const putVectorBigInt: Put = (sink, row, cell) => putBigInt(sink, row, cell as bigint);

/** Text of a value that is not null; an empty string is a value in Parquet. */
const putPlainText: Put = (sink, row, cell) => {
  if (sink.kind === 'text') sink.values[row] = cell as string;
  else putText(sink, row, cell as string);
};

/** A 32-bit float's shortest text, written as JavaScript writes numbers. */
const putShortest: Put = (sink, row, cell) => {
  const text = cell as string;
  if (/^-?[0-9]/.test(text)) return putPlainText(sink, row, String(Number(text)));
  if (text === 'nan' || text === '-nan') return putMissing(sink, row);
  return putPlainText(sink, row, text.startsWith('-') ? '-Infinity' : 'Infinity');
};

/** ISO 8601: a T between date and time, Z for times with a zone, which are read in UTC. */
const putTimestamp: Put = (sink, row, cell) => {
  putPlainText(sink, row, (cell as string).replace(' ', 'T').replace(/\+00$/, 'Z'));
};
