/// <reference lib="es2025.float16" />
import type { ElementType } from '../contract/index.ts';
import type { ColumnWant, RowBatch } from '../data/index.ts';

/** Elements of an input tensor, row-major. `bool` travels as bytes 0 and 1, as ONNX Runtime takes it. */
export type FeedData =
  | Float16Array
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | string[];

/** One input tensor. The first of `dims` counts rows; `dims` is empty for an input that is a single value. */
export interface Feed {
  name: string;
  type: ElementType;
  dims: number[];
  data: FeedData;
}

export interface Encoded {
  /** Tensors of the good rows alone, packed. Their memory is used again by the next call of `encode`. */
  feeds: Feed[];
  /** Rows of the batch that are in the feeds, ascending. */
  goodRows: Int32Array;
  /** Row of the batch to the reason why it is not in the feeds. */
  errors: Map<number, string>;
}

/** Cells or pixels to input tensors, compiled for one recipe and one model. */
export interface Encoder {
  /** What to ask a reader for, in the order in which `encode` takes a batch's columns. */
  wants: ColumnWant[];
  /** Rows per call that the model insists on; null when any number will do. */
  fixedBatch: number | null;
  encode(batch: RowBatch): Encoded;
}
