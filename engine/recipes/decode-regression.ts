import type { Inspection } from '../contract/index.ts';
import { fetchName } from './decoder.ts';
import type { OutputsDecoder } from './decoder.ts';
import { asBigIntegers, asNumbers, notANumber, requireWidth } from './output-values.ts';
import type { ResultColumn, ResultColumnSpec } from './result-columns.ts';
import { findOutput, isFloat, rowShape } from './shape.ts';
import { shown } from './words.ts';

/** One output of k numbers a row: `prediction`, or `prediction_1` to `prediction_k`. NaN is a row's error. */
export function compileRegression(output: string, inspection: Inspection): OutputsDecoder {
  const value = findOutput(inspection, output);
  const declared = rowShape(value?.shape ?? null).width;
  const width = declared ?? 1;
  const type = scalarType(value?.type ?? 'float32');
  const columns: ResultColumnSpec[] = Array.from({ length: width }, (_, index) => ({
    name: width === 1 ? 'prediction' : `prediction_${index + 1}`,
    type,
  }));
  const fetch = fetchName(inspection, output);
  const notes =
    declared === null ? [`The output ${shown(output)} does not declare its width: 1 value a row is expected.`] : [];
  return {
    fetches: [fetch],
    columns,
    notes,
    decode(outputs, rows) {
      const tensor = requireWidth(outputs, fetch, rows, width);
      const errors = new Map<number, string>();
      if (type === 'int64') {
        const { values, outside } = asBigIntegers(tensor);
        for (const index of outside)
          errors.set(Math.floor(index / width), "the model's output is beyond the range of int64");
        return {
          columns: columns.map((spec, index) =>
            integerColumn(spec.name, new BigInt64Array(rows), values, { offset: index, width }, errors),
          ),
          errors,
        };
      }
      const values = asNumbers(tensor);
      const target = (): Float32Array | Float64Array =>
        type === 'float32' ? new Float32Array(rows) : new Float64Array(rows);
      for (let index = 0; index < rows * width; index += 1) {
        if (Number.isNaN(values[index])) errors.set(Math.floor(index / width), notANumber);
      }
      return {
        columns: columns.map((spec, index) =>
          floatColumn(spec.name, target(), values, { offset: index, width }, errors),
        ),
        errors,
      };
    },
  };
}

type Scalar = 'float32' | 'float64' | 'int64';

function scalarType(type: string): Scalar {
  if (type === 'float64') return 'float64';
  return isFloat(type) ? 'float32' : 'int64';
}

/** One of the values of every row: that at `offset` of `width`. */
interface Place {
  offset: number;
  width: number;
}

function floatColumn(
  name: string,
  target: Float32Array | Float64Array,
  values: ArrayLike<number>,
  { offset, width }: Place,
  errors: ReadonlyMap<number, string>,
): ResultColumn {
  const rows = target.length;
  for (let row = 0; row < rows; row += 1) target[row] = values[row * width + offset]!;
  for (const row of errors.keys()) target[row] = 0;
  const valid = validRows(rows, errors);
  return target instanceof Float32Array
    ? { name, type: 'float32', values: target, valid }
    : { name, type: 'float64', values: target, valid };
}

function integerColumn(
  name: string,
  target: BigInt64Array,
  values: BigInt64Array,
  { offset, width }: Place,
  errors: ReadonlyMap<number, string>,
): ResultColumn {
  const rows = target.length;
  for (let row = 0; row < rows; row += 1) target[row] = errors.has(row) ? 0n : values[row * width + offset]!;
  return { name, type: 'int64', values: target, valid: validRows(rows, errors) };
}

/** 1 per row, 0 where there is an error. */
export function validRows(rows: number, errors: ReadonlyMap<number, string>): Uint8Array {
  const valid = new Uint8Array(rows).fill(1);
  for (const row of errors.keys()) valid[row] = 0;
  return valid;
}
