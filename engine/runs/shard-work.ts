import { mkdir, rm } from 'node:fs/promises';
import { os } from '@orpc/server';
import type { DuckDBConnection } from '@duckdb/node-api';
import { problem } from '../contract/index.ts';
import { openDuckDb, openShard, type ColumnWant, type RowBatch, type ShardRange } from '../data/index.ts';
import { wireError } from '../processes/index.ts';
import { openPredictor, runtimeFile, type Prediction, type Predictor } from '../inference/index.ts';
import { readHead, readShard } from './plan-file.ts';
import {
  addressColumns,
  type PlanHead,
  type PlannedColumn,
  type RowErrorSample,
  type ShardResult,
  type ShardTask,
} from './plan.ts';
import { explainRow, type ExplainedRow, type RowTask } from './row-work.ts';
import { ShardWriter, type ShardColumn } from './shard-writer.ts';

/** How a worker begins: where the plan lies, and where each version's runnable file lies. */
export interface WorkerSetup {
  plan: { file: string; headBytes: number };
  modelPaths: string[];
  /** Folder of the run's shard files; the only place the worker writes. */
  folder: string;
  temporaryFolder: string;
  /** Upper bound for DuckDB's buffers in bytes. */
  bufferBytes: number;
}

export type WorkerEvent =
  | { type: 'progress'; rows: number; residentBytes: number }
  | { type: 'done'; result: ShardResult; residentBytes: number };

interface WorkerState {
  plan: PlanHead;
  planFile: string;
  predictors: Predictor[];
  connection: DuckDBConnection;
  wants: ColumnWant[];
}

/** At most this many examples of row errors are told of a shard. */
const errorSamples = 20;
const progressMs = 200;

let state: WorkerState | null = null;

/** The calls of a shard worker: set up once, then shard after shard. One at a time. */
export const shardWorkerRouter = {
  setUp: os.handler(async ({ input }: { input: unknown }) => {
    const setup = input as WorkerSetup;
    await mkdir(setup.temporaryFolder, { recursive: true });
    const plan = await readHead(setup.plan.file, setup.plan.headBytes);
    const predictors: Predictor[] = [];
    for (const [index, version] of plan.versions.entries()) {
      predictors.push(
        await openPredictor({
          modelPath: await runtimeFile(setup.modelPaths[index]!, version.inspection),
          inspection: version.inspection,
          recipe: version.recipe,
          threads: plan.threads,
        }),
      );
    }
    const { connection } = await openDuckDb({
      allowedFolders: [setup.folder, setup.temporaryFolder],
      memoryLimit: `${Math.round(setup.bufferBytes / 1e6)}MB`,
      tempFolder: setup.temporaryFolder,
    });
    const wants = unionOfWants(plan, predictors);
    state = { plan, planFile: setup.plan.file, predictors, connection, wants };
  }),
  /** One row again, with all its steps. */
  explain: os.handler(async ({ input }: { input: unknown }): Promise<ExplainedRow> => {
    if (!state) throw new Error('A shard worker is set up before it explains a row.');
    return explainRow(state.plan, state.predictors, input as RowTask);
  }),
  run: os.handler(async function* ({ input, signal }: { input: unknown; signal?: AbortSignal }) {
    if (!state) throw new Error('A shard worker is set up before it runs a shard.');
    try {
      yield* runShard(state, input as ShardTask, signal);
    } catch (error) {
      // Interceptors do not see what is thrown inside an iterator: problems are made ready to travel here.
      throw wireError(error);
    }
  }),
};

async function* runShard(
  worker: WorkerState,
  task: ShardTask,
  signal: AbortSignal | undefined,
): AsyncGenerator<WorkerEvent> {
  const { plan } = worker;
  const range = await readShard(worker.planFile, task.shard);
  const writer = await ShardWriter.open(worker.connection, shardColumns(plan));
  const tally = { rows: 0, failed: 0, errors: [] as RowErrorSample[] };
  try {
    const shard = openShard(range, worker.wants, plan.batch, signal ? { signal } : {});
    let told = performance.now();
    for await (const batch of shard) {
      if (signal?.aborted) throw problem('CANCELLED', 'The work was stopped between two batches.');
      await scoreBatch(worker, range, batch, writer, tally);
      if (performance.now() - told > progressMs) {
        told = performance.now();
        yield { type: 'progress', rows: tally.rows, residentBytes: process.memoryUsage.rss() };
      }
    }
    if (tally.rows !== range.rows) throw rowsChanged(range, tally.rows);
    const sealed = await writer.finish(task.file);
    const result: ShardResult = { ...sealed, ...tally, inputSha256: shard.digest() };
    yield { type: 'done', result, residentBytes: process.memoryUsage.rss() };
  } catch (error) {
    await writer.discard().catch(() => {});
    await rm(task.file, { force: true });
    throw error;
  }
}

