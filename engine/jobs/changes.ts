/**
 * Numbers every change of every job of this engine's life, so that a watcher whose connection broke goes on after the
 * last change it saw. An event's id is the engine's epoch and the number.
 */
export class JobChanges {
  readonly #epoch: number;
  #newest = 0;
  /** The newest change of each job that changed, in the order of these changes. */
  readonly #ofJob = new Map<string, number>();
  readonly #sleepers = new Set<() => void>();

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  note(job: string): void {
    this.#newest += 1;
    this.#ofJob.delete(job);
    this.#ofJob.set(job, this.#newest);
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }

  get newest(): number {
    return this.#newest;
  }

  /** The event id of a job as it is now. */
  idOf(job: string): string {
    return this.id(this.#ofJob.get(job) ?? 0);
  }

  id(change: number): string {
    return `${this.#epoch}-${change}`;
  }

  /** The change that an event id names, or null when it is of another engine or none. */
  numberOf(id: string | undefined): number | null {
    const [, epoch, change] = /^(\d{1,15})-(\d{1,15})$/.exec(id ?? '') ?? [];
    if (Number(epoch) !== this.#epoch || change === undefined) return null;
    return Number(change) <= this.#newest ? Number(change) : null;
  }

  /** Jobs that changed after a change, at most so many, and the change up to which these are all. */
  after(change: number, most: number): { jobs: string[]; upTo: number } {
    const later = [...this.#ofJob].filter(([, number]) => number > change).slice(0, most);
    return { jobs: later.map(([job]) => job), upTo: later.at(-1)?.[1] ?? change };
  }

  /** Settles at the next change, or when the signal aborts. */
  next(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
