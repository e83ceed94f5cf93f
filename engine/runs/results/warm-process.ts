import type { AnyRouter, RouterClient } from '@orpc/server';
import { problem } from '../../contract/index.ts';
import type { Child } from '../../processes/index.ts';

/** How long a process that nobody asks is kept. */
const idleMs = 60_000;

/** A child process that waits for the next question. It ends when none comes, and is then started anew. */
export class WarmProcess<R extends AnyRouter> {
  readonly #child: Child<R>;
  readonly #ready: Promise<unknown>;
  readonly #what: string;
  readonly #gone: Promise<void>;
  #calls = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDead = false;

  /** `what` names the process in the sentence that tells its death; `ended` tidies up after it. */
  constructor(
    child: Child<R>,
    setUp: (client: RouterClient<R>) => Promise<unknown>,
    what: string,
    ended: () => Promise<void>,
  ) {
    this.#child = child;
    this.#what = what;
    this.#ready = setUp(child.client);
    this.#ready.catch(() => {});
    this.#gone = child.death.then(async () => {
      this.#isDead = true;
      clearTimeout(this.#timer);
      await ended().catch(() => {});
    });
    this.#wait();
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isBusy(): boolean {
    return this.#calls > 0;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Asks when the set-up is through. An abort ends the question in the process too, and is told as CANCELLED. */
  async call<T>(ask: (client: RouterClient<R>) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled();
    this.#calls += 1;
    clearTimeout(this.#timer);
    try {
      return await this.#child.call(
        async (client) => {
          await this.#ready;
          return ask(client);
        },
        {
          died: (death) =>
            problem('WORKER_DIED', `The process ${this.#what} ended: ${death.words}.`, {
              hint: 'Ask again: another one is started.',
            }),
        },
      );
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      throw error;
    } finally {
      this.#calls -= 1;
      this.#wait();
    }
  }

  /** Ends it now; settles when it and what it left are gone. */
  async end(): Promise<void> {
    this.#isDead = true;
    clearTimeout(this.#timer);
    this.#child.kill();
    await this.#gone;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#calls > 0 || this.#isDead) return;
    this.#timer = setTimeout(() => void this.end(), idleMs);
    this.#timer.unref();
  }
}

function cancelled(): Error {
  return problem('CANCELLED', 'The question was withdrawn.');
}
