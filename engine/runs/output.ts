import { existsSync } from 'node:fs';
import { link, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problem, ProblemError, type ExportFormat, type ResultView } from '../contract/index.ts';
import { startChild, type Child } from '../processes/index.ts';
import { syncFolder } from '../workspace/index.ts';
import type { ExportTask, QueryRouter, ResultPlace, Written } from './query-work.ts';
import { planInLines } from './plan-upgrade.ts';
import type { RunStore } from './store.ts';

/** A query process: DuckDB's own limit and what surrounds it. */
const queryBytes = 2 * 2 ** 30;

/** Makes the names of two attempts differ, so that one believed dead cannot write into the next one's file. */
let attempts = 0;

/**
 * Where the results of a run lie: its plan and its committed shard files, with a temporary folder of its own for every
 * query, which the end of the run itself leaves alone. Refused where there are none yet.
 */
async function resultPlace(store: RunStore, run: string, view: ResultView | null = null): Promise<ResultPlace> {
  const names = await store.files(run);
  const sha256 = store.get(run).plan_sha256;
  if (sha256 === null || names.length === 0) {
    throw problem('NOT_ALLOWED_NOW', 'This run has no results yet.', {
      subject: run,
      hint: `drydock runs show ${run} says how far it is.`,
    });
  }
  return {
    plan: await planInLines(store.planFile(run), sha256),
    names: names.join('\n'),
    folder: store.shardFolder(run),
    temporaryFolder: join(store.folder(run), 'query', `${store.epoch}-output-${(attempts += 1)}`),
    view,
  };
}

export interface Output {
  path: string;
  format: ExportFormat;
  /** Whether a file of that name may be replaced. */
  overwrite: boolean;
}

/**
 * Writes the results as one table: complete under its name, or not there at all. The query process writes a file of its
 * own; only the engine gives it the name, and only while it holds the workspace. `beforePublishing` hears the file's
 * digest first, so that it can be told again after a death.
 */
export async function writeOutput(
  store: RunStore,
  run: string,
  output: Output,
  options: {
    /** What of the results; without it all of them. */
    view?: ResultView;
    signal?: AbortSignal;
    beforePublishing?: (sha256: string) => void;
    onProgress?: (rows: number, total: number) => void;
  } = {},
): Promise<Written> {
  requireFolder(output.path);
  const source = await resultPlace(store, run, options.view);
  const partial = join(dirname(output.path), `${partialPrefix(run)}${store.epoch}-${attempts}${partialSuffix}`);
  const task: ExportTask = { ...source, format: output.format, partial };
  const query = startChild<QueryRouter>('query', { memoryBytes: queryBytes });
  const kill = (): void => query.kill();
  options.signal?.addEventListener('abort', kill, { once: true });
  const watch = options.onProgress && watchProgress(query, options.onProgress);
  try {
    if (options.signal?.aborted) kill();
    const written = await query.call((client) => client.export(task), {
      died: (death) =>
        options.signal?.aborted
          ? problem('CANCELLED', 'The writing of the output was stopped.')
          : problem('WORKER_DIED', `Writing the output failed: ${death.words}.`, {
              subject: output.path,
              hint: 'The results are kept. Resume the run to write it again.',
            }),
    });
    options.beforePublishing?.(written.sha256);
    store.requireEpoch();
    await publish(partial, output);
    return written;
  } catch (error) {
    throw ofOutput(error, output.path);
  } finally {
    clearInterval(watch);
    options.signal?.removeEventListener('abort', kill);
    query.kill();
    await query.death;
    await rm(partial, { force: true });
    await rm(source.temporaryFolder, { recursive: true, force: true });
  }
}

/** The output may lie on another disk than the workspace: which one has to be freed is said. */
function ofOutput(error: unknown, path: string): unknown {
  if (!(error instanceof ProblemError) || error.problem.code !== 'DISK_FULL') return error;
  return problem('DISK_FULL', 'The disk is full: the output could not be written.', {
    subject: path,
    hint: 'Free space there and resume: the results are kept.',
    cause: error,
  });
}

const progressMs = 300;

function watchProgress(
  query: Child<QueryRouter>,
  tell: (rows: number, total: number) => void,
): ReturnType<typeof setInterval> {
  return setInterval(() => {
    query.client
      .progress()
      .then(({ rows, total }) => {
        if (total > 0) tell(Math.min(rows, total), total);
      })
      // The process has ended; its call says why.
      .catch(() => {});
  }, progressMs);
}

/** A link fails where a name is taken, a rename replaces: what nobody allowed to be replaced is only ever linked. */
async function publish(partial: string, output: Output): Promise<void> {
  if (output.overwrite) {
    await rename(partial, output.path);
  } else {
    try {
      await link(partial, output.path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') refuseExisting(output.path);
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
      // A file system without links: a look, then a rename.
      refuseExisting(output.path);
      await rename(partial, output.path);
    }
  }
  await syncFolder(dirname(output.path));
}

export async function readRows(
  store: RunStore,
  run: string,
  limit: number,
): Promise<{ columns: string[]; rows: unknown[][] }> {
  const place = await resultPlace(store, run);
  const query = startChild<QueryRouter>('query', { memoryBytes: queryBytes });
  try {
    return await query.call((client) => client.rows({ place, limit }));
  } finally {
    query.kill();
    await rm(place.temporaryFolder, { recursive: true, force: true });
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
