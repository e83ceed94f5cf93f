import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { os } from '@orpc/server';
import { problem, ProblemError, type DataDescription, type Preview, type Recipe } from '../contract/index.ts';
import { boundedNotes, cutData, describeData, expandPaths, type DataProgress } from '../data/index.ts';
import { wireError } from '../processes/index.ts';
import { bindData, validateRecipe, type Binding } from '../recipes/index.ts';
import { datasetFacts, type DatasetFacts, type VersionRecord } from '../registry/index.ts';
import { planColumns } from './columns.ts';
import { bigModelBytes } from './lanes.ts';
import { planChanged, readPlan, writePlan } from './plan-file.ts';
import type { PlanFacts, PlanHead, PlannedColumn, PlannedVersion } from './plan.ts';
import { lookBeforePreview, previewData, type PreviewedData, type PreviewTask } from './preview.ts';
import type { RunPayload } from './store.ts';

/** What a plan is made from; the child looks at the data itself. */
export interface PlanTask {
  run: string;
  payload: RunPayload;
  versions: VersionRecord[];
  runtime: { name: string; version: string };
  /** The file to write; the engine gives it its name. */
  file: string;
}

/** What a child tells while it makes or reads a plan: never more at once than the engine takes in its stride. */
export type PlanEvent =
  | ({ type: 'progress' } & DataProgress)
  /** Where the next shards' lines end in the file, and their rows. */
  | { type: 'shards'; ends: number[]; rows: number[] }
  | { type: 'done'; facts: PlanFacts; sha256: string; made: MadePlan | null };

/** What is kept of a new plan beside the plan. */
export interface MadePlan {
  dataset: DatasetFacts;
  notes: string[];
}

/** Rows a session call takes at once unless the person says otherwise; pictures are larger than rows. */
const defaultBatch = { rows: 1024, pictures: 32 };
/** Rows of a shard: a shard's work is lost when its worker dies, so costly models get small shards. */
const mostRows = 65_536;
const parametersTimesRows = 1e10;
/** A shard's results are collected in memory before they are written: at most about this much. */
const resultBytes = 48e6;
const progressMs = 100;
/** Shards that are told of at once. */
const shardsTold = 2048;

/** What a data reader answers about runs: everything that grows with the number of files or columns is done here. */
export const planRouter = {
  /** What tells the data apart, for what is known of it; `preview` then goes on with the same look. */
  lookBeforePreview: os.handler(({ input }: { input: unknown }) => lookBeforePreview(input as PreviewedData)),
  preview: os.handler(({ input }: { input: unknown }): Preview => previewData(input as PreviewTask)),
  /** Looks at the data, binds every version to it, cuts it into shards, writes the plan. Refusals come as problems. */
  makePlan: os.handler(({ input, signal }: { input: unknown; signal?: AbortSignal }) =>
    told((tell) => makePlan(input as PlanTask, tell, signal)),
  ),
  /** Reads a frozen plan and compares it with its digest. */
  openPlan: os.handler(({ input }: { input: unknown }) =>
    told((tell) => openPlan(input as { file: string; sha256: string }, tell)),
  ),
};
export type PlanRouter = typeof planRouter;

type Tell = (event: PlanEvent) => void;

async function openPlan({ file, sha256 }: { file: string; sha256: string }, tell: Tell): Promise<void> {
  const shards = new ShardsTold(tell);
  const facts = await readPlan(file, sha256, (...shard) => shards.add(...shard));
  if (facts === null) throw planChanged(file);
  shards.flush();
  tell({ type: 'done', facts, sha256, made: null });
}

async function makePlan(task: PlanTask, tell: Tell, signal: AbortSignal | undefined): Promise<void> {
  const { payload } = task;
  const onProgress = (progress: DataProgress): void => tell({ type: 'progress', ...progress });
  const description = await describeData(await expandPaths(payload.paths), {
    reading: payload.reading,
    signal,
    onProgress,
  });
  if (description.rows === 0) throw withoutRows(description);
  await refuseOutputOverData(payload.output?.path ?? null, description);
  const { versions, notes } = bindAll(task, description);
  const { columns, notes: columnNotes } = planColumns(versions, payload.roles, description.columns);
  const head: PlanHead = {
    format: 'drydock-plan/1',
    run: task.run,
    runtime: { ...task.runtime, platform: process.platform, arch: process.arch },
    executionProvider: 'cpu',
    threads: payload.threads ?? defaultThreads(task.versions),
    batch: payload.batch ?? (description.format === 'images' ? defaultBatch.pictures : defaultBatch.rows),
    versions,
    columns,
  };
  const cut = cutData(description, { ...shardSize(head), signal, onProgress });
  const shards = new ShardsTold(tell);
  const { facts, sha256 } = await writePlan(task.file, head, cut, (...shard) => shards.add(...shard));
  if (facts.rows === 0) throw withoutRows(description);
  shards.flush();
  const made = {
    dataset: datasetFacts(description, payload.reading),
    notes: boundedNotes([...description.notes, ...notes, ...columnNotes]),
  };
  tell({ type: 'done', facts, sha256, made });
}

