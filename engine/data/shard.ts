import type { CsvDialect, DataFormat, SourceFile } from '../contract/index.ts';

/**
 * One contiguous piece of a dataset, small enough for one worker and fixed when a plan is frozen. Plain JSON.
 * csv, jsonl: bytes [from, to) of files[0], beginning at a row's first byte. parquet: rows [from, to) of files[0], from 0.
 * images: the listed files, each one row.
 */
export interface ShardRange {
  index: number;
  format: DataFormat;
  files: SourceFile[];
  from: number;
  to: number;
  /** 1-based number in its file of the first row. */
  firstRow: number;
  /** Rows in the shard, known exactly when the plan is made. */
  rows: number;
  dialect: CsvDialect | null;
  /** csv: the header's names in order (or column1.. without a header), so that a worker needs no other part of the file. */
  header: string[];
}
