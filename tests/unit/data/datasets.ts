import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { DataDescription } from '../../../engine/contract/index.ts';
import { cellInvalid, cellMissing, describeData, openShard, splitData } from '../../../engine/data/index.ts';
import type { CellColumn, ColumnWant, RowBatch, ShardRange, SplitOptions } from '../../../engine/data/index.ts';

export { problemOf } from '../../problem-of.ts';
export { randomNumbers } from '../../random.ts';

/** A folder that is removed when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-data-'));
  made.push(folder);
  return folder;
}

// Also those that a test itself asked for: a hook from within a running test would not be heard.
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

let written = 0;

/** Writes a file with a name of its own, unless a name is given. */
export function writeData(folder: string, content: string | Uint8Array, name = `data${++written}.csv`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A cell as tests compare it: the value, `missing`, or what did not parse. */
export type Cell = number | bigint | string | null | { invalid: string };

export interface ReadRow {
  cells: Cell[] | { error: string };
  rowNumber: number;
  address: number;
  file: number;
}

export interface ReadData {
  description: DataDescription;
  shards: ShardRange[];
  rows: ReadRow[];
  digests: string[];
}

export async function readData(
  paths: string | string[],
  wants: ColumnWant[],
  options: SplitOptions & { batchRows?: number } = {},
): Promise<ReadData> {
  const description = await describeData(typeof paths === 'string' ? [paths] : paths);
  const shards = await splitData(description, options);
  const rows: ReadRow[] = [];
  const digests: string[] = [];
  for (const shard of shards) {
    const read = await readShardRows(shard, wants, options.batchRows ?? 1000);
    rows.push(...read.rows);
    digests.push(read.digest);
  }
  return { description, shards, rows, digests };
}

export async function readShardRows(
  shard: ShardRange,
  wants: ColumnWant[],
  batchRows: number,
): Promise<{ rows: ReadRow[]; digest: string; sizes: number[] }> {
  const reader = openShard(shard, wants, batchRows);
  const rows: ReadRow[] = [];
  const sizes: number[] = [];
  for await (const batch of reader) {
    rows.push(...rowsOf(batch));
    sizes.push(batch.rows);
  }
  return { rows, digest: reader.digest(), sizes };
}

export function rowsOf(batch: RowBatch): ReadRow[] {
  return Array.from({ length: batch.rows }, (_, row) => {
    const error = batch.rowErrors.get(row);
    return {
      cells: error === undefined ? batch.columns.map((column) => cellOf(column, row)) : { error },
      rowNumber: batch.rowNumbers[row] as number,
      address: batch.addresses[row] as number,
      file: batch.files === null ? 0 : (batch.files[row] as number),
    };
  });
}

function cellOf(column: CellColumn, row: number): Cell {
  if (column.kind === 'text') return column.values[row] ?? null;
  if (column.state[row] === cellMissing) return null;
  if (column.state[row] === cellInvalid) return { invalid: column.invalid.get(row) ?? '' };
  return column.values[row] as number | bigint;
}

export function asText(...columns: string[]): ColumnWant[] {
  return columns.map((column) => ({ column, as: 'text' }));
}

export function asNumber(...columns: string[]): ColumnWant[] {
  return columns.map((column) => ({ column, as: 'number' }));
}

export function asInteger(...columns: string[]): ColumnWant[] {
  return columns.map((column) => ({ column, as: 'integer' }));
}
