import type { Inspection } from '../contract/index.ts';
import type { FeedData } from './feeds.ts';
import type { ResultColumn, ResultColumnSpec } from './result-columns.ts';
import { zippedOf } from './shape.ts';

/** An output tensor, row-major; the first of `dims` counts rows. `type` is an element type. */
export interface OutputTensor {
  type: string;
  dims: readonly number[];
  data: FeedData;
}

export interface Decoded {
  /** One entry per row of the outputs; null for rows in `errors`. */
  columns: ResultColumn[];
  /** Row of the outputs to the reason why it has no prediction. */
  errors: Map<number, string>;
}

/** Output tensors to columns of predictions, compiled for one recipe and one model. */
export interface Decoder extends OutputsDecoder {
  /** Rows per call that the outputs insist on: 1 where one of them is a single value for the whole call, else null. */
  fixedBatch: number | null;
}

/** A decoder as one task's compiler makes it. */
export interface OutputsDecoder {
  /** Names to fetch: model outputs, and for an output zipped into maps the tensor behind it. */
  fetches: string[];
  columns: ResultColumnSpec[];
  /** What was taken for granted, as sentences. */
  notes: string[];
  /** Throws RECIPE_MISFIT when an output does not hold what the recipe says. */
  decode(outputs: ReadonlyMap<string, OutputTensor>, rows: number): Decoded;
}

/** What to fetch for an output: itself, or the tensor behind a ZipMap. */
export function fetchName(inspection: Inspection, output: string): string {
  return zippedOf(inspection, output)?.tensor ?? output;
}
