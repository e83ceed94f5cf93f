import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  FLOAT,
  LIST,
  STRUCT,
  VARCHAR,
  listValue,
  structValue,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
} from '@duckdb/node-api';
import { sqlName, sqlString } from '../data/index.ts';
import type { ResultColumn, ResultColumnType } from '../recipes/index.ts';
import { syncFolder } from '../workspace/index.ts';

/** DuckDB's vector size: a chunk holds at most this many rows. */
const chunkRows = 2048;

/**
 * Rows of a row group. A page of sorted results touches as many row groups as it has rows: with DuckDB's 122,880 it takes
 * four times as long, whole scans are as fast, and the files are 2 % smaller.
 */
const rowGroupRows = 16_384;

/** A column of a shard file, with the values of one batch. */
export type ShardColumn =
  | ResultColumn
  | { name: string; type: 'string'; values: (string | null)[] }
  | { name: string; type: 'int64'; values: BigInt64Array; valid: Uint8Array | null };

const duckTypes: Record<ResultColumnType, DuckDBType> = {
  string: VARCHAR,
  int64: BIGINT,
  float32: FLOAT,
  float64: DOUBLE,
  boolean: BOOLEAN,
  'list<float32>': LIST(FLOAT),
  'list<float64>': LIST(DOUBLE),
  'list<int64>': LIST(BIGINT),
  'list<string>': LIST(VARCHAR),
  'list<struct<label,probability>>': LIST(STRUCT({ label: VARCHAR, probability: DOUBLE })),
};

/** Collects the rows of one shard in memory and writes them as one Parquet file, flushed to disk. */
export class ShardWriter {
  readonly #connection: DuckDBConnection;
  readonly #types: DuckDBType[];
  readonly #appender: DuckDBAppender;

  private constructor(connection: DuckDBConnection, types: DuckDBType[], appender: DuckDBAppender) {
    this.#connection = connection;
    this.#types = types;
    this.#appender = appender;
  }

  static async open(
    connection: DuckDBConnection,
    columns: readonly { name: string; type: ResultColumnType }[],
  ): Promise<ShardWriter> {
    const types = columns.map((column) => duckTypes[column.type]);
    const fields = columns.map((column, index) => `${sqlName(column.name)} ${types[index]!.toString()}`);
    await connection.run(`CREATE OR REPLACE TEMP TABLE shard (${fields.join(', ')})`);
    return new ShardWriter(connection, types, await connection.createAppender('shard'));
  }

  append(columns: readonly ShardColumn[], rows: number): void {
    for (let from = 0; from < rows; from += chunkRows) {
      const count = Math.min(chunkRows, rows - from);
      const chunk = DuckDBDataChunk.create(this.#types, count);
      columns.forEach((column, index) => fill(chunk.getColumnVector(index), column, from, count));
      this.#appender.appendDataChunk(chunk);
    }
  }

  /** Writes the file and flushes it and its folder. Returns its digest and size in bytes. */
  async finish(path: string): Promise<{ sha256: string; bytes: number }> {
    this.#appender.closeSync();
    await this.#connection.run(
      `COPY shard TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupRows})`,
    );
    await this.#connection.run('DROP TABLE shard');
    return sealFile(path);
  }

  /** Drops what was collected. */
  async discard(): Promise<void> {
    this.#appender.closeSync();
    await this.#connection.run('DROP TABLE shard');
  }
}

/** Flushes a finished file and its folder's entry to disk, and takes its digest from what the disk gives back. */
export async function sealFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(1 << 20);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    await syncFolder(dirname(path));
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await handle.close();
  }
}

type TypedVector = DuckDBVector & {
  items: Float32Array | Float64Array | BigInt64Array;
  validity: { setItemValid(index: number, valid: boolean): void };
};

function fill(vector: DuckDBVector, column: ShardColumn, from: number, count: number): void {
  switch (column.type) {
    case 'float32':
    case 'float64':
    case 'int64':
      fillTyped(vector as TypedVector, column.values, column.valid, from, count);
      return;
    case 'boolean':
      for (let row = 0; row < count; row += 1) {
        vector.setItem(row, column.valid[from + row] ? column.values[from + row] === 1 : null);
      }
      break;
    case 'string':
      for (let row = 0; row < count; row += 1) vector.setItem(row, column.values[from + row] ?? null);
      break;
    default:
      for (let row = 0; row < count; row += 1) vector.setItem(row, listOf(column.values[from + row] ?? null));
  }
  vector.flush();
}

/** Straight into DuckDB's memory: the hot path of numeric columns. */
function fillTyped(
  vector: TypedVector,
  values: Float32Array | Float64Array | BigInt64Array,
  valid: Uint8Array | null,
  from: number,
  count: number,
): void {
  (vector.items as Float64Array).set(values.subarray(from, from + count) as Float64Array);
  if (valid) {
    for (let row = 0; row < count; row += 1) if (valid[from + row] === 0) vector.validity.setItemValid(row, false);
  }
  vector.flush();
}

type ListCell = Float32Array | Float64Array | BigInt64Array | string[] | { label: string; probability: number }[];

function listOf(cell: ListCell | null): DuckDBValue {
  if (cell === null) return null;
  return listValue(
    Array.from<unknown, DuckDBValue>(cell, (item) =>
      typeof item === 'object' && item !== null
        ? structValue({ ...(item as Record<string, DuckDBValue>) })
        : (item as DuckDBValue),
    ),
  );
}
