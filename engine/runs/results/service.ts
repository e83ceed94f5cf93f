import { totalmem } from 'node:os';
import {
  problem,
  type SourceFile,
  ProblemError,
  type ColumnSummary,
  type ExportFormat,
  type Job,
  type OpenedResults,
  type ResultCode,
  type ResultGroup,
  type ResultPage,
  type ResultRow,
  type ResultView,
  type SearchEvent,
} from '../../contract/index.ts';
import { verifyUnchanged } from '../../data/index.ts';
import type { JobQueue } from '../../jobs/index.ts';
import { modelFile, versionById, type Registry } from '../../registry/index.ts';
import type { Workspace } from '../../workspace/index.ts';
import { placeOf, readShard } from '../plan-file.ts';
import { workerBytesFor } from '../running.ts';
import { RunStore } from '../store.ts';
import { viewCode } from './code.ts';
import { columnOf, conditionOf, orderOf, shownColumns } from './conditions.ts';
import { registerExports, startExport } from './export-job.ts';
import { KnownRuns, type KnownRun } from './known-runs.ts';
import { QueryProcesses, type QueryClient } from './processes.ts';
import { rowPlace, RowReaders } from './row-readers.ts';

/** Input columns that a row shows. */
const mostInputColumns = 500;

/** The results of runs, looked at: pages, summaries, groups, single rows, search, code and files of a view. */
export class Results {
  readonly #workspace: Workspace;
  readonly #jobs: JobQueue;
  readonly #registry: Registry;
  readonly #store: RunStore;
  readonly #known: KnownRuns;
  readonly #processes: QueryProcesses;
  readonly #rowReaders: RowReaders;

