import type { CellColumn, ColumnWant } from '../data/index.ts';
import type { RowFaults } from './faults.ts';
import type { Feed, FeedData } from './feeds.ts';

/** One input's part of an encoder. */
export interface InputEncoder {
  feed: Pick<Feed, 'name' | 'type'>;
  wants: ColumnWant[];
  /** Elements per row. */
  width: number;
  /** The tensor's dimensions for a number of rows. */
  dims(rows: number): number[];
  /** All rows of the batch, row-major; the content of rows marked in `faults` means nothing. */
  encode(columns: CellColumn[], rows: number, faults: RowFaults): FeedData;
}

/** How an input's columns become a tensor's elements, whatever its type. */
export type ColumnsEncode = InputEncoder['encode'];
