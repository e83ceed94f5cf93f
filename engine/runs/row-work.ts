import type { ResultRow, RowTensor } from '../contract/index.ts';
import { readRow, writeSeenPixels, type ColumnWant, type RowBatch, type RowSource } from '../data/index.ts';
import type { Predictor, Traced } from '../inference/index.ts';
import { featureNames, pictureWants, type FeedData } from '../recipes/index.ts';
import type { PlanHead } from './plan.ts';

/** Where a row lies, and which columns of the data are to be shown of it. */
export interface RowTask {
  source: RowSource;
  address: number;
  fileIndex: number;
  columns: string[];
  /** Where pictures are written as the model gets them. */
  pictureFolder: string;
}

/** A row from its cells to the model's outputs. */
export interface ExplainedRow {
  cells: { column: string; value: string | null; cut: boolean }[];
  steps: ResultRow['steps'];
  /** Files of pictures as a version got them; `version` counts the plan's. */
  pictures: { version: number; input: string; path: string }[];
}

/** Values shown of a tensor, and characters of a text among them; characters shown of all cells together. */
const mostValues = 200;
const mostOfValue = 200;
const mostOfCells = 60_000;

/** Reads a row again by its address and sends it through every version, keeping what each step gives. */
export async function explainRow(
  plan: PlanHead,
  predictors: readonly Predictor[],
  task: RowTask,
): Promise<ExplainedRow> {
  const wants = new Map<string, ColumnWant>();
  for (const column of task.columns) {
    const want: ColumnWant = { column, as: 'text' };
    wants.set(JSON.stringify(want), want);
  }
  for (const predictor of predictors) for (const want of predictor.wants) wants.set(JSON.stringify(want), want);
  const batch = await readRow(task.source, task.address, [...wants.values()], { fileIndex: task.fileIndex });
  const columnOf = new Map([...wants.keys()].map((key, position) => [key, batch.columns[position]!]));
  const steps: ResultRow['steps'] = [];
  for (const [version, predictor] of predictors.entries()) {
    const columns = predictor.wants.map((want) => columnOf.get(JSON.stringify(want))!);
    steps.push(await predictor.trace({ ...batch, columns }, (traced) => stepsOf(plan, version, traced)));
  }
  return { cells: cellsOf(task.columns, columnOf), steps, pictures: await picturesOf(plan, columnOf, task) };
}

async function picturesOf(
  plan: PlanHead,
  columnOf: ReadonlyMap<string, RowBatch['columns'][number]>,
  { pictureFolder }: RowTask,
): Promise<ExplainedRow['pictures']> {
  const pictures: ExplainedRow['pictures'] = [];
  for (const [version, { recipe, inspection }] of plan.versions.entries()) {
    for (const { input, want } of pictureWants(recipe, inspection)) {
      const column = columnOf.get(JSON.stringify(want));
      const path = column?.kind === 'pixels' ? await writeSeenPixels(pictureFolder, column, 0) : null;
      if (path !== null) pictures.push({ version, input, path });
    }
  }
  return pictures;
}

function cellsOf(
  columns: readonly string[],
  columnOf: ReadonlyMap<string, RowBatch['columns'][number]>,
): ExplainedRow['cells'] {
  const most = Math.floor(mostOfCells / Math.max(1, columns.length));
  return columns.map((column) => {
    const found = columnOf.get(JSON.stringify({ column, as: 'text' }));
    const value = found?.kind === 'text' ? (found.values[0] ?? null) : null;
    const cut = value !== null && value.length > most;
    return { column, value: cut ? value.slice(0, most) : value, cut };
  });
}

function stepsOf(plan: PlanHead, version: number, traced: Traced): ResultRow['steps'][number] {
  const { name, recipe } = plan.versions[version]!;
  return {
    version: name,
    inputs: traced.feeds.map((feed) =>
      tensorOf(feed.name, feed.type, feed.dims, feed.data, featureNames(recipe, feed.name)),
    ),
    outputs: [...traced.outputs].map(([output, { type, dims, data }]) => tensorOf(output, type, dims, data, null)),
    error: traced.prediction.errors[0] ?? null,
  };
}

function tensorOf(
  name: string,
  type: string,
  dims: readonly number[],
  data: FeedData,
  names: readonly string[] | null,
): RowTensor {
  const values = Array.from({ length: Math.min(data.length, mostValues) }, (_, index) => ({
    value: valueOf(data[index]!),
    from: names?.[index] ?? null,
  }));
  return { name, type, dims: [...dims], values, elements: data.length, picture: null };
}

/** What is not finite, and whole numbers beyond 2^53, as words. */
function valueOf(value: number | bigint | string): string | number {
  if (typeof value === 'string') return value.slice(0, mostOfValue);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Number.isFinite(value) ? value : String(value);
}
