import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { problem, ProblemError, type DataDescription, type Inspection, type Recipe } from '../contract/index.ts';
import type { DataReaderRouter } from '../data/child.ts';
import type { ShardRange } from '../data/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { startChild, type Child } from '../processes/index.ts';
import { bindData, validateRecipe } from '../recipes/index.ts';
import type { VersionRecord } from '../registry/index.ts';
import { planColumns } from './columns.ts';
import type { Plan, PlannedColumn, PlannedVersion } from './plan.ts';
import type { RunPayload } from './store.ts';

/** The data reader keeps samples and row boundaries, never the data. */
const readerBytes = 2 * 2 ** 30;
/** Rows a session call takes at once unless the person says otherwise; pictures are larger than rows. */
const defaultBatch = { rows: 1024, pictures: 32 };
/** Above this size of its files a model gets one lane with all threads instead of a lane a core. */
export const bigModelBytes = 512 * 2 ** 20;
/** Rows of a shard: a shard's work is lost when its worker dies, so costly models get small shards. */
const mostRows = 65_536;
const parametersTimesRows = 1e10;
/** A shard's results are collected in memory before they are written: at most about this much. */
const resultBytes = 48e6;

export interface PlanInputs {
  run: string;
  payload: RunPayload;
  versions: VersionRecord[];
  runtime: { name: string; version: string };
}

export interface Planned {
  plan: Plan;
  description: DataDescription;
  notes: string[];
}

/** Looks at the data in a child, binds every version to it, cuts it into shards. Refusals come as problems. */
export async function makePlan(inputs: PlanInputs, context: JobContext): Promise<Planned> {
  const reader = startChild<DataReaderRouter>('data-reader', { memoryBytes: readerBytes });
  const kill = (): void => reader.kill();
  context.stop.addEventListener('abort', kill);
  try {
    context.report({ phase: 'reading the data', done: 0, total: null, unit: 'rows' });
    const description = await reader.call((client) =>
      client.describe({ paths: inputs.payload.paths, reading: inputs.payload.reading }),
    );
    refuseWithoutRows(description.rows, description);
    await refuseOutputOverData(inputs.payload.output?.path ?? null, description);
    const { versions, notes } = bindAll(inputs, description);
    const { columns, notes: columnNotes } = planColumns(versions, inputs.payload.roles, description.columns);
    const batch = inputs.payload.batch ?? (description.format === 'images' ? defaultBatch.pictures : defaultBatch.rows);
    const shards = await split(reader, description, rowsOfShard(versions, columns), batch);
    const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
    refuseWithoutRows(rows, description);
    const plan: Plan = {
      format: 'drydock-plan/1',
      run: inputs.run,
      runtime: { ...inputs.runtime, platform: process.platform, arch: process.arch },
      executionProvider: 'cpu',
      threads: inputs.payload.threads ?? defaultThreads(inputs.versions),
      batch,
      versions,
      columns,
      shards,
      rows,
    };
    return { plan, description, notes: [...description.notes, ...notes, ...columnNotes] };
  } finally {
    context.stop.removeEventListener('abort', kill);
    reader.kill();
  }
}

function refuseWithoutRows(rows: number | null, description: DataDescription): void {
  if (rows !== 0) return;
  throw problem('DATA_INVALID', 'The data has columns and no rows.', {
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

function bindAll(inputs: PlanInputs, description: DataDescription): { versions: PlannedVersion[]; notes: string[] } {
  const notes: string[] = [];
  const versions = inputs.versions.map((version): PlannedVersion => {
    validateRecipe(version.recipe, version.inspection);
    const binding = bindData(version.recipe, version.inspection, description, inputs.payload.roles);
    if (binding.refusal || binding.recipe === null) throw refusal(binding.refusal, version);
    const guesses = binding.lines.filter((line) => line.status === 'guessed').map((line) => line.words);
    for (const note of [...guesses, ...binding.notes])
      notes.push(inputs.versions.length > 1 ? `${nameOf(version)}: ${note}` : note);
    return planned(version, version.inspection, binding.recipe);
  });
  return { versions, notes };
}

function planned(version: VersionRecord, inspection: Inspection, recipe: Recipe): PlannedVersion {
  return { version: version.id, name: nameOf(version), digest: version.digest, inspection, recipe };
}

export function nameOf(version: VersionRecord): string {
  return `${version.model}@${version.number}`;
}

function refusal(found: ProblemError['problem'] | null, version: VersionRecord): ProblemError {
  return found ? new ProblemError(found) : problem('RECIPE_MISFIT', `${nameOf(version)} and this data do not fit.`);
}

/** Shards end at multiples of the batch, so that batches, and with them results, do not depend on the cutting. */
async function split(
  reader: Child<DataReaderRouter>,
  description: DataDescription,
  rows: number,
  batch: number,
): Promise<ShardRange[]> {
  const maxRows = Math.max(batch, Math.floor(rows / batch) * batch);
  return reader.call((client) => client.split({ description, options: { maxRows, rowMultiple: batch } }));
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
