import { setTimeout as sleep } from 'node:timers/promises';
import { Notification, type BrowserWindow } from 'electron';
import type { Job } from '../engine/contract/index.ts';
import type { Attachment } from '../engine/launcher.ts';

/** Work that took less was waited for; what took longer is worth a word when nobody looks. */
const longMs = 5000;
/** After a stream that ended without its engine's end, before it is asked for again. */
const againMs = 1000;

const active = new Set<Job['status']>(['queued', 'running']);

/** Follows the engine's jobs for what the system shows of them: progress on the task bar, and a word at the end. */
export class WorkWatch {
  readonly #window: BrowserWindow;
  readonly #engine: () => Promise<Attachment>;
  readonly #showRun: (run: string) => void;
  #jobs = new Map<string, Job>();
  #ended = false;

  constructor(window: BrowserWindow, engine: () => Promise<Attachment>, showRun: (run: string) => void) {
    this.#window = window;
    this.#engine = engine;
    this.#showRun = showRun;
    void this.#follow();
  }

  end(): void {
    this.#ended = true;
  }

  async #follow(): Promise<void> {
    while (!this.#ended) {
      try {
        const { client } = await this.#engine();
        for await (const { snapshot, jobs } of await client.jobs.watchAll()) this.#take(snapshot, jobs);
      } catch {
        // The engine has gone: the next one is asked.
      }
      if (!this.#ended) await sleep(againMs);
    }
  }

  #take(snapshot: boolean, jobs: readonly Job[]): void {
    const before = this.#jobs;
    this.#jobs = new Map(snapshot ? [] : before);
    for (const job of jobs) {
      this.#jobs.set(job.job, job);
      const was = before.get(job.job);
      if (was !== undefined && active.has(was.status) && isOver(job)) this.#tell(job);
    }
    this.#showProgress();
  }

  /** One bar for everything that runs: a share where all ends are known, else only that something runs. */
  #showProgress(): void {
    if (this.#window.isDestroyed()) return;
    const running = [...this.#jobs.values()].filter((job) => active.has(job.status));
    if (running.length === 0) return this.#window.setProgressBar(-1);
    const shares = running.map(({ progress }) => (progress?.total ? progress.done / progress.total : null));
    const known = shares.filter((share) => share !== null);
    if (known.length < shares.length) return this.#window.setProgressBar(2);
    this.#window.setProgressBar(Math.min(1, known.reduce((sum, share) => sum + share, 0) / known.length));
  }

  #tell(job: Job): void {
    const tookMs = Date.parse(job.endedAt ?? '') - Date.parse(job.createdAt);
    if (!(tookMs >= longMs) || this.#window.isDestroyed() || this.#window.isFocused()) return;
    if (!Notification.isSupported()) return;
    const title = job.status === 'done' ? 'Done' : 'Failed';
    const notification = new Notification({ title: `${title}: ${plain(job.title)}`, body: bodyOf(job) });
    notification.on('click', () => {
      if (this.#window.isDestroyed()) return;
      this.#window.show();
      this.#window.focus();
      if (job.kind === 'run' && job.subject !== null) this.#showRun(job.subject);
    });
    notification.show();
  }
}

function isOver(job: Job): boolean {
  return job.status === 'done' || job.status === 'failed' || job.status === 'held';
}

function bodyOf(job: Job): string {
  if (job.problem !== null) return plain(job.problem.message);
  const { progress } = job;
  return progress === null ? '' : plain(`${progress.done} ${progress.unit}`);
}

/** Names of files are in it, and some desktops read markup in notifications. */
function plain(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.replaceAll('<', '\u2039').replaceAll('>', '\u203a').replaceAll('&', '\uff06').slice(0, 200);
}
