import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { problem, type OutputFormat } from '../contract/index.ts';
import { startChild } from '../processes/index.ts';
import type { Plan } from './plan.ts';
import type { ExportTask, QueryRouter, ResultSource } from './query-work.ts';
import type { RunStore } from './store.ts';

/** A query process: DuckDB's own limit and what surrounds it. */
const queryBytes = 2 * 2 ** 30;

/** The committed shard files of a run, in the order of the input. */
export function resultSource(store: RunStore, plan: Plan): ResultSource {
  const folder = store.shardFolder(plan.run);
  return {
    files: store.committed(plan.run).map((shard) => join(folder, shard.file)),
    folder,
    temporaryFolder: join(store.folder(plan.run), 'temporary'),
    columns: plan.columns,
  };
}

/** Writes the results as one table: complete under its name, or not there at all. */
export async function writeOutput(
  store: RunStore,
  plan: Plan,
  output: { path: string; format: OutputFormat },
  signal?: AbortSignal,
): Promise<{ rows: number; notes: string[] }> {
  const partial = partialPath(output.path, plan.run);
  const task: ExportTask = { ...resultSource(store, plan), output: output.path, format: output.format, partial };
  const query = startChild<QueryRouter>('query', { memoryBytes: queryBytes });
  const kill = (): void => query.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await query.call((client) => client.export(task), {
      died: (death) =>
        signal?.aborted
          ? problem('CANCELLED', 'The writing of the output was stopped.')
          : problem('WORKER_DIED', `Writing the output failed: ${death.words}.`, {
              subject: output.path,
              hint: 'The results are kept. Resume the run to write it again.',
            }),
    });
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    signal?.removeEventListener('abort', kill);
    query.kill();
  }
}

export async function readRows(
  store: RunStore,
  plan: Plan,
  limit: number,
): Promise<{ columns: string[]; rows: unknown[][] }> {
  const query = startChild<QueryRouter>('query', { memoryBytes: queryBytes });
  try {
    return await query.call((client) => client.rows({ source: resultSource(store, plan), limit }));
  } finally {
    query.kill();
  }
}

/** The unfinished output of a run: beside the output, hidden, and the same name on every attempt, so that it is found again. */
export function partialPath(output: string, run: string): string {
  return join(dirname(output), `.${basename(output)}.${run}.partial`);
}

export function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw problem('OUTPUT_EXISTS', 'The output exists already.', {
    subject: path,
    hint: 'Move it away and resume, or start again with --force.',
  });
}
