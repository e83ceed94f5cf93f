import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export const features = 64;

/** A seeded table of `rows` x 64 float32 and an id, as CSV and Parquet; made once and kept in the cache folder. */
export async function makeTable(folder: string, rows: number, format: 'csv' | 'parquet'): Promise<string> {
  const path = join(folder, `table-${rows}.${format}`);
  if (existsSync(path)) return path;
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' });
  const connection = await instance.connect();
  // A hash of row and column is a generator that needs no state: the same cell always has the same value.
  const columns = Array.from(
    { length: features },
    (_, index) => `((hash(i * ${features} + ${index}) % 2000003)::DOUBLE / 500000.75 - 2)::FLOAT AS f${index}`,
  );
  const options =
    format === 'csv' ? 'FORMAT csv, HEADER true' : 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880';
  await connection.run(
    `COPY (SELECT i AS id, ${columns.join(', ')} FROM range(${rows}) AS t(i)) TO '${path}.tmp' (${options})`,
  );
  connection.closeSync();
  instance.closeSync();
  await rename(`${path}.tmp`, path);
  return path;
}
