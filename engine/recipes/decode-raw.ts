import type { Inspection } from '../contract/index.ts';
import { fetchName } from './decoder.ts';
import type { OutputsDecoder, OutputTensor } from './decoder.ts';
import { asBigIntegers, asNumbers, requireRows, requireWidth } from './output-values.ts';
import { validRows } from './decode-regression.ts';
import type { ResultColumn, ResultColumnSpec, ResultColumnType } from './result-columns.ts';
import { findOutput, isFloat, rowShape, scoresWidth } from './shape.ts';
import { uniqueNames } from './unique-names.ts';

/** Columns of a result file that are no outputs. */
const reserved = ['file', 'row', 'address', 'error'];

type ElementKind = 'float32' | 'float64' | 'int64' | 'boolean' | 'string';

interface RawOutput {
  fetch: string;
  spec: ResultColumnSpec;
  kind: ElementKind;
  /** One value a row, as declared; else a list. */
  isScalar: boolean;
}

/** Outputs as they are: a column each, a row's values flattened into a list unless there is one. NaN stays. */
export function compileRaw(names: readonly string[], inspection: Inspection): OutputsDecoder {
  const unique = uniqueNames(names, reserved);
  const outputs = names.map((name, index): RawOutput => {
    const value = findOutput(inspection, name);
    const isScalar = scoresWidth(inspection, name) === 1 && rowShape(value?.shape ?? null).rank !== null;
    const kind = elementKind(fetchName(inspection, name) === name ? (value?.type ?? 'float32') : 'float32');
    const type = isScalar ? kind : listType(kind);
    return { fetch: fetchName(inspection, name), spec: { name: unique.names[index]!, type }, kind, isScalar };
  });
  return {
    fetches: outputs.map((output) => output.fetch),
    columns: outputs.map((output) => output.spec),
    notes: unique.notes,
    decode(tensors, rows) {
      const errors = new Map<number, string>();
      const columns = outputs.map((output) => rawColumn(output, tensors, rows, errors));
      return { columns, errors };
    },
  };
}

function elementKind(type: string): ElementKind {
  if (type === 'string') return 'string';
  if (type === 'bool') return 'boolean';
  if (type === 'float64') return 'float64';
  return isFloat(type) ? 'float32' : 'int64';
}

function listType(kind: ElementKind): ResultColumnType {
  return kind === 'boolean' ? 'list<int64>' : `list<${kind}>`;
}

function rawColumn(
  output: RawOutput,
  tensors: ReadonlyMap<string, OutputTensor>,
  rows: number,
  errors: Map<number, string>,
): ResultColumn {
  if (output.isScalar) {
    const tensor = requireWidth(tensors, output.fetch, rows, 1);
    return scalarColumn(output.spec.name, output.kind, tensor, rows, errors);
  }
  const { tensor, width } = requireRows(tensors, output.fetch, rows);
  return listColumn(output.spec.name, output.kind, tensor, rows, width, errors);
}

function scalarColumn(
  name: string,
  kind: ElementKind,
  tensor: OutputTensor,
  rows: number,
  errors: Map<number, string>,
): ResultColumn {
  if (kind === 'string') return { name, type: 'string', values: requireText(tensor).slice(0, rows) };
  if (kind === 'int64') {
    const values = wholeNumbers(tensor, 1, errors);
    return { name, type: 'int64', values, valid: validRows(rows, errors) };
  }
  const valid = new Uint8Array(rows).fill(1);
  const values = asNumbers(tensor);
  if (kind === 'boolean') return { name, type: 'boolean', values: Uint8Array.from(values), valid };
  if (kind === 'float64') return { name, type: 'float64', values: Float64Array.from(values), valid };
  return { name, type: 'float32', values: Float32Array.from(values), valid };
}

function listColumn(
  name: string,
  kind: ElementKind,
  tensor: OutputTensor,
  rows: number,
  width: number,
  errors: Map<number, string>,
): ResultColumn {
  if (kind === 'string') return { name, type: 'list<string>', values: rowsOf(requireText(tensor), rows, width) };
  if (kind === 'float32')
    return { name, type: 'list<float32>', values: rowsOf(Float32Array.from(asNumbers(tensor)), rows, width) };
  if (kind === 'float64')
    return { name, type: 'list<float64>', values: rowsOf(Float64Array.from(asNumbers(tensor)), rows, width) };
  const values: (BigInt64Array | null)[] = rowsOf(wholeNumbers(tensor, width, errors), rows, width);
  for (const row of errors.keys()) values[row] = null;
  return { name, type: 'list<int64>', values };
}

function wholeNumbers(tensor: OutputTensor, width: number, errors: Map<number, string>): BigInt64Array {
  const { values, outside } = asBigIntegers(tensor);
  for (const index of outside) errors.set(Math.floor(index / width), "the model's output is beyond the range of int64");
  return values;
}

function requireText(tensor: OutputTensor): string[] {
  return Array.isArray(tensor.data) ? tensor.data : Array.from(tensor.data, String);
}

function rowsOf<Values extends { slice(start: number, end: number): Values }>(
  values: Values,
  rows: number,
  width: number,
): Values[] {
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}
