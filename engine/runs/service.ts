import {
  boundItems,
  problem,
  type FoundRecipes,
  type JobState,
  type Run,
  type RunRequest,
  type OutputFormat,
  type Page,
  type Preview,
} from '../contract/index.ts';
import { newId, type JobQueue } from '../jobs/index.ts';
import type { Registry, VersionRecord } from '../registry/index.ts';
import type { Workspace } from '../workspace/index.ts';
import { readRows, refuseExisting, writeOutput } from './output.ts';
import { preview } from './planning.ts';
import { searchRecipes, type RecipeSearch } from './recipe-search.ts';
import { performRun } from './running.ts';
import { countsOf, RunStore, type RunPayload, type StoredRun } from './store.ts';

/** Examples of row errors shown with a run. */
const mostErrorsShown = 50;

/** Batch inference as the engine offers it: start, resume, look, export. */
export class Runs {
  readonly #jobs: JobQueue;
  readonly #registry: Registry;
  readonly #store: RunStore;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, jobs: JobQueue, registry: Registry, runtime: { name: string; version: string }) {
    this.#jobs = jobs;
    this.#registry = registry;
    this.#workspace = workspace;
    this.#store = new RunStore(workspace);
    jobs.register<{ run: string }, { run: string }>({
      kind: 'run',
      atOnce: 1,
      resumable: true,
      run: (payload, context) => performRun({ workspace, store: this.#store, registry, runtime }, payload.run, context),
    });
  }

  /** Resolves versions (importing files on the way) and queues the run; planning is part of the job. */
  async start(request: RunRequest, signal?: AbortSignal): Promise<Run> {
    const output = request.output
      ? { path: this.#registry.grants.outputPath(request.output.grant), format: request.output.format }
      : null;
    const notes: string[] = [];
    const versions: number[] = [];
    for (const reference of request.models) {
      const { version, note } = await this.#registry.resolve(reference, {}, signal);
      if (versions.includes(version.id)) {
        throw problem('USAGE', `${version.model}@${version.number} is named twice.`, {
          subject: `${version.model}@${version.number}`,
        });
      }
      versions.push(version.id);
      if (note) notes.push(note);
    }
    const run = newId('run');
    const payload: RunPayload = {
      versions,
      paths: request.data.map((grant) => this.#registry.grants.path(grant, 'input')),
      roles: request.roles,
      ...(request.reading === undefined ? {} : { reading: request.reading }),
      batch: request.batch ?? null,
      threads: request.threads ?? null,
      lanes: request.lanes ?? null,
      output: output && { ...output, overwrite: this.#overwrites(request) },
    };
    this.#enqueue(run, payload, notes);
    return this.get(run);
  }

  /** What was understood of data, and how it would feed a version. */
  preview(...task: Parameters<typeof preview>): Promise<Preview> {
    return preview(...task);
  }

  resume(run: string): Run {
    const stored = this.#store.get(run);
    this.#jobs.resume(stored.job);
    return this.get(run);
  }

  list(page: Page): Run[] {
    return boundItems(this.#listed(page));
  }

  /** One after the other, as many as are taken. */
  *#listed(page: Page): Generator<Run> {
    for (const stored of this.#store.list(page)) yield this.#public(stored, 0);
  }

  get(run: string): Run {
    return this.#public(this.#store.get(run));
  }

  /** Scores the presets for pictures on a version, in a child. */
  findRecipes(version: VersionRecord, search: RecipeSearch, signal?: AbortSignal): Promise<FoundRecipes> {
    return searchRecipes(this.#workspace, version, search, signal);
  }

  async rows(run: string, limit: number): Promise<{ columns: string[]; rows: unknown[][] }> {
    return readRows(this.#store, run, limit);
  }

  async export(
    run: string,
    grant: string,
    format: OutputFormat,
    signal?: AbortSignal,
  ): Promise<{ output: string; rows: number }> {
    const path = this.#registry.grants.outputPath(grant);
    const overwrite = this.#registry.grants.overwrites(grant);
    const { rows } = await writeOutput(this.#store, run, { path, format, overwrite }, signal ? { signal } : {});
    return { output: path, rows };
  }

  #overwrites(request: RunRequest): boolean {
    return request.output !== null && this.#registry.grants.overwrites(request.output.grant);
  }

  /** Job and run appear together or not at all. */
  #enqueue(run: string, payload: RunPayload, notes: readonly string[]): void {
    if (payload.output && !payload.output.overwrite) refuseExisting(payload.output.path);
    const job = newId('job');
    const title = `Run of ${payload.versions.length === 1 ? 'one version' : `${payload.versions.length} versions`}`;
    this.#jobs.start({ id: job, kind: 'run', title, subject: run, payload: { run } }, () =>
      this.#store.insert(run, job, payload, notes),
    );
  }

  #public(stored: StoredRun, errorsShown = mostErrorsShown): Run {
    const job = this.#jobs.get(stored.job);
    const { shards, ...rows } = countsOf(stored);
    return {
      run: stored.id,
      job: stored.job,
      status: runStatus(job.status),
      jobStatus: job.status,
      models: this.#store.versionNames(stored.id),
      dataset: stored.dataset === null ? null : this.#registry.datasets.name(stored.dataset),
      rows,
      rowsTotal: stored.rows_total,
      shards: { committed: shards, total: stored.shards_total },
      seconds: stored.seconds,
      rowsPerSecond: stored.seconds > 0 ? rows.read / stored.seconds : null,
      peakMemoryBytes: stored.peak_memory,
      output: job.status === 'done' ? stored.output : null,
      errors: rows.failed > 0 && errorsShown > 0 ? this.#store.errors(stored.id, errorsShown) : [],
      problem: job.problem,
      notes: JSON.parse(stored.notes) as string[],
      createdAt: stored.created_at,
      endedAt: job.endedAt,
    };
  }
}

/** A held job's run is an interrupted run that only a person resumes. */
function runStatus(state: JobState): Run['status'] {
  return state === 'held' ? 'interrupted' : state;
}
