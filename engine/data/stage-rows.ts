import { DuckDBDataChunk, DOUBLE, TIMESTAMP, VARCHAR, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import type { ColumnInfo, DataDescription, SourceFile } from '../contract/index.ts';
import { cellMissing, cellOk } from './batch.ts';
import type { CellColumn, ColumnWant, RowBatch } from './batch.ts';
import { sqlName } from './duckdb.ts';
import { fromParquet, parquetColumns, rowsOf } from './parquet-columns.ts';
import { wholeFile } from './read-rows.ts';
import { throwIfCancelled, verifyUnchanged } from './source-files.ts';
import { readText } from './text-shard.ts';

/** Rows in the DuckDB table `staged`: columns `c0`, `c1`, ... of doubles, timestamps and text. */
export interface Staged {
  rows: number;
  /** All rows of the dataset are there. */
  exact: boolean;
  /** Missing cells by the rules of text files, where a cell that is no number is not a missing one; null: those that are NULL. */
  missing: number[] | null;
}

/** Every so many-th row of all files, so that no more than `mostRows` are staged. */
export async function stageParquet(
  connection: DuckDBConnection,
  description: DataDescription,
  infos: readonly ColumnInfo[],
  mostRows: number,
  signal?: AbortSignal,
): Promise<Staged> {
  const stride = Math.max(1, Math.ceil((description.rows ?? 0) / mostRows));
  await createStaged(connection, infos);
  for (const file of description.files) {
    throwIfCancelled(signal);
    await verifyUnchanged(file);
    const columns = await parquetColumns(connection, file.path);
    const values = infos.map((info) => {
      const column = columns.find(({ name }) => name === info.name);
      return `CAST(${column === undefined ? 'NULL' : sqlName(column.sqlName)} AS ${duckType(info)})`;
    });
    const isNumbered = !columns.some(({ sqlName: name }) => name.toLowerCase() === 'file_row_number');
    const source = fromParquet(file.path, isNumbered ? ', file_row_number = true' : '');
    const spread = isNumbered ? `WHERE file_row_number % ${stride} = 0` : `LIMIT ${mostRows}`;
    await connection.run(`INSERT INTO staged SELECT ${values.join(', ')} FROM ${source} ${spread}`);
  }
  const [[rows] = [0]] = await rowsOf(connection, 'SELECT count(*) FROM staged');
  return { rows: Number(rows), exact: Number(rows) === description.rows, missing: null };
}

/** Through the reader that inference uses, so that a cell means here what it means there. */
export async function stageText(
  connection: DuckDBConnection,
  description: DataDescription,
  infos: readonly ColumnInfo[],
  mostRows: number,
  signal?: AbortSignal,
): Promise<Staged> {
  const staging = await Staging.open(connection, infos, description.rows, mostRows);
  for (const file of description.files) {
    if (staging.isFull) break;
    await verifyUnchanged(file);
    await stageFile(staging, file, description, signal);
  }
  return staging.finish();
}

async function stageFile(
  staging: Staging,
  file: SourceFile,
  description: DataDescription,
  signal: AbortSignal | undefined,
): Promise<void> {
  const range = await wholeFile(file, description);
  for await (const batch of readText(file.path, range, staging.wants, chunkRows, { signal })) {
    staging.add(batch);
    if (staging.isFull) return;
  }
}

/** DuckDB's vector size: a chunk holds at most this many rows. */
const chunkRows = 2048;

function duckType({ type }: ColumnInfo): 'DOUBLE' | 'TIMESTAMP' | 'VARCHAR' {
  if (type === 'integer' || type === 'float') return 'DOUBLE';
  return type === 'date' || type === 'timestamp' ? 'TIMESTAMP' : 'VARCHAR';
}

const types: Record<ReturnType<typeof duckType>, DuckDBType> = { DOUBLE, TIMESTAMP, VARCHAR };

async function createStaged(connection: DuckDBConnection, infos: readonly ColumnInfo[]): Promise<void> {
  const fields = infos.map((info, index) => `c${index} ${duckType(info)}`);
  await connection.run(`CREATE TEMP TABLE staged (${fields.join(', ')})`);
}

/** Takes every so many-th row of what is read. */
class Staging {
  readonly wants: ColumnWant[];
  readonly #connection: DuckDBConnection;
  readonly #infos: readonly ColumnInfo[];
  readonly #appender: Awaited<ReturnType<DuckDBConnection['createAppender']>>;
  readonly #missing: number[];
  readonly #stride: number;
  readonly #mostRows: number;
  readonly #total: number | null;
  #read = 0;
  #rows = 0;

  private constructor(
    connection: DuckDBConnection,
    infos: readonly ColumnInfo[],
    appender: Awaited<ReturnType<DuckDBConnection['createAppender']>>,
    total: number | null,
    mostRows: number,
  ) {
    this.#connection = connection;
    this.#infos = infos;
    this.#appender = appender;
    this.#total = total;
    this.#mostRows = mostRows;
    this.#stride = Math.max(1, Math.ceil((total ?? 0) / mostRows));
    this.#missing = infos.map(() => 0);
    this.wants = infos.map((info) => ({ column: info.name, as: duckType(info) === 'DOUBLE' ? 'number' : 'text' }));
  }

  static async open(
    connection: DuckDBConnection,
    infos: readonly ColumnInfo[],
    total: number | null,
    mostRows: number,
  ): Promise<Staging> {
    // Texts are staged as they are; times are cast by DuckDB when all are there.
    const fields = infos.map((info, index) => `c${index} ${duckType(info) === 'DOUBLE' ? 'DOUBLE' : 'VARCHAR'}`);
    await connection.run(`CREATE TEMP TABLE cells (${fields.join(', ')})`);
    return new Staging(connection, infos, await connection.createAppender('cells'), total, mostRows);
  }

  get isFull(): boolean {
    return this.#rows >= this.#mostRows;
  }

  add(batch: RowBatch): void {
    const first = (this.#stride - (this.#read % this.#stride)) % this.#stride;
    const rows: number[] = [];
    for (let row = first; row < batch.rows; row += this.#stride) if (!batch.rowErrors.has(row)) rows.push(row);
    this.#read += batch.rows;
    if (rows.length === 0) return;
    const chunk = DuckDBDataChunk.create(
      this.#infos.map((info) => (duckType(info) === 'DOUBLE' ? types.DOUBLE : types.VARCHAR)),
      rows.length,
    );
    for (const [index, column] of batch.columns.entries()) {
      chunk.setColumnValues(
        index,
        rows.map((row) => this.#cell(column, row, index)),
      );
    }
    this.#appender.appendDataChunk(chunk);
    this.#rows += rows.length;
  }

  async finish(): Promise<Staged> {
    this.#appender.closeSync();
    const values = this.#infos.map((info, index) => `TRY_CAST(c${index} AS ${duckType(info)}) AS c${index}`);
    await this.#connection.run(`CREATE TEMP VIEW staged AS SELECT ${values.join(', ')} FROM cells`);
    const exact = this.#total === null ? !this.isFull : this.#stride === 1;
    return { rows: this.#rows, exact, missing: this.#missing };
  }

  #cell(column: CellColumn, row: number, index: number): number | string | null {
    if (column.kind === 'text') {
      const text = column.values[row] ?? null;
      if (text === null) this.#missing[index]! += 1;
      return text;
    }
    const state = column.kind === 'number' ? column.state[row] : cellMissing;
    if (state === cellMissing) this.#missing[index]! += 1;
    return column.kind === 'number' && state === cellOk ? column.values[row]! : null;
  }
}
