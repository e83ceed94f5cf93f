import type { PictureStep } from '../contract/index.ts';

/** State of one cell. */
export const cellOk = 0;
export const cellMissing = 1;
/** Present, but not what was wanted: its text is in `invalid`. */
export const cellInvalid = 2;

interface CellStates {
  /** One of cellOk, cellMissing, cellInvalid per row of the batch. */
  state: Uint8Array;
  /** Row of the batch to the text that did not parse (shortened to 200 characters). Empty in clean data. */
  invalid: Map<number, string>;
}

export interface NumberColumn extends CellStates {
  kind: 'number';
  /** Length = rows. 0 where the state is not ok. Booleans are 0 and 1. */
  values: Float64Array;
}

/** For int64 tensors: exact beyond 2^53. */
export interface IntegerColumn extends CellStates {
  kind: 'integer';
  values: BigInt64Array;
}

/**
 * Text exactly as it stands in the file (CSV), or the shortest text that reads back as the same value (Parquet, JSON).
 * Missing is null. In CSV only an empty, unquoted or quoted, cell is missing.
 */
export interface TextColumn {
  kind: 'text';
  values: (string | null)[];
}

/** Pictures of one size, 8 bits a channel, interleaved (HWC), 1 (grey) or 3 (RGB) channels. */
export interface PixelColumn extends CellStates {
  kind: 'pixels';
  width: number;
  height: number;
  channels: 1 | 3;
  /** Length = rows * height * width * channels; zeros where the state is not ok, and `invalid` says why. */
  values: Uint8Array;
}

export type CellColumn = NumberColumn | IntegerColumn | TextColumn | PixelColumn;

/**
 * What a consumer asks a reader for. Pixels come from the single column `image`: decoded, made grey or RGB, taken through
 * the steps, and then of exactly this size.
 */
export type ColumnWant =
  | { column: string; as: 'number' | 'integer' | 'text' }
  | { column: 'image'; as: 'pixels'; width: number; height: number; channels: 1 | 3; steps?: readonly PictureStep[] };

/** Up to a batch of rows, columns in the order they were wanted. */
export interface RowBatch {
  rows: number;
  /** 1-based row in its file of every row of the batch, header not counted (pictures: 1). */
  rowNumbers: Float64Array;
  /** Where the row can be read again: byte offset (CSV, JSON Lines), row number from 0 (Parquet), entry's offset (a picture in an archive), 0 (a picture file). */
  addresses: Float64Array;
  /** Index into the shard's files of every row; null when all rows come from the shard's first file. */
  files: Int32Array | null;
  columns: CellColumn[];
  /** Rows that could not be split into cells at all (ragged, broken quotes, bad JSON, bad UTF-8): why. */
  rowErrors: Map<number, string>;
}
