import { Recipe } from '../../../engine/contract/index.ts';
import type { DataDescription, Inspection, ValueInfo } from '../../../engine/contract/index.ts';

type Shape = ValueInfo['shape'];

/** An inspection with the given inputs and outputs; each output is name, type, shape and the operator that makes it. */
export function inspectionOf(
  inputs: [name: string, type: string, shape: Shape][],
  outputs: [name: string, type: string, shape: Shape, producer: string | null][],
  rest: Partial<Inspection> = {},
): Inspection {
  return {
    opset: [['ai.onnx', 17]],
    irVersion: 8,
    producer: 'test',
    parameters: 0,
    operators: [],
    signature: {
      inputs: inputs.map(([name, type, shape]) => ({ name, type, shape })),
      outputs: outputs.map(([name, type, shape]) => ({ name, type, shape })),
    },
    metadata: [],
    optionalInputs: [],
    zipped: [],
    labels: null,
    producers: outputs.map(([name, , , producer]) => [name, producer]),
    externalFiles: [],
    notes: [],
    ...rest,
  };
}

/** A classifier over k columns, as skl2onnx writes it with ZipMap. */
export function zippedClassifier(columns: number, labels: string[] = ['no', 'yes']): Inspection {
  return inspectionOf(
    [['X', 'float32', [null, columns]]],
    [
      ['output_label', 'string', [null], 'Identity'],
      ['output_probability', 'sequence<map<string,float32>>', null, 'ai.onnx.ml.ZipMap'],
    ],
    { zipped: [{ output: 'output_probability', tensor: 'probabilities', labels, keyType: 'string' }], labels },
  );
}

/** A regressor over k columns. */
export function regressor(columns: number | null): Inspection {
  return inspectionOf(
    [['X', 'float32', [null, columns]]],
    [['variable', 'float32', [null, 1], 'ai.onnx.ml.LinearRegressor']],
  );
}

type Cells = (string | number | boolean | null)[];

/** A CSV file with these columns. Types are the reader's: text where any cell is text. */
export function csv(table: Record<string, Cells>, name = 'test.csv'): DataDescription {
  const names = Object.keys(table);
  const rows = Math.max(0, ...names.map((column) => table[column]!.length));
  return {
    format: 'csv',
    files: [{ path: `/data/${name}`, name, bytes: 1, changed: '0', dialect: null }],
    columns: names.map((column) => ({
      name: column,
      type: typeOf(table[column]!),
      missing: table[column]!.filter((cell) => cell === null).length,
    })),
    rows,
    rowsSampled: rows,
    sample: {
      columns: names,
      rows: Array.from({ length: rows }, (_, row) => names.map((column) => table[column]![row] ?? null)),
    },
    notes: [],
  };
}

function typeOf(cells: Cells): 'string' | 'boolean' | 'integer' | 'float' {
  const present = cells.filter((cell) => cell !== null);
  if (present.some((cell) => typeof cell === 'string')) return 'string';
  if (present.some((cell) => typeof cell === 'boolean')) return 'boolean';
  return present.every((cell) => Number.isInteger(cell)) ? 'integer' : 'float';
}

export function pictures(): DataDescription {
  return {
    format: 'images',
    files: [{ path: '/data/digits', name: 'digits', bytes: 1, changed: '0', dialect: null }],
    columns: [
      { name: 'image', type: 'image', missing: 0 },
      { name: 'label', type: 'string', missing: 0 },
    ],
    rows: 10,
    rowsSampled: 10,
    sample: { columns: ['image', 'label'], rows: [] },
    notes: [],
  };
}

/** Numbers from `start`, as a column of `rows` cells that do not repeat. */
export function counting(rows: number, start = 0, step = 1): number[] {
  return Array.from({ length: rows }, (_, row) => start + row * step);
}

/** A recipe with its defaults filled in. */
export function recipeOf(inputs: object[], outputs: object): Recipe {
  return Recipe.parse({ format: 'drydock-recipe/1', inputs, outputs });
}
