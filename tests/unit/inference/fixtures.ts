import { appendFile, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataDescription, Inspection, Recipe } from '../../../engine/contract/index.ts';
import type { CellColumn, ColumnWant, RowBatch } from '../../../engine/data/index.ts';
import { inspectModel, zippedOutputSuffix } from '../../../engine/models/index.ts';
import { openPredictor } from '../../../engine/inference/index.ts';
import type { Predictor } from '../../../engine/inference/index.ts';
import { bindData, suggestRecipe } from '../../../engine/recipes/index.ts';
import type { SuggestOptions } from '../../../engine/recipes/index.ts';

const folder = join(import.meta.dirname, '../../fixtures/models');

/** The path of a model of tests/fixtures/models, as `valid/softmax`. */
export function modelPath(name: string): string {
  return join(folder, `${name}.onnx`);
}

export interface ExpectedTensor {
  type: string;
  shape: number[];
  data: (number | string | boolean)[];
}

export interface ExpectedRun {
  inputs: Record<string, ExpectedTensor>;
  outputs: Record<string, ExpectedTensor & { sequence?: { map: [string | number, number][] }[] }>;
}

/** What onnxruntime in Python gave for the model. */
export async function expectedRuns(name: string): Promise<ExpectedRun[]> {
  const expected = JSON.parse(await readFile(join(folder, `${name}.expected.json`), 'utf8')) as {
    runs?: ExpectedRun[];
  };
  return expected.runs ?? [];
}

/** Columns of a batch, made from the cells of a table; null is a missing cell, text in a number column an invalid one. */
export function batchOf(
  wants: readonly ColumnWant[],
  table: Record<string, (number | string | bigint | null)[]>,
): RowBatch {
  const rows = Object.values(table)[0]?.length ?? 0;
  return {
    rows,
    rowNumbers: Float64Array.from({ length: rows }, (_, row) => row + 1),
    addresses: new Float64Array(rows),
    files: null,
    columns: wants.map((want) => columnOf(want, table[want.column] ?? [], rows)),
    rowErrors: new Map(),
  };
}

function columnOf(want: ColumnWant, cells: readonly (number | string | bigint | null)[], rows: number): CellColumn {
  if (want.as === 'text') return { kind: 'text', values: cells.map((cell) => (cell === null ? null : String(cell))) };
  const state = new Uint8Array(rows);
  const invalid = new Map<number, string>();
  for (const [row, cell] of cells.entries()) {
    if (cell === null) state[row] = 1;
    if (typeof cell === 'string') {
      state[row] = 2;
      invalid.set(row, cell);
    }
  }
  if (want.as === 'integer') {
    const values = BigInt64Array.from(cells, (cell) => (cell === null || typeof cell === 'string' ? 0n : BigInt(cell)));
    return { kind: 'integer', state, invalid, values };
  }
  const values = Float64Array.from(cells, (cell) => (cell === null || typeof cell === 'string' ? 0 : Number(cell)));
  return { kind: 'number', state, invalid, values };
}

/** A table as a reader would describe it, from the cells themselves. */
export function descriptionOf(table: Record<string, (number | string | bigint | null)[]>): DataDescription {
  const names = Object.keys(table);
  const rows = Object.values(table)[0]?.length ?? 0;
  return {
    format: 'csv',
    files: [{ path: '/data/table.csv', name: 'table.csv', bytes: 1, changed: '0', dialect: null }],
    columns: names.map((name) => ({
      name,
      type: table[name]!.some((cell) => typeof cell === 'string')
        ? 'string'
        : table[name]!.every((cell) => Number.isInteger(Number(cell)))
          ? 'integer'
          : 'float',
      missing: table[name]!.filter((cell) => cell === null).length,
    })),
    rows,
    rowsSampled: rows,
    sample: {
      columns: names,
      rows: Array.from({ length: rows }, (_, row) =>
        names.map((name) => {
          const cell = table[name]![row] ?? null;
          return typeof cell === 'bigint' ? String(cell) : cell;
        }),
      ),
    },
    notes: [],
  };
}

/** A table whose columns feed every input of an expected run: `input` for single values, `input_0`, ... for several. NaN is a missing cell. */
export function tableOf(run: ExpectedRun): Record<string, (number | string | null)[]> {
  const table: Record<string, (number | string | null)[]> = {};
  for (const [name, tensor] of Object.entries(run.inputs)) {
    const rows = tensor.shape[0] ?? 1;
    const width = tensor.data.length / rows;
    for (let column = 0; column < width; column += 1) {
      table[width === 1 ? name : `${name}_${column}`] = Array.from({ length: rows }, (_, row) => {
        const cell = tensor.data[row * width + column]!;
        if (tensor.type === 'string') return cell as string;
        const number = Number(cell);
        return Number.isNaN(number) ? null : number;
      });
    }
  }
  return table;
}

export interface Opened {
  predictor: Predictor;
  inspection: Inspection;
}

const folders: string[] = [];

/** A predictor over a model of the fixtures with the recipe that is suggested for it and bound to a table. */
export async function openSuggested(
  name: string,
  table: Record<string, (number | string | bigint | null)[]>,
  options: SuggestOptions = {},
  change: (recipe: Recipe) => Recipe = (recipe) => recipe,
): Promise<Opened> {
  const inspection = await inspectModel(modelPath(name));
  const recipe = change(suggestRecipe(inspection, options).recipe);
  const binding = bindData(recipe, inspection, descriptionOf(table));
  if (binding.recipe === null) throw new Error(binding.refusal?.message);
  const path = await withTensors(name, inspection);
  return {
    predictor: await openPredictor({ modelPath: path, inspection, recipe: binding.recipe, threads: 1 }),
    inspection,
  };
}

/** A copy of the model that declares the tensors behind its ZipMaps; the model itself where there are none. */
export async function withTensors(name: string, inspection: Inspection): Promise<string> {
  const suffix = zippedOutputSuffix(inspection);
  if (suffix === null) return modelPath(name);
  const place = await mkdtemp(join(tmpdir(), 'drydock-inference-'));
  folders.push(place);
  const copy = join(place, 'model.onnx');
  await copyFile(modelPath(name), copy);
  await appendFile(copy, suffix);
  return copy;
}

export async function removeCopies(): Promise<void> {
  for (const place of folders.splice(0)) await rm(place, { recursive: true, force: true });
}
