import { randomBytes } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  problem,
  ProblemError,
  type Job,
  type JobState,
  type Page,
  type Problem,
  type Progress,
} from '../contract/index.ts';
import type { Catalog } from '../workspace/index.ts';
import { JobChanges } from './changes.ts';
import { ProgressMeter, type ProgressReport } from './progress.ts';
import { endStates, JobStore, publicJob, type StoredJob } from './store.ts';

/** How long work of one kind is done. `run` may be called again for the same job after a pause, a death or a resume. */
export interface JobKind<Payload, Result> {
  kind: string;
  /** Jobs of this kind that run at the same time. */
  atOnce: number;
  /** Whether a job can go on after a pause or a dead engine. If not, a dead engine fails it. */
  resumable: boolean;
  run(payload: Payload, context: JobContext): Promise<Result>;
}

export interface JobContext {
  readonly job: string;
  /** Aborted on pause and cancel: stop between batches, then throw or return. */
  readonly stop: AbortSignal;
  /** Aborted on the second cancel: kill what still runs. */
  readonly kill: AbortSignal;
  report(progress: ProgressReport): void;
  /** Call after something durable was reached (a committed shard). */
  step(): void;
}

interface Running {
  stop: AbortController;
  kill: AbortController;
  wanted: 'paused' | 'cancelled' | null;
  progress: Progress | null;
  finished: Promise<void>;
}

/** At most this many progress events a second and job reach a watcher; a watcher of all jobs gets this many in all. */
const eventsPerSecond = 10;
/** Ended jobs that a watcher of all is told of at first, and jobs that one of its events holds. */
const watched = { recent: 30, atOnce: 100 };

/** Jobs as they are now; `id` is where a watcher goes on that has seen them. */
export interface JobsSeen {
  id: string;
  /** Whether these are all that a watcher of all jobs has to know, not only what changed. */
  snapshot: boolean;
  jobs: Job[];
}

/** Long work: queued, run, watched, paused, cancelled and resumed. State lives in the catalog, progress in memory. */
export class JobQueue {
  readonly #store: JobStore;
  readonly #kinds = new Map<string, JobKind<unknown, unknown>>();
  readonly #running = new Map<string, Running>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #changes: JobChanges;
  /** Jobs whose end the catalog would not take (disk full, a newer engine), with why: they are told as failed from here. */
  readonly #unrecorded = new Map<string, Problem>();
  #closing = false;
  #exclusive = false;

  constructor(catalog: Catalog) {
    this.#store = new JobStore(catalog);
    this.#changes = new JobChanges(catalog.epoch);
  }

  register<Payload, Result>(kind: JobKind<Payload, Result>): void {
    // A payload comes back from the catalog as it went in, so its type is the kind's own.
    this.#kinds.set(kind.kind, kind);
  }

  /** After a start: jobs of a dead engine become interrupted, held or failed. Call once, when all kinds are registered. */
  recover(): void {
    for (const job of this.#store.withState('running', 'queued')) {
      if (this.#kinds.get(job.kind)?.resumable) this.#store.recordDeath(job);
      else this.#store.setState(job.id, 'failed', { problem: engineLost(job) });
    }
  }

  /** Queues a job; `together` writes what belongs to it in the same transaction. */
  start(
    job: { kind: string; title: string; subject?: string | null; payload: unknown; id?: string },
    together?: () => void,
  ): string {
    const id = job.id ?? newId('job');
    this.#store.insert(
      { id, kind: job.kind, title: job.title, subject: job.subject ?? null, payload: job.payload },
      together,
    );
    this.#tell(id);
    this.#next();
    return id;
  }

  get(id: string): Job {
    return this.#public(this.#row(id));
  }

  /** Newest first. */
  list(page: Page): Job[] {
    return this.#store.list(page).map((row) => this.#public(this.#known(row)));
  }

  /** Jobs that keep an engine alive. */
  active(): number {
    return this.#store.withState('queued', 'running').filter((row) => !this.#unrecorded.has(row.id)).length;
  }

  /** The job's present state, then every change; ends after a state in which nothing moves by itself. */
  async *watch(id: string, signal?: AbortSignal): AsyncGenerator<Job> {
    for await (const { jobs } of this.watchFrom(id, undefined, signal)) yield jobs[0]!;
  }

