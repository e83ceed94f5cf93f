import type { ResultColumn, ResultColumnSpec } from '../recipes/index.ts';

/** A column of `rows` nulls. */
export function nullColumn({ name, type }: ResultColumnSpec, rows: number): ResultColumn {
  const valid = new Uint8Array(rows);
  switch (type) {
    case 'float32':
      return { name, type, values: new Float32Array(rows), valid };
    case 'float64':
      return { name, type, values: new Float64Array(rows), valid };
    case 'int64':
      return { name, type, values: new BigInt64Array(rows), valid };
    case 'boolean':
      return { name, type, values: new Uint8Array(rows), valid };
    default:
      return { name, type, values: Array.from({ length: rows }, () => null) };
  }
}

/** Puts the value at place i of `column` into row `places[i]` of `rows`; every other row is null. */
export function spreadColumn(column: ResultColumn, places: Int32Array, rows: number): ResultColumn {
  const target = nullColumn(column, rows);
  for (const [index, row] of places.entries()) {
    // Both columns are of one type, which the compiler cannot see through the union.
    (target.values as unknown[])[row] = column.values[index];
    if ('valid' in target && 'valid' in column) target.valid[row] = column.valid[index]!;
  }
  return target;
}
