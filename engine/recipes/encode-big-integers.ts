import { problem } from '../contract/index.ts';
import type { FeatureColumn } from '../contract/index.ts';
import type { CellColumn, IntegerColumn } from '../data/index.ts';
import { cellMissing, cellOk } from './cell-states.ts';
import { compileDoubles, fillNumber, missingWords, wrongCellWords } from './column-doubles.ts';
import type { ColumnsEncode } from './input-encoder.ts';
import { offsetOf } from './encode-numbers.ts';
import type { RowFaults } from './faults.ts';
import { featureWidth } from './fit-inputs.ts';
import { compileCategories } from './one-hot.ts';
import { shown } from './words.ts';

type BigData = BigInt64Array | BigUint64Array;
type BigType = 'int64' | 'uint64';

/** Writes one feature's values into its places of the tensor. */
type BigPart = (column: CellColumn, tensor: BigData, rows: number, faults: RowFaults) => void;

/** Features into an int64 or uint64 tensor; columns without steps stay exact beyond 2^53. */
export function compileBigIntegers(features: readonly FeatureColumn[], type: BigType, width: number): ColumnsEncode {
  const parts = features.map((feature, index) => partOf(feature, offsetOf(features, index), width, type));
  const create = (length: number): BigData =>
    type === 'int64' ? new BigInt64Array(length) : new BigUint64Array(length);
  let tensor = create(0);
  return (columns, rows, faults) => {
    if (tensor.length !== rows * width) tensor = create(rows * width);
    for (const [index, part] of parts.entries()) part(columns[index]!, tensor, rows, faults);
    return tensor;
  };
}

function partOf(feature: FeatureColumn, offset: number, width: number, type: BigType): BigPart {
  if (feature.steps.at(-1)?.step === 'oneHot') return categoriesPart(feature, offset, width);
  return feature.steps.length > 0 ? doublesPart(feature, offset, width, type) : exactPart(feature, offset, width, type);
}

function exactPart(feature: FeatureColumn, offset: number, width: number, type: BigType): BigPart {
  const fillValue = fillNumber(feature.missing);
  const fill = fillValue === null ? null : BigInt(Math.trunc(fillValue));
  return (column, tensor, rows, faults) => {
    const cells = requireIntegers(column);
    for (let row = 0; row < rows; row += 1) {
      const state = cells.state[row];
      const value = state === cellOk ? cells.values[row]! : state === cellMissing ? fill : null;
      tensor[row * width + offset] = value ?? 0n;
      if (value !== null) {
        if (type === 'uint64' && value < 0n) faults.mark(row, `${shown(feature.column)} is ${value}, below 0`);
      } else if (state === cellMissing) {
        faults.mark(row, missingWords(feature.column));
      } else {
        faults.mark(row, notReadWords(feature.column, cells.invalid.get(row) ?? ''));
      }
    }
  };
}

/** Whole numbers are read into 64 bits with a sign, for unsigned inputs too. */
function notReadWords(column: string, text: string): string {
  if (/^[+-]?\d+$/.test(text.trim()) && !isInt64(BigInt(text.trim()))) {
    return `${shown(column)} is ${text.trim()}, and whole numbers are read from -2^63 to 2^63 - 1`;
  }
  return wrongCellWords(column, text, 'a whole number');
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function doublesPart(feature: FeatureColumn, offset: number, width: number, type: BigType): BigPart {
  const doubles = compileDoubles(feature);
  const least = type === 'uint64' ? 0 : Number.MIN_SAFE_INTEGER;
  return (column, tensor, rows, faults) => {
    const values = doubles(column, rows, faults);
    for (let row = 0; row < rows; row += 1) {
      const value = values[row]!;
      const isWhole = Number.isSafeInteger(value) && value >= least;
      tensor[row * width + offset] = isWhole ? BigInt(value) : 0n;
      if (!isWhole) faults.mark(row, `${shown(feature.column)} gives ${value}, a whole number was expected`);
    }
  };
}

function categoriesPart(feature: FeatureColumn, offset: number, width: number): BigPart {
  const categories = compileCategories(feature);
  const count = featureWidth(feature);
  return (column, tensor, rows, faults) => {
    const found = categories(column, rows, faults);
    for (let row = 0; row < rows; row += 1) {
      const first = row * width + offset;
      for (let index = 0; index < count; index += 1) tensor[first + index] = index === found[row] ? 1n : 0n;
    }
  };
}

function requireIntegers(column: CellColumn): IntegerColumn {
  if (column.kind === 'integer') return column;
  throw problem('INTERNAL', `The reader gave a column of kind ${column.kind} where whole numbers were asked for.`);
}
