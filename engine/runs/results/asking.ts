import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import { problem } from '../../contract/index.ts';
import type { DuckDb } from '../../data/index.ts';

/** How often a query that was told to stop is told again: one that had not begun does not hear it. */
const interruptMs = 10;

/** Queries side by side on one DuckDB, each on a connection of its own, each ended by its caller's abort. */
export class Asker {
  readonly #db: DuckDb;
  readonly #idle: DuckDBConnection[] = [];

  constructor(db: DuckDb) {
    this.#db = db;
  }

  /** All rows of an answer that is known to be small. */
  rows(sql: string, signal?: AbortSignal): Promise<DuckDBValue[][]> {
    return this.#with(signal, async (connection) => (await connection.runAndReadAll(sql)).getRows());
  }

  /** The first row of an answer. */
  async row(sql: string, signal?: AbortSignal): Promise<DuckDBValue[]> {
    return (await this.rows(sql, signal))[0] ?? [];
  }

  /** An answer of any size, chunk by chunk as it comes into being. */
  chunks(sql: string, each: (chunk: DuckDBDataChunk) => void, signal?: AbortSignal): Promise<void> {
    return this.#with(signal, async (connection) => {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        if (signal?.aborted) throw stopped();
        each(chunk);
      }
    });
  }

  async #with<T>(signal: AbortSignal | undefined, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (signal?.aborted) throw stopped();
    const connection = this.#idle.pop() ?? (await this.#db.connect());
    let timer: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      connection.interrupt();
      timer = setInterval(() => connection.interrupt(), interruptMs);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      return await work(connection);
    } catch (error) {
      if (signal?.aborted) throw stopped();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      clearInterval(timer);
      this.#idle.push(connection);
    }
  }
}

export function stopped(): Error {
  return problem('CANCELLED', 'The query was stopped.');
}
