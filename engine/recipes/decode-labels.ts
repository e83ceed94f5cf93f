import type { Inspection } from '../contract/index.ts';
import type { ClassLabels } from './class-labels.ts';
import type { OutputTensor } from './decoder.ts';
import { validRows } from './decode-regression.ts';
import { asBigIntegers, asNumbers, notANumber, requireWidth } from './output-values.ts';
import type { ResultColumn, ResultColumnSpec } from './result-columns.ts';
import { findOutput, isFloat } from './shape.ts';

/** The decision for every row: a class number, or the label as the model gives it. */
export type Predicted =
  | { kind: 'numbers'; numbers: Int32Array }
  | { kind: 'integers'; values: BigInt64Array }
  | { kind: 'text'; values: string[] }
  | { kind: 'truth'; values: Uint8Array }
  | { kind: 'floats'; values: Float64Array };

/** Reads the output that holds a label or class number for each row. */
export interface LabelReader {
  fetch: string;
  type: ResultColumnSpec['type'];
  read(tensors: ReadonlyMap<string, OutputTensor>, rows: number, errors: Map<number, string>): Predicted;
}

/**
 * Whole numbers are class numbers when the labels are words, and labels themselves when the labels are whole numbers
 * or not known.
 */
export function labelReader(output: string, labels: ClassLabels, inspection: Inspection): LabelReader {
  const type = findOutput(inspection, output)?.type ?? 'int64';
  const words = labels.isKnown && !labels.areIntegers ? labels.labels : null;
  const tensorOf = (tensors: ReadonlyMap<string, OutputTensor>, rows: number): OutputTensor =>
    requireWidth(tensors, output, rows, 1);
  if (type === 'string') {
    return {
      fetch: output,
      type: 'string',
      read: (tensors, rows) => ({ kind: 'text', values: Array.from(tensorOf(tensors, rows).data, String) }),
    };
  }
  if (words !== null) {
    return {
      fetch: output,
      type: 'string',
      read: (tensors, rows, errors) => classNumbers(tensorOf(tensors, rows), words, errors),
    };
  }
  if (type === 'bool') {
    return {
      fetch: output,
      type: 'boolean',
      read: (tensors, rows) => ({ kind: 'truth', values: Uint8Array.from(asNumbers(tensorOf(tensors, rows))) }),
    };
  }
  if (isFloat(type)) {
    return {
      fetch: output,
      type: 'float64',
      read: (tensors, rows, errors) => floatLabels(tensorOf(tensors, rows), errors),
    };
  }
  return {
    fetch: output,
    type: 'int64',
    read: (tensors, rows, errors) => integerLabels(tensorOf(tensors, rows), errors),
  };
}

/** The place of a row's class among the scores; -1 when the label is not among the labels. */
export function labelNumber(predicted: Predicted, row: number, labels: ClassLabels): number {
  if (predicted.kind === 'numbers') return predicted.numbers[row]!;
  if (predicted.kind === 'truth') return predicted.values[row]!;
  return labels.isKnown && labels.labels !== null ? placeOf(labels.labels, String(predicted.values[row])) : -1;
}

/** The column of decisions; null where the row has an error. */
export function predictionColumn(
  spec: ResultColumnSpec,
  predicted: Predicted,
  labels: ClassLabels,
  rows: number,
  errors: ReadonlyMap<number, string>,
): ResultColumn {
  const { name } = spec;
  const valid = validRows(rows, errors);
  switch (predicted.kind) {
    case 'numbers': {
      const { numbers } = predicted;
      if (spec.type === 'string') {
        const texts = Array.from(numbers, (number, row) => (valid[row] === 1 ? labelText(labels, number) : null));
        return { name, type: 'string', values: texts };
      }
      return { name, type: 'int64', values: integersOf(numbers, labels, valid), valid };
    }
    case 'integers':
      return { name, type: 'int64', values: cleared(predicted.values, 0n, valid), valid };
    case 'truth':
      return { name, type: 'boolean', values: cleared(predicted.values, 0, valid), valid };
    case 'floats':
      return { name, type: 'float64', values: cleared(predicted.values, 0, valid), valid };
    case 'text':
      return { name, type: 'string', values: predicted.values.map((text, row) => (valid[row] === 1 ? text : null)) };
  }
}

function labelText(labels: ClassLabels, number: number): string {
  return labels.labels?.[number] ?? String(number);
}

/** Labels that are whole numbers, or class numbers where there are no labels. */
function integersOf(numbers: Int32Array, labels: ClassLabels, valid: Uint8Array): BigInt64Array {
  const integers = labels.labels?.map(BigInt) ?? null;
  const values = new BigInt64Array(numbers.length);
  for (let row = 0; row < numbers.length; row += 1) {
    const number = numbers[row]!;
    if (valid[row] === 1) values[row] = integers === null ? BigInt(number) : integers[number]!;
  }
  return values;
}

const places = new WeakMap<readonly string[], Map<string, number>>();

function placeOf(labels: readonly string[], label: string): number {
  let known = places.get(labels);
  if (known === undefined) {
    known = new Map(labels.map((text, index) => [text, index]));
    places.set(labels, known);
  }
  return known.get(label) ?? -1;
}

function cleared<Values extends BigInt64Array | Uint8Array | Float64Array>(
  values: Values,
  nothing: Values[number],
  valid: Uint8Array,
): Values {
  for (let row = 0; row < valid.length; row += 1) if (valid[row] === 0) values[row] = nothing;
  return values;
}

function classNumbers(tensor: OutputTensor, labels: readonly string[], errors: Map<number, string>): Predicted {
  const values = asNumbers(tensor);
  const numbers = new Int32Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (Number.isInteger(value) && value >= 0 && value < labels.length) numbers[row] = value;
    else errors.set(row, `the model gives the class ${value}, the recipe has ${labels.length} labels`);
  }
  return { kind: 'numbers', numbers };
}

function floatLabels(tensor: OutputTensor, errors: Map<number, string>): Predicted {
  const values = Float64Array.from(asNumbers(tensor));
  for (let row = 0; row < values.length; row += 1) if (Number.isNaN(values[row])) errors.set(row, notANumber);
  return { kind: 'floats', values };
}

function integerLabels(tensor: OutputTensor, errors: Map<number, string>): Predicted {
  const { values, outside } = asBigIntegers(tensor);
  for (const row of outside) errors.set(row, "the model's output is beyond the range of int64");
  return { kind: 'integers', values };
}
