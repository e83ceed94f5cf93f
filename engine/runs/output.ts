import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problem, type OutputFormat } from '../contract/index.ts';
import { startChild } from '../processes/index.ts';
import { syncFolder } from '../workspace/index.ts';
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

/** Makes the names of two attempts differ, so that one believed dead cannot write into the next one's file. */
let attempts = 0;

/**
 * Writes the results as one table: complete under its name, or not there at all. The query process writes a file of its
 * own; only the engine gives it the name, and only while it holds the workspace.
 */
export async function writeOutput(
  store: RunStore,
  plan: Plan,
  output: { path: string; format: OutputFormat },
  signal?: AbortSignal,
): Promise<{ rows: number; notes: string[] }> {
  requireFolder(output.path);
  attempts += 1;
  const partial = join(dirname(output.path), `${partialPrefix(plan.run)}${store.epoch}-${attempts}${partialSuffix}`);
  const task: ExportTask = { ...resultSource(store, plan), format: output.format, partial };
  const query = startChild<QueryRouter>('query', { memoryBytes: queryBytes });
  const kill = (): void => query.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const written = await query.call((client) => client.export(task), {
      died: (death) =>
        signal?.aborted
          ? problem('CANCELLED', 'The writing of the output was stopped.')
          : problem('WORKER_DIED', `Writing the output failed: ${death.words}.`, {
              subject: output.path,
              hint: 'The results are kept. Resume the run to write it again.',
            }),
    });
    store.requireEpoch();
    await rename(partial, output.path);
    await syncFolder(dirname(output.path));
    return written;
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

const partialSuffix = '.partial';

/** The unfinished output lies beside the output, hidden. Its name is not made from the output's, which may be too long. */
function partialPrefix(run: string): string {
  return `.drydock-${run}-`;
}

/** Removes what engines that are dead by now left of this run's output. */
export async function removeDeadPartials(store: RunStore, run: string, output: string): Promise<void> {
  const folder = dirname(output);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(partialPrefix(run)) || !name.endsWith(partialSuffix)) continue;
    if (!name.startsWith(`${partialPrefix(run)}${store.epoch}-`)) await rm(join(folder, name), { force: true });
  }
}

function requireFolder(path: string): void {
  if (existsSync(dirname(path))) return;
  throw problem('FILE_MISSING', 'The folder for the output is gone.', {
    subject: dirname(path),
    hint: 'The results are kept. Make the folder again and resume the run.',
  });
}

export function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw problem('OUTPUT_EXISTS', 'The output exists already.', {
    subject: path,
    hint: 'Move it away and resume, or start again with --force.',
  });
}