  constructor(workspace: Workspace, jobs: JobQueue, registry: Registry) {
    this.#workspace = workspace;
    this.#jobs = jobs;
    this.#registry = registry;
    this.#store = new RunStore(workspace);
    this.#known = new KnownRuns(this.#store);
    this.#processes = new QueryProcesses(this.#store.epoch);
    this.#rowReaders = new RowReaders(this.#store.epoch);
    registerExports(jobs, this.#store);
  }

  /** What there is to see of a run; also starts the process that will answer the next question. */
  async open(run: string): Promise<OpenedResults> {
    const known = await this.#known.find(run);
    if (!known) return nothingYet(run);
    const { failed, read } = this.#store.counts(run);
    const { table, plan, complete } = known;
    if (table.files.length > 0) this.#ask(run, known, () => Promise.resolve()).catch(() => {});
    return {
      run,
      columns: table.columns.map(({ stored: _stored, ...column }) => column),
      versions: table.versions,
      rows: read,
      failed,
      rowsPlanned: plan.rows,
      complete,
      revision: table.revision,
      plan: {
        runtime: `${plan.runtime.name} ${plan.runtime.version}`,
        machine: `${plan.runtime.platform} ${plan.runtime.arch}`,
        executionProvider: 'cpu',
        threads: plan.threads,
        batch: plan.batch,
        largestShard: plan.largestShard,
      },
      pictures: (await readShard(plan.file, placeOf(plan, 0))).format === 'images',
    };
  }

  async page(
    run: string,
    question: { view: ResultView; offset: number; limit: number },
    signal?: AbortSignal,
  ): Promise<ResultPage> {
    const known = await this.#checked(run, question.view);
    return this.#ask(run, known, (client) => client.page(question, options(signal)), signal);
  }

  async summary(
    run: string,
    question: { view: ResultView; columns: string[]; bins: number },
    signal?: AbortSignal,
  ): Promise<{ columns: ColumnSummary[]; revision: number }> {
    const known = await this.#checked(run, question.view);
    for (const column of question.columns) columnOf(known.table, column);
    return this.#ask(run, known, (client) => client.summary(question, options(signal)), signal);
  }

  async group(
    run: string,
    question: { view: ResultView; by: string; limit: number },
    signal?: AbortSignal,
  ): Promise<{ groups: ResultGroup[]; total: number; revision: number }> {
    const known = await this.#checked(run, question.view);
    columnOf(known.table, question.by);
    return this.#ask(run, known, (client) => client.group(question, options(signal)), signal);
  }

  /** A row with its results, its input read again, and all steps between. */
  async row(run: string, index: number, signal?: AbortSignal): Promise<ResultRow> {
    const known = await this.#needed(run);
    const stored = await this.#ask(run, known, (client) => client.row({ index }, options(signal)), signal);
    const { address, cells: output, ...where } = stored;
    const { input, steps } = await this.#explained(run, known, index, address, signal);
    return { index, ...where, output, input, steps };
  }

  async cell(
    run: string,
    question: { index: number; column: string; from: number },
    signal?: AbortSignal,
  ): Promise<{ text: string | null; from: number; length: number }> {
    const known = await this.#needed(run);
    columnOf(known.table, question.column);
    return this.#ask(run, known, (client) => client.cell(question, options(signal)), signal);
  }

  /** Refuses what cannot be searched before the first event; an abort ends the search in the process. */
  async search(
    run: string,
    question: { view: ResultView; text: string; most: number },
    signal?: AbortSignal,
  ): Promise<AsyncGenerator<SearchEvent>> {
    const known = await this.#checked(run, question.view);
    return this.#searched(run, known, question, signal);
  }

  async *#searched(
    run: string,
    known: KnownRun,
    question: { view: ResultView; text: string; most: number },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SearchEvent> {
    // The consumer may also simply stop asking; both end the work in the process.
    const left = new AbortController();
    const stop = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
    try {
      const events = await this.#ask(
        run,
        known,
        async (client) => (await client.search(question, { signal: stop })) as AsyncIterator<SearchEvent>,
        stop,
      );
      for (;;) {
        const next = await this.#ask(run, known, () => events.next(), stop);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      left.abort();
    }
  }

  /** Code that reads the view's rows from the run's files. Without `showsPaths` they are named from the workspace on. */
  async code(run: string, view: ResultView, showsPaths: boolean): Promise<ResultCode> {
    const known = await this.#checked(run, view);
    return viewCode(known.table, view, {
      folder: showsPaths ? this.#store.shardFolder(run) : `runs/${run}/shards`,
      files: await this.#store.files(run),
      complete: known.complete,
      relative: !showsPaths,
    });
  }

  /** Queues the writing of a view's rows as one file. */
  async export(run: string, view: ResultView, grant: string, format: ExportFormat): Promise<Job> {
    const grants = this.#registry.grants;
    const output = { path: grants.outputPath(grant), overwrite: grants.overwrites(grant) };
    const known = await this.#checked(run, view);
    if (known.table.files.length === 0) throw noResults(run);
    return this.#jobs.get(startExport(this.#jobs, { run, view, format, ...output }));
  }

  /** Writes a view's rows to a path of the engine's own choosing, and waits; aborting the signal cancels the job. */
  async writeTo(
    path: string,
    run: string,
    view: ResultView,
    format: ExportFormat,
    signal?: AbortSignal,
  ): Promise<void> {
    const known = await this.#checked(run, view);
    if (known.table.files.length === 0) throw noResults(run);
    const job = startExport(this.#jobs, { run, view, format, path, overwrite: false });
    const cancel = (): void => void this.#jobs.cancel(job);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      await this.#jobs.result(job);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** For a host's resource plane: where the picture of a row lies, unchanged since the run was planned. */
  async pictureOf(run: string, index: number): Promise<Pick<SourceFile, 'path' | 'name' | 'entry'>> {
    const { plan } = await this.#needed(run);
    const { shard, file } = await rowPlace(plan, index);
    if (shard.format !== 'images') {
      throw problem('NOT_FOUND', 'The rows of this run are not pictures.', { subject: run });
    }
    await verifyUnchanged(file);
    return { path: file.path, name: file.name, entry: file.entry };
  }

  /** The process that answers for a run now, or null. */
  processOf(run: string): number | null {
    return this.#processes.pidOf(run);
  }

  async close(): Promise<void> {
    await Promise.all([this.#processes.close(), this.#rowReaders.close()]);
  }

  async #explained(
    run: string,
    { plan }: KnownRun,
    index: number,
    address: number,
    signal: AbortSignal | undefined,
  ): Promise<Pick<ResultRow, 'input' | 'steps'>> {
    const { shard, file, fileIndex } = await rowPlace(plan, index);
    const isPicture = shard.format === 'images';
    const dataset = this.#store.get(run).dataset;
    const names = isPicture || dataset === null ? [] : this.#registry.datasets.columns(dataset).map(({ name }) => name);
    const versions = plan.versions.map(({ version }) => versionById(this.#workspace.catalog, version));
    const source = { format: shard.format, files: [file], dialect: shard.dialect, header: shard.header };
    try {
      const explained = await this.#rowReaders.explain(
        {
          plan,
          folder: this.#store.folder(run),
          modelPaths: await Promise.all(versions.map((version) => modelFile(this.#workspace, version))),
          memoryBytes: Math.min(totalmem(), workerBytesFor(versions)),
          task: {
            source,
            address,
            fileIndex: 0,
            columns: names.slice(0, mostInputColumns),
            pictureFolder: this.#registry.resources.pictureFolder,
          },
        },
        signal,
      );
      const { cells, steps } = explained;
      for (const { version, input, path } of explained.pictures) {
        const tensor = steps[version]?.inputs.find(({ name }) => name === input);
        if (tensor) tensor.picture = this.#registry.resources.seen(path);
      }
      return isPicture
        ? { input: { kind: 'picture', name: shard.files[fileIndex]!.name, index }, steps }
        : { input: { kind: 'cells', cells, more: names.length - cells.length }, steps };
    } catch (error) {
      // What was computed stands, whatever has become of the file: the row is shown, with the reason in place of its input.
      if (!(error instanceof ProblemError) || error.problem.code === 'CANCELLED') throw error;
      return { input: { kind: 'problem', problem: error.problem }, steps: [] };
    }
  }

  /** The run as far as it is, and the view refused now if it asks for what is not there. */
  async #checked(run: string, view: ResultView): Promise<KnownRun> {
    const known = await this.#needed(run);
    conditionOf(known.table, view);
    orderOf(known.table, view.sort, '');
    shownColumns(known.table, view);
    return known;
  }

  async #needed(run: string): Promise<KnownRun> {
    const known = await this.#known.find(run);
    if (!known) throw noResults(run);
    return known;
  }

  #ask<T>(
    run: string,
    known: KnownRun,
    question: (client: QueryClient) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#processes.ask(run, this.#store.folder(run), known.table, question, signal);
  }
}

function options(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function nothingYet(run: string): OpenedResults {
  return {
    run,
    columns: [],
    versions: [],
    rows: 0,
    failed: 0,
    rowsPlanned: null,
    complete: false,
    revision: 0,
    plan: null,
    pictures: false,
  };
}

function noResults(run: string): Error {
  return problem('NOT_ALLOWED_NOW', 'This run has no results yet.', {
    subject: run,
    hint: 'They can be looked at as soon as the first rows are scored.',
  });
}
