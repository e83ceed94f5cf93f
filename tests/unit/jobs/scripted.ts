import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../../engine/contract/index.ts';
import { JobQueue, type JobContext } from '../../../engine/jobs/index.ts';
import { Workspace } from '../../../engine/workspace/index.ts';

/** One attempt at a job, in the test's hand: the test says what happens next. */
export interface Attempt extends JobContext {
  payload: unknown;
  finish(result?: unknown): void;
  fail(error: unknown): void;
}

/** A queue over a real workspace. Kinds: `patient` (resumable, one at once), `brittle` (not resumable, two at once). */
export class Scene {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-jobs-')));
  readonly attempts: Attempt[] = [];
  queue!: JobQueue;
  workspace!: Workspace;

  /** A new engine, as after a start of the program. */
  async open(): Promise<void> {
    this.workspace = await Workspace.open(this.folder);
    this.queue = new JobQueue(this.workspace.catalog);
    const run = (payload: unknown, context: JobContext) => this.#attempt(payload, context);
    this.queue.register({ kind: 'patient', atOnce: 1, resumable: true, run });
    this.queue.register({ kind: 'brittle', atOnce: 2, resumable: false, run });
    this.queue.recover();
  }

  /** The engine dies at work (nothing is told to the catalog any more), and a new one opens the workspace. */
  async dieAndReopen(): Promise<void> {
    this.workspace.close();
    await this.open();
  }

  start(kind = 'patient', payload: unknown = {}): string {
    return this.queue.start({ kind, title: `A ${kind} job`, payload });
  }

  status(job: string): Job['status'] {
    return this.queue.get(job).status;
  }

  /** The newest attempt at this job. */
  attempt(job: string): Attempt {
    return this.attempts.findLast((attempt) => attempt.job === job)!;
  }

  /** All states until nothing moves by itself any more. */
  async end(job: string): Promise<Job> {
    let last: Job | undefined;
    for await (const seen of this.queue.watch(job)) last = seen;
    return last!;
  }

  remove(): void {
    this.workspace.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #attempt(payload: unknown, context: JobContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.attempts.push({ ...context, payload, finish: resolve, fail: reject });
    });
  }
}