async function scoreBatch(
  worker: WorkerState,
  range: ShardRange,
  batch: RowBatch,
  writer: ShardWriter,
  tally: { rows: number; failed: number; errors: RowErrorSample[] },
): Promise<void> {
  const { plan } = worker;
  const columnOf = new Map(worker.wants.map((want, index) => [wantKey(want), batch.columns[index]!]));
  const predictions: Prediction[] = [];
  for (const predictor of worker.predictors) {
    const columns = predictor.wants.map((want) => columnOf.get(wantKey(want))!);
    predictions.push(await predictor.predict({ ...batch, columns }));
  }
  const files = fileNames(range, batch);
  const columns: ShardColumn[] = [
    { name: 'file', type: 'string', values: files },
    { name: 'row', type: 'int64', values: integers(batch.rowNumbers), valid: null },
    { name: 'address', type: 'int64', values: integers(batch.addresses), valid: null },
    ...plan.columns.map((column) => resultColumn(column, columnOf, predictions)),
  ];
  writer.append(columns, batch.rows);
  countErrors(plan, files, batch, predictions, tally);
}

function resultColumn(
  column: PlannedColumn,
  columnOf: ReadonlyMap<string, RowBatch['columns'][number]>,
  predictions: readonly Prediction[],
): ShardColumn {
  if (column.role === 'prediction') {
    const found = predictions[column.version]!.columns.find((candidate) => candidate.name === column.resultName);
    return { ...found!, name: column.stored };
  }
  if (column.role === 'error') {
    return { name: column.stored, type: 'string', values: predictions[column.version]!.errors };
  }
  const kept = columnOf.get(wantKey({ column: column.source, as: 'text' }));
  return { name: column.stored, type: 'string', values: kept?.kind === 'text' ? kept.values : [] };
}

function countErrors(
  plan: PlanHead,
  files: readonly string[],
  batch: RowBatch,
  predictions: readonly Prediction[],
  tally: { rows: number; failed: number; errors: RowErrorSample[] },
): void {
  tally.rows += batch.rows;
  for (let row = 0; row < batch.rows; row += 1) {
    const at = predictions.findIndex((prediction) => prediction.errors[row] !== null);
    if (at < 0) continue;
    tally.failed += 1;
    if (tally.errors.length >= errorSamples) continue;
    const words = predictions[at]!.errors[row]!;
    const error = predictions.length > 1 ? `${plan.versions[at]!.name}: ${words}` : words;
    tally.errors.push({ file: files[row]!, row: batch.rowNumbers[row]!, error });
  }
}

/** The columns of a shard file: where each row comes from, then what the plan says. */
export function shardColumns(plan: PlanHead): { name: string; type: ResultColumn['type'] }[] {
  return [
    { name: addressColumns[0], type: 'string' },
    { name: addressColumns[1], type: 'int64' },
    { name: addressColumns[2], type: 'int64' },
    ...plan.columns.map((column) => ({
      name: column.stored,
      type: column.role === 'prediction' ? column.type : ('string' as const),
    })),
  ];
}

type ResultColumn = Extract<ShardColumn, { type: string }>;

/** Every column is read once, however many versions and kept columns ask for it. */
function unionOfWants(plan: PlanHead, predictors: readonly Predictor[]): ColumnWant[] {
  const wants = new Map<string, ColumnWant>();
  for (const predictor of predictors) for (const want of predictor.wants) wants.set(wantKey(want), want);
  for (const column of plan.columns) {
    if (column.role === 'prediction' || column.role === 'error') continue;
    const want: ColumnWant = { column: column.source, as: 'text' };
    wants.set(wantKey(want), want);
  }
  return [...wants.values()];
}

function wantKey(want: ColumnWant): string {
  return want.as === 'pixels'
    ? JSON.stringify([want.as, want.width, want.height, want.channels, want.steps ?? []])
    : JSON.stringify([want.as, want.column]);
}

function fileNames(range: ShardRange, batch: RowBatch): string[] {
  const { files } = batch;
  if (files === null) return new Array<string>(batch.rows).fill(range.files[0]!.name);
  return Array.from({ length: batch.rows }, (_, row) => range.files[files[row]!]!.name);
}

function integers(values: Float64Array): BigInt64Array {
  const result = new BigInt64Array(values.length);
  for (let index = 0; index < values.length; index += 1) result[index] = BigInt(values[index]!);
  return result;
}

function rowsChanged(range: ShardRange, rows: number): Error {
  return problem(
    'FILE_CHANGED',
    `${range.files[0]!.name} has changed since the run was planned: ${range.rows} rows were counted here, ${rows} were read.`,
    { subject: range.files[0]!.path, hint: 'Start a new run over the file as it is now.' },
  );
}
