import type { Trace } from '../contract/index.ts';
import { writeSeenPixels, type CellColumn, type ColumnWant, type FoundRows } from '../data/index.ts';
import {
  compileTracer,
  elementInWords,
  pictureWants,
  TraceBudget,
  type OutputTensor,
  type ResultColumn,
} from '../recipes/index.ts';
import { openPredictor, type Prediction, type PredictorOptions, type Traced } from './predictor.ts';

/** A predictor that tells of single rows what it did: cells, steps, tensors, raw outputs, result. */
export interface Tracer {
  /** What to ask a reader for; a batch's columns come in this order. */
  wants: ColumnWant[];
  notes: string[];
  /** One trace per row of the batch, at most a handful. A row that fails says where and why. */
  trace(found: FoundRows): Promise<Trace[]>;
  /** The pictures of the rows of a batch as the model gets them, written to the folder. */
  pictures(found: FoundRows, folder: string): Promise<SeenPicture[]>;
  close(): Promise<void>;
}

/** Row of the batch, input of the model, and the file that holds its pixels. */
export interface SeenPicture {
  row: number;
  input: string;
  path: string;
}

/** Loads a model to trace rows through. The numbers are those that a run gives. Throws as `openPredictor`. */
export async function openTracer(options: PredictorOptions): Promise<Tracer> {
  const predictor = await openPredictor(options);
  const inputs = compileTracer(options.recipe, options.inspection);
  const wants = [...predictor.wants];
  const places = new Map(wants.map((want, index) => [keyOf(want), index]));
  for (const want of inputs.wants) {
    if (places.has(keyOf(want))) continue;
    places.set(keyOf(want), wants.length);
    wants.push(want);
  }
  const seen = pictureWants(options.recipe, options.inspection);
  return {
    wants,
    notes: predictor.notes,
    close: () => predictor.close(),
    async pictures({ batch }, folder) {
      const written: SeenPicture[] = [];
      for (const { input, want } of seen) {
        const column = batch.columns[places.get(keyOf(want))!]!;
        for (let row = 0; column.kind === 'pixels' && row < batch.rows; row += 1) {
          const path = await writeSeenPixels(folder, column, row);
          if (path !== null) written.push({ row, input, path });
        }
      }
      return written;
    },
    trace({ batch, files }) {
      const own = { ...batch, columns: batch.columns.slice(0, predictor.wants.length) };
      const column = (want: ColumnWant): CellColumn => batch.columns[places.get(keyOf(want))!]!;
      return predictor.trace(own, (traced) =>
        Array.from({ length: batch.rows }, (_, row): Trace => {
          const budget = new TraceBudget();
          return {
            name: rowName({ batch, files }, row),
            inputs: inputs.trace(column, batch, row, budget),
            outputs: outputsOf(traced, row, budget),
            result: resultOf(traced.prediction, row, budget),
            error: traced.prediction.errors[row] ?? null,
          };
        }),
      );
    },
  };
}

function keyOf(want: ColumnWant): string {
  return JSON.stringify(want);
}

function rowName({ batch, files }: FoundRows, row: number): string {
  const name = files[batch.files?.[row] ?? 0]?.name ?? '';
  return batch.files === null ? `${name}, row ${batch.rowNumbers[row]}` : name;
}

/** The model's own outputs for a row; none for a row that did not come so far. */
function outputsOf({ outputs, places }: Traced, row: number, budget: TraceBudget): Trace['outputs'] {
  const position = places.indexOf(row);
  if (position < 0) return [];
  return [...outputs].map(([output, tensor]) => rowOfOutput(output, tensor, position, places.length, budget));
}

function rowOfOutput(
  output: string,
  { type, dims, data }: OutputTensor,
  position: number,
  rows: number,
  budget: TraceBudget,
): Trace['outputs'][number] {
  const width = data.length / rows;
  const values: string[] = [];
  for (let index = 0; index < Math.min(width, budget.mostValues); index += 1) {
    const words = elementInWords(data[position * width + index]!, type).slice(0, 200);
    if (!budget.take(words)) break;
    values.push(words);
  }
  return { output, shape: dims.length === 0 ? [] : [1, ...dims.slice(1)], values, more: width - values.length };
}

function resultOf({ columns }: Prediction, row: number, budget: TraceBudget): Trace['result'] {
  const result: Trace['result'] = [];
  for (const column of columns) {
    const entry = { column: column.name, value: plainValue(column, row) };
    if (!budget.take(entry)) break;
    result.push(entry);
  }
  return result;
}

/** As calls carry it: whole numbers that a double cannot hold as text, what is not finite as null, lists as JSON. */
function plainValue(column: ResultColumn, row: number): Trace['result'][number]['value'] {
  if ('valid' in column && column.valid[row] === 0) return null;
  const value = column.values[row] ?? null;
  if (value === null || typeof value === 'string') return value;
  if (column.type === 'boolean') return value === 1;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const items = Array.from<unknown>(value).map((item) => (typeof item === 'bigint' ? String(item) : item));
  const text = JSON.stringify(items);
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
}