/** Shards end at multiples of the batch, so that batches, and with them results, do not depend on the cutting. */
function shardSize({ versions, columns, batch }: PlanHead): { maxRows: number; rowMultiple: number } {
  const rows = rowsOfShard(versions, columns);
  return { maxRows: Math.max(batch, Math.floor(rows / batch) * batch), rowMultiple: batch };
}

function withoutRows(description: DataDescription): ProblemError {
  return problem('DATA_INVALID', 'The data has columns and no rows.', {
    subject: description.files[0]?.path ?? null,
    hint: 'Check that this is the file you mean.',
  });
}

/** `--force` replaces results, never the data that they are made from. */
async function refuseOutputOverData(output: string | null, description: DataDescription): Promise<void> {
  const place = output === null ? null : await realpath(output).catch(() => null);
  if (place === null) return;
  for (const file of description.files) {
    if ((await realpath(file.path).catch(() => null)) !== place) continue;
    throw problem('OUTPUT_EXISTS', 'The output would replace a file of the data.', {
      subject: output,
      hint: 'Choose another path after --out.',
    });
  }
}

function bindAll(task: PlanTask, description: DataDescription): { versions: PlannedVersion[]; notes: string[] } {
  const notes: string[] = [];
  const versions = task.versions.map((version): PlannedVersion => {
    validateRecipe(version.recipe, version.inspection);
    const binding = bindData(version.recipe, version.inspection, description, task.payload.roles);
    if (binding.refusal || binding.recipe === null) throw refusalOf(binding, nameOf(version));
    const guesses = binding.lines.filter((line) => line.status === 'guessed').map((line) => line.words);
    for (const note of [...guesses, ...binding.notes])
      notes.push(task.versions.length > 1 ? `${nameOf(version)}: ${note}` : note);
    return planned(version, binding.recipe);
  });
  return { versions, notes };
}

function refusalOf({ refusal }: Binding, name: string): ProblemError {
  return refusal ? new ProblemError(refusal) : problem('RECIPE_MISFIT', `${name} and this data do not fit.`);
}

function planned(version: VersionRecord, recipe: Recipe): PlannedVersion {
  const { id, digest, inspection } = version;
  return { version: id, name: nameOf(version), digest, inspection, recipe };
}

function nameOf(version: VersionRecord): string {
  return `${version.model}@${version.number}`;
}

/** Fewer for costly models (a death costs a shard's work) and for wide results (a shard's results lie in memory). */
function rowsOfShard(versions: readonly PlannedVersion[], columns: readonly PlannedColumn[]): number {
  const parameters = Math.max(1, ...versions.map((version) => version.inspection.parameters));
  const width = columns.reduce((sum, column) => sum + bytesOfCell(column, versions), 0);
  return Math.max(1, Math.min(mostRows, Math.floor(parametersTimesRows / parameters), Math.floor(resultBytes / width)));
}

/** A guess from the type; of a list from the output's static dimensions. */
function bytesOfCell(column: PlannedColumn, versions: readonly PlannedVersion[]): number {
  if (column.role !== 'prediction' || !column.type.startsWith('list')) return 16;
  const outputs = versions[column.version]!.inspection.signature.outputs;
  const elements = outputs.map((output) =>
    (output.shape ?? [])
      .slice(1)
      .reduce<number>((product, size) => product * (typeof size === 'number' ? size : 64), 1),
  );
  // As JavaScript values on their way and in DuckDB's memory: some 16 bytes an element.
  return 16 * Math.max(1, ...elements);
}

function defaultThreads(versions: readonly VersionRecord[]): number {
  const bytes = versions.reduce((sum, version) => sum + version.bytes, 0);
  return bytes > bigModelBytes ? availableParallelism() : 1;
}

/** Tells of shards many at a time. */
class ShardsTold {
  readonly #tell: Tell;
  #ends: number[] = [];
  #rows: number[] = [];

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  add(end: number, rows: number): void {
    this.#ends.push(end);
    this.#rows.push(rows);
    if (this.#ends.length >= shardsTold) this.flush();
  }

  flush(): void {
    if (this.#ends.length > 0) this.#tell({ type: 'shards', ends: this.#ends, rows: this.#rows });
    this.#ends = [];
    this.#rows = [];
  }
}

/** The events of some work as they come; progress at most ten times a second, every new phase at once. */
async function* told(work: (tell: Tell) => Promise<void>): AsyncGenerator<PlanEvent> {
  const waiting: PlanEvent[] = [];
  let wake = (): void => {};
  let ended = false;
  let last = { phase: '', at: -Infinity };
  const tell: Tell = (event) => {
    if (event.type === 'progress') {
      const now = performance.now();
      if (event.phase === last.phase && now - last.at < progressMs) return;
      last = { phase: event.phase, at: now };
    }
    waiting.push(event);
    wake();
  };
  const running = work(tell).finally(() => {
    ended = true;
    wake();
  });
  running.catch(() => {});
  while (!ended || waiting.length > 0) {
    const event = waiting.shift();
    if (event !== undefined) yield event;
    else if (!ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  try {
    await running;
  } catch (error) {
    // Interceptors do not see what is thrown inside an iterator: problems are made ready to travel here.
    throw wireError(error);
  }
}