  /** As `watch`, for one who has seen the change `after`: what is still so is not told again. */
  async *watchFrom(id: string, after: string | undefined, signal?: AbortSignal): AsyncGenerator<JobsSeen> {
    const stop = new AbortController();
    const events = on(this.#events, id, { signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal });
    try {
      let job = this.get(id);
      if (after === undefined || after !== this.#changes.idOf(id)) yield this.#seen([job], this.#changes.idOf(id));
      while (job.status === 'running' || job.status === 'queued') {
        await events.next();
        job = this.get(id);
        yield this.#seen([job], this.#changes.idOf(id));
      }
    } catch (error) {
      if (signal?.aborted) return;
      throw error;
    } finally {
      stop.abort();
    }
  }

  /**
   * What changes of any job, for as long as it is listened to, at first all that have not ended and the newest that
   * have. For one who has seen the change `after` of this engine: what changed since.
   */
  async *watchAll(after: string | undefined, signal?: AbortSignal): AsyncGenerator<JobsSeen> {
    let position = this.#changes.numberOf(after);
    if (position === null) {
      position = this.#changes.newest;
      yield { ...this.#seen(this.#present(), this.#changes.id(position)), snapshot: true };
    }
    while (!signal?.aborted) {
      const { jobs, upTo } = this.#changes.after(position, watched.atOnce);
      if (jobs.length === 0) {
        await this.#changes.next(signal);
        continue;
      }
      position = upTo;
      yield this.#seen(
        jobs.map((job) => this.get(job)),
        this.#changes.id(position),
      );
      await sleep(1000 / eventsPerSecond, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }

  #seen(jobs: Job[], id: string): JobsSeen {
    return { id, snapshot: false, jobs };
  }

  #present(): Job[] {
    const all = this.list({ limit: 1000 });
    const ended = all.filter((job) => endStates.has(job.status)).slice(0, watched.recent);
    return [...all.filter((job) => !endStates.has(job.status)).slice(0, watched.atOnce), ...ended];
  }

  /** Waits for the end of a job and gives its result; its problem comes as an error. */
  async result<T>(id: string, signal?: AbortSignal): Promise<T> {
    for await (const job of this.watch(id, signal)) {
      if (job.status === 'done') return JSON.parse(this.#store.get(id).result ?? 'null') as T;
      if (job.problem) throw new ProblemError(job.problem);
      if (job.status !== 'running' && job.status !== 'queued') break;
    }
    throw problem('CANCELLED', 'The work was cancelled.', { subject: id });
  }

  pause(id: string): Job {
    const running = this.#running.get(id);
    const row = this.#row(id);
    if (!this.#kinds.get(row.kind)?.resumable) throw notNow(row, 'cannot be paused');
    if (row.state === 'queued') this.#setState(id, 'paused');
    else if (running?.wanted === 'cancelled') throw notNow(row, 'is being cancelled');
    else if (running) this.#stop(running, 'paused');
    else throw notNow(row, `is ${row.state}, only running work can be paused`);
    return this.get(id);
  }

  /** A person's word: also frees what is held. Deaths of engines go on being counted over what they interrupted. */
  resume(id: string): Job {
    const row = this.#row(id);
    if (row.state === 'running' || row.state === 'queued') throw notNow(row, 'is still running');
    if (row.state === 'done') throw notNow(row, 'is done: there is nothing left to resume');
    if (!this.#kinds.get(row.kind)?.resumable) throw notNow(row, 'cannot be resumed: start it again');
    if (row.state !== 'interrupted') this.#store.forgiveDeaths(id);
    this.#setState(id, 'queued');
    this.#next();
    return this.get(id);
  }

  resumeInterrupted(): Job[] {
    const rows = this.#store.withState('interrupted');
    for (const row of rows) this.#setState(row.id, 'queued');
    this.#next();
    return rows.map((row) => this.get(row.id));
  }

  cancel(id: string): Job {
    const running = this.#running.get(id);
    const row = this.#row(id);
    if (running?.wanted === 'cancelled') running.kill.abort();
    else if (running) this.#stop(running, 'cancelled');
    else if (endStates.has(row.state)) throw notNow(row, `is ${row.state} already`);
    else this.#setState(id, 'cancelled');
    return this.get(id);
  }

  /** Stops everything for a clean end of the engine; running work shows as interrupted at the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    const all = [...this.#running.values()];
    for (const running of all) {
      running.stop.abort();
      running.kill.abort();
    }
    await Promise.all(all.map((running) => running.finished));
  }

  #stop(running: Running, wanted: 'paused' | 'cancelled'): void {
    running.wanted = wanted;
    running.stop.abort();
  }

  /** Does something that no job may run beside; jobs that are started meanwhile wait. Refused while work is going on. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#exclusive || this.active() > 0) {
      throw problem('NOT_ALLOWED_NOW', 'Work is going on in this workspace.', {
        hint: 'Try again when drydock jobs shows nothing running.',
      });
    }
    this.#exclusive = true;
    try {
      return await work();
    } finally {
      this.#exclusive = false;
      this.#next();
    }
  }

  #next(): void {
    if (this.#closing || this.#exclusive) return;
    const counts = new Map<string, number>();
    for (const id of this.#running.keys()) {
      const { kind } = this.#store.get(id);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    for (const row of this.#store.withState('queued')) {
      const kind = this.#kinds.get(row.kind);
      const count = counts.get(row.kind) ?? 0;
      if (!kind || count >= kind.atOnce || this.#running.has(row.id) || this.#unrecorded.has(row.id)) continue;
      counts.set(row.kind, count + 1);
      this.#begin(row, kind);
    }
  }

  #begin(row: StoredJob, kind: JobKind<unknown, unknown>): void {
    const running: Running = {
      stop: new AbortController(),
      kill: new AbortController(),
      wanted: null,
      progress: null,
      finished: Promise.resolve(),
    };
    this.#running.set(row.id, running);
    running.finished = this.#work(row, kind, running);
  }

  async #work(row: StoredJob, kind: JobKind<unknown, unknown>, running: Running): Promise<void> {
    let end: () => void;
    try {
      this.#setState(row.id, 'running');
      const result = await kind.run(JSON.parse(row.payload), this.#context(row.id, running));
      end = () => this.#setState(row.id, 'done', { result, progress: running.progress });
    } catch (error) {
      const state: JobState = running.wanted ?? (this.#closing ? 'interrupted' : 'failed');
      const failure = state === 'failed' ? problemOf(error) : null;
      end = () => this.#setState(row.id, state, { problem: failure, progress: running.progress });
    }
    this.#running.delete(row.id);
    try {
      end();
    } catch (error) {
      // The next engine finds this job as interrupted.
      this.#unrecorded.set(row.id, problemOf(error));
      this.#tell(row.id);
    }
    this.#next();
  }

  #context(id: string, running: Running): JobContext {
    const meter = new ProgressMeter();
    let lastEvent = 0;
    return {
      job: id,
      stop: running.stop.signal,
      kill: running.kill.signal,
      report: (progress) => {
        const samePhase = running.progress?.phase === progress.phase;
        running.progress = meter.measure(progress);
        const now = performance.now();
        if (samePhase && now - lastEvent < 1000 / eventsPerSecond) return;
        lastEvent = now;
        this.#changes.note(id);
        this.#events.emit(id);
      },
      step: () => this.#store.countStep(id),
    };
  }

  #setState(id: string, state: JobState, details: Parameters<JobStore['setState']>[2] = {}): void {
    this.#store.setState(id, state, details);
    this.#unrecorded.delete(id);
    this.#tell(id);
  }

  #tell(id: string): void {
    this.#changes.note(id);
    this.#events.emit(id);
    this.#events.emit('change');
  }

  #row(id: string): StoredJob {
    return this.#known(this.#store.get(id));
  }

  /** A job as it stands, also where the catalog was too full to be told. */
  #known(row: StoredJob): StoredJob {
    const refused = this.#unrecorded.get(row.id);
    return refused ? { ...row, state: 'failed', problem: JSON.stringify(refused) } : row;
  }

  #public(row: StoredJob): Job {
    return publicJob(row, this.#running.get(row.id)?.progress ?? null);
  }

  /** Called after every change of any job's state. */
  onChange(listener: () => void): void {
    this.#events.on('change', listener);
  }
}

/** A short id that sorts by time within a second and does not repeat: `run-` and 12 letters. */
export function newId(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if ((error as NodeJS.ErrnoException | null)?.code === 'ENOSPC') {
    return problem('DISK_FULL', 'The disk is full.', { hint: 'Free space and resume: what was committed is kept.' })
      .problem;
  }
  console.error(error);
  const words = error instanceof Error ? error.message : String(error);
  return problem('INTERNAL', `The program itself failed: ${words}`, {
    hint: 'This is a defect of Drydock, not of your files.',
  }).problem;
}

function engineLost(job: StoredJob): Problem {
  return problem('ENGINE_LOST', `The engine ended while "${job.title}" was running.`, {
    subject: job.id,
    hint: 'Start it again.',
  }).problem;
}

function notNow(job: StoredJob, words: string): ProblemError {
  return problem('NOT_ALLOWED_NOW', `${job.title} ${words}.`, { subject: job.subject ?? job.id });
}
