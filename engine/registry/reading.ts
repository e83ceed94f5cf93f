import type { DataReaderRouter } from '../data/child.ts';
import { startChild, type Child } from '../processes/index.ts';

/** A reader that nobody asks is ended after this time. */
const idleMs = 60_000;
const memoryBytes = 2 * 2 ** 30;
/** One question may take this long before its reader is given up. */
const longestMs = 60_000;

type Client = Child<DataReaderRouter>['client'];

/**
 * A data reader that stays for a while: it looks into folders and at pictures for pages, which ask often and little. One
 * that dies (a picture that kills its decoder) is replaced; what was asked of it meanwhile is asked once again.
 */
export class WarmReader {
  #child: Child<DataReaderRouter> | null = null;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;
  #closed = false;

  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    this.#asked += 1;
    clearTimeout(this.#idle);
    const child = this.#running();
    try {
      return await child.call(question, { timeoutMs: longestMs });
    } catch (error) {
      if (this.#child === child || this.#closed) throw error;
      return await this.#running().call(question, { timeoutMs: longestMs });
    } finally {
      this.#asked -= 1;
      if (this.#asked === 0) this.#idle = setTimeout(() => this.#end(), idleMs).unref();
    }
  }

  /** Ends the reader for good. */
  close(): void {
    this.#closed = true;
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill();
    this.#child = null;
  }

  #running(): Child<DataReaderRouter> {
    if (this.#child) return this.#child;
    const child = startChild<DataReaderRouter>('data-reader', { memoryBytes });
    this.#child = child;
    void child.death.then(() => {
      if (this.#child === child) this.#child = null;
    });
    return child;
  }
}
