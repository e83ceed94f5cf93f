import { problem } from '../contract/index.ts';
import type { ColumnStep, FeatureColumn, MissingRule } from '../contract/index.ts';
import type { CellColumn, NumberColumn } from '../data/index.ts';
import { anyNotOk, cellMissing, cellOk } from './cell-states.ts';
import type { RowFaults } from './faults.ts';
import { readsText } from './fit-inputs.ts';
import { shown } from './words.ts';

/** A feature's cells as doubles after all of its steps; one per row. Marks the rows whose cell gives none. */
export type ColumnDoubles = (column: CellColumn, rows: number, faults: RowFaults) => Float64Array;

/** Compiles a feature that gives one number a row (no one-hot step). A clean column without steps is passed through. */
export function compileDoubles(feature: FeatureColumn): ColumnDoubles {
  const steps = feature.steps.filter((step) => step.step === 'standardise');
  const codes = readsText(feature) ? compileCodes(feature) : null;
  let scratch = new Float64Array(0);
  return (column, rows, faults) => {
    if (codes !== null) {
      if (scratch.length !== rows) scratch = new Float64Array(rows);
      codes(column, rows, faults, scratch);
    } else {
      const cells = requireNumbers(column);
      const isClean = !anyNotOk(cells.state, rows);
      if (isClean && steps.length === 0) return cells.values;
      if (scratch.length !== rows) scratch = new Float64Array(rows);
      scratch.set(cells.values.length === rows ? cells.values : cells.values.subarray(0, rows));
      if (!isClean) settleCells(feature, cells, rows, scratch, faults);
    }
    for (const step of steps) standardise(scratch, step);
    return scratch;
  };
}

export function missingWords(column: string): string {
  return `${shown(column)} is missing`;
}

/** `income is "n/a", a number was expected`. */
export function wrongCellWords(column: string, text: string, expected: string): string {
  return `${shown(column)} is "${shown(text)}", ${expected} was expected`;
}

/** The number that stands in for a missing cell; null when the row fails. */
export function fillNumber(missing: MissingRule): number | null {
  if (missing.rule === 'fail') return null;
  return missing.rule === 'nan' ? Number.NaN : Number(missing.value);
}

/** The text that stands in for a missing cell; null when the row fails. */
export function fillText(missing: MissingRule): string | null {
  return missing.rule === 'value' ? String(missing.value) : null;
}

function requireNumbers(column: CellColumn): NumberColumn {
  if (column.kind === 'number') return column;
  throw problem('INTERNAL', `The reader gave a column of kind ${column.kind} where numbers were asked for.`);
}

function settleCells(
  feature: FeatureColumn,
  cells: NumberColumn,
  rows: number,
  target: Float64Array,
  faults: RowFaults,
): void {
  const fill = fillNumber(feature.missing);
  for (let row = 0; row < rows; row += 1) {
    const state = cells.state[row];
    if (state === cellOk) continue;
    if (state !== cellMissing) {
      faults.mark(row, wrongCellWords(feature.column, cells.invalid.get(row) ?? '', 'a number'));
    } else if (fill === null) {
      faults.mark(row, missingWords(feature.column));
    } else {
      target[row] = fill;
    }
  }
}

function standardise(values: Float64Array, step: Extract<ColumnStep, { step: 'standardise' }>): void {
  const { mean, std } = step;
  for (let row = 0; row < values.length; row += 1) values[row] = (values[row]! - mean) / std;
}

function compileCodes(
  feature: FeatureColumn,
): (column: CellColumn, rows: number, faults: RowFaults, target: Float64Array) => void {
  const step = feature.steps[0];
  if (step?.step !== 'code') throw problem('INTERNAL', 'A feature without a code step was compiled as one.');
  const codes = new Map(Object.entries(step.codes));
  const fill = fillText(feature.missing);
  return (column, rows, faults, target) => {
    if (column.kind !== 'text') throw problem('INTERNAL', 'The reader gave numbers where text was asked for.');
    for (let row = 0; row < rows; row += 1) {
      const text = column.values[row] ?? fill;
      const code = text === null ? undefined : (codes.get(text) ?? step.unknown ?? undefined);
      target[row] = code ?? 0;
      if (code !== undefined) continue;
      if (text === null) faults.mark(row, missingWords(feature.column));
      else faults.mark(row, `${shown(feature.column)} is "${shown(text)}", for which the recipe has no code`);
    }
  };
}
