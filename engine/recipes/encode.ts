import { problem } from '../contract/index.ts';
import type { Inspection, Recipe } from '../contract/index.ts';
import type { ColumnWant, RowBatch } from '../data/index.ts';
import { compileColumns } from './encode-columns.ts';
import { compileImage } from './encode-image.ts';
import { RowFaults } from './faults.ts';
import type { Encoded, Encoder, Feed } from './feeds.ts';
import type { InputEncoder } from './input-encoder.ts';
import { findInput, fixedBatchOf } from './shape.ts';
import { packRows } from './tensor-data.ts';
import { shown } from './words.ts';

/**
 * Compiles a resolved recipe's inputs (as `bindData` returns it).
 *
 * Throws RECIPE_MISFIT when an input's columns or picture size are still open.
 */
export function compileEncoder(resolved: Recipe, inspection: Inspection): Encoder {
  const inputs = resolved.inputs.map((input): InputEncoder => {
    const value = findInput(inspection, input.input);
    if (value === undefined)
      throw problem('RECIPE_MISFIT', `The model has no input ${shown(input.input)}.`, { subject: input.input });
    return input.from === 'image' ? compileImage(input, value) : compileColumns(input, value);
  });
  const { wants, slots } = gatherWants(inputs);
  const bound = resolved.inputs.flatMap((input) => findInput(inspection, input.input) ?? []);
  return { wants, fixedBatch: fixedBatchOf(bound), encode: (batch) => encodeBatch(batch, inputs, slots) };
}

/** Every wanted column once, and for each input where its columns stand among them. */
function gatherWants(inputs: readonly InputEncoder[]): { wants: ColumnWant[]; slots: number[][] } {
  const wants: ColumnWant[] = [];
  const places = new Map<string, number>();
  const slots = inputs.map((input) =>
    input.wants.map((want) => {
      const key = JSON.stringify(want);
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, wants.length);
      wants.push(want);
      return wants.length - 1;
    }),
  );
  return { wants, slots };
}

function encodeBatch(batch: RowBatch, inputs: readonly InputEncoder[], slots: readonly number[][]): Encoded {
  const faults = new RowFaults();
  for (const [row, why] of batch.rowErrors) faults.mark(row, why);
  const tensors = inputs.map((input, index) => {
    const columns = slots[index]!.map((slot) => {
      const column = batch.columns[slot];
      if (column === undefined)
        throw problem('INTERNAL', `The reader gave ${batch.columns.length} columns, more were asked for.`);
      return column;
    });
    return input.encode(columns, batch.rows, faults);
  });
  const goodRows = rowsWithout(faults, batch.rows);
  const feeds = inputs.map((input, index): Feed => {
    const tensor = tensors[index]!;
    const data = goodRows.length === batch.rows ? tensor : packRows(tensor, input.width, goodRows);
    return { ...input.feed, dims: input.dims(goodRows.length), data };
  });
  return { feeds, goodRows, errors: faults.errors };
}

function rowsWithout(faults: RowFaults, rows: number): Int32Array {
  const good = new Int32Array(rows);
  let count = 0;
  const allGood = faults.errors.size === 0;
  for (let row = 0; row < rows; row += 1) {
    if (allGood || !faults.has(row)) {
      good[count] = row;
      count += 1;
    }
  }
  return good.subarray(0, count);
}
