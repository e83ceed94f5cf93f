import type { FeatureColumn } from '../contract/index.ts';
import { compileDoubles } from './column-doubles.ts';
import type { ColumnDoubles } from './column-doubles.ts';
import type { ColumnsEncode } from './input-encoder.ts';
import type { RowFaults } from './faults.ts';
import { featureWidth } from './fit-inputs.ts';
import { compileCategories } from './one-hot.ts';
import type { CategoryNumbers } from './one-hot.ts';
import { numberData, numberRange } from './tensor-data.ts';
import type { NumberData, NumberType } from './tensor-data.ts';
import { shown } from './words.ts';

/** Rows of a block of the interleaving: 128 rows of 64 floats stay in a core's first cache. */
const blockRows = 128;

/** A feature of one number a row, or of one value per category, and where it stands in a row. */
type Part =
  | { kind: 'number'; feature: FeatureColumn; offset: number; doubles: ColumnDoubles }
  | { kind: 'categories'; offset: number; width: number; categories: CategoryNumbers };

/** Features into a tensor of numbers: floats, booleans and integers up to 32 bits. */
export function compileNumbers(features: readonly FeatureColumn[], type: NumberType, width: number): ColumnsEncode {
  const parts = features.map((feature, index) => partOf(feature, offsetOf(features, index)));
  const range = numberRange(type);
  let tensor = numberData(type, 0);
  return (columns, rows, faults) => {
    if (tensor.length !== rows * width) tensor = numberData(type, rows * width);
    const sources: Float64Array[] = [];
    const offsets: number[] = [];
    for (const [index, part] of parts.entries()) {
      const column = columns[index]!;
      if (part.kind === 'categories') {
        spreadCategories(part.categories(column, rows, faults), tensor, part.offset, part.width, width);
        continue;
      }
      const doubles = part.doubles(column, rows, faults);
      if (range !== null) markOutside(doubles, rows, type, range, part.feature.column, faults);
      sources.push(doubles);
      offsets.push(part.offset);
    }
    interleave(sources, offsets, tensor, rows, width);
    return tensor;
  };
}

function partOf(feature: FeatureColumn, offset: number): Part {
  const width = featureWidth(feature);
  return feature.steps.at(-1)?.step === 'oneHot'
    ? { kind: 'categories', offset, width, categories: compileCategories(feature) }
    : { kind: 'number', feature, offset, doubles: compileDoubles(feature) };
}

/** Elements of a row before the feature `index`. */
export function offsetOf(features: readonly FeatureColumn[], index: number): number {
  return features.slice(0, index).reduce((sum, feature) => sum + featureWidth(feature), 0);
}

/** The hot path of inference over tables: block by block, so that writes with a stride stay in cache. */
function interleave(
  sources: readonly Float64Array[],
  offsets: readonly number[],
  tensor: NumberData,
  rows: number,
  width: number,
): void {
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    for (let index = 0; index < sources.length; index += 1) {
      const source = sources[index]!;
      let target = start * width + offsets[index]!;
      for (let row = start; row < end; row += 1) {
        tensor[target] = source[row]!;
        target += width;
      }
    }
  }
}

function spreadCategories(
  categories: Int32Array,
  tensor: NumberData,
  offset: number,
  count: number,
  width: number,
): void {
  for (let row = 0; row < categories.length; row += 1) {
    const first = row * width + offset;
    for (let index = 0; index < count; index += 1) tensor[first + index] = 0;
    const category = categories[row]!;
    if (category >= 0) tensor[first + category] = 1;
  }
}

function markOutside(
  values: Float64Array,
  rows: number,
  type: NumberType,
  [least, greatest]: [number, number],
  column: string,
  faults: RowFaults,
): void {
  for (let row = 0; row < rows; row += 1) {
    const value = values[row]!;
    if (Number.isInteger(value) && value >= least && value <= greatest) continue;
    if (faults.has(row)) continue;
    const expected = type === 'bool' ? 'true or false' : 'a whole number';
    if (Number.isInteger(value) && type !== 'bool') {
      faults.mark(row, `${shown(column)} is ${value}, outside ${least} to ${greatest} of ${type}`);
    } else {
      faults.mark(row, `${shown(column)} is ${value}, ${expected} was expected`);
    }
  }
}
