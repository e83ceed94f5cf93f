import type { Job, JobState, Page, Problem, Progress } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import type { Catalog } from '../workspace/index.ts';

/** A job as the catalog keeps it. */
export interface StoredJob {
  id: string;
  kind: string;
  title: string;
  state: JobState;
  subject: string | null;
  payload: string;
  result: string | null;
  problem: string | null;
  progress: string | null;
  epoch: number;
  deaths: number;
  steps: number;
  steps_at_death: number;
  created_at: string;
  ended_at: string | null;
}

export const endStates: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled']);

/** Statements over the table `jobs`; every write is its own transaction unless the caller is already in one. */
export class JobStore {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  insert(
    job: { id: string; kind: string; title: string; subject: string | null; payload: unknown },
    together?: () => void,
  ): void {
    this.#catalog.write(() => {
      this.#catalog.run(
        `INSERT INTO jobs (id, kind, title, state, subject, payload, epoch, created_at) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?)`,
        job.id,
        job.kind,
        job.title,
        job.subject,
        JSON.stringify(job.payload),
        this.#catalog.epoch,
        new Date().toISOString(),
      );
      together?.();
    });
  }

  get(id: string): StoredJob {
    const row = this.#catalog.get<StoredJob>('SELECT * FROM jobs WHERE id = ?', id);
    if (!row) throw problem('NOT_FOUND', `There is no job ${id}.`, { subject: id, hint: 'drydock jobs lists them.' });
    return row;
  }

  /** Newest first, without what jobs were given and gave, which may be large. */
  list({ limit, after }: Page): StoredJob[] {
    if (after !== undefined) this.get(after);
    return this.#catalog.all<StoredJob>(
      `SELECT id, kind, title, state, subject, '{}' AS payload, NULL AS result, problem, progress, epoch, deaths, steps,
         steps_at_death, created_at, ended_at
       FROM jobs WHERE ?1 IS NULL OR rowid < (SELECT rowid FROM jobs WHERE id = ?1) ORDER BY rowid DESC LIMIT ?2`,
      after ?? null,
      limit,
    );
  }

  withState(...states: JobState[]): StoredJob[] {
    const marks = states.map(() => '?').join(', ');
    return this.#catalog.all<StoredJob>(`SELECT * FROM jobs WHERE state IN (${marks}) ORDER BY rowid`, ...states);
  }

  setState(
    id: string,
    state: JobState,
    details: { problem?: Problem | null; result?: unknown; progress?: Progress | null } = {},
  ): void {
    const ended = endStates.has(state) ? new Date().toISOString() : null;
    this.#catalog.write(() => {
      this.#catalog.run(
        'UPDATE jobs SET state = ?, epoch = ?, ended_at = ?, problem = ?, result = ?, progress = coalesce(?, progress) WHERE id = ?',
        state,
        this.#catalog.epoch,
        ended,
        details.problem ? JSON.stringify(details.problem) : null,
        details.result === undefined ? null : JSON.stringify(details.result),
        details.progress ? JSON.stringify(details.progress) : null,
        id,
      );
    });
  }

  /** Something durable was reached: a death after this one does not count towards holding the job. */
  countStep(id: string): void {
    this.#catalog.write(() => this.#catalog.run('UPDATE jobs SET steps = steps + 1 WHERE id = ?', id));
  }

  forgiveDeaths(id: string): void {
    this.#catalog.write(() => this.#catalog.run('UPDATE jobs SET deaths = 0 WHERE id = ?', id));
  }

  /**
   * The engine that ran this job is dead. Two deaths in a row without a step between them hold the job: it may be what
   * kills the engine.
   */
  recordDeath(job: StoredJob): JobState {
    const again = job.deaths > 0 && job.steps === job.steps_at_death;
    const deaths = job.state === 'queued' ? job.deaths : again ? job.deaths + 1 : 1;
    const state: JobState = deaths >= 2 ? 'held' : 'interrupted';
    this.#catalog.write(() => {
      this.#catalog.run(
        'UPDATE jobs SET state = ?, deaths = ?, steps_at_death = steps, epoch = ? WHERE id = ?',
        state,
        deaths,
        this.#catalog.epoch,
        job.id,
      );
    });
    return state;
  }
}

/** The public form of a stored job; `live` is the progress of a job that runs now. */
export function publicJob(row: StoredJob, live: Progress | null): Job {
  return {
    job: row.id,
    kind: row.kind,
    title: row.title,
    status: row.state,
    progress: live ?? (row.progress ? (JSON.parse(row.progress) as Progress) : null),
    problem: row.problem ? (JSON.parse(row.problem) as Problem) : null,
    subject: row.subject,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
