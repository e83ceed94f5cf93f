import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from '../../processes/index.ts';
import type { ResultsRouter } from './query.ts';
import type { ResultTable } from './table.ts';
import { WarmProcess } from './warm-process.ts';

/** Resident memory of a query process: DuckDB's buffers, the orders that are kept, Node. */
const queryBytes = 2.5 * 2 ** 30;
/** Runs that are kept open at the same time. */
const mostProcesses = 3;

interface QueryProcess {
  warm: WarmProcess<ResultsRouter>;
  /** Of the results that it was last told of. */
  revision: number;
  told: Promise<unknown>;
}

/** One query process a run that somebody looks at; the one that waited longest gives way to another run. */
export class QueryProcesses {
  readonly #epoch: number;
  readonly #processes = new Map<string, QueryProcess>();
  #count = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** Asks the run's process, which is started and told of newly committed shards where needed. */
  async ask<T>(
    run: string,
    folder: string,
    table: ResultTable,
    question: (client: QueryClient) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const process = this.#of(run, folder);
    return process.warm.call(async (client) => {
      if (process.revision < table.revision) {
        process.revision = table.revision;
        process.told = client.results.use(table);
      }
      await process.told;
      return question(client.results);
    }, signal);
  }

  /** The process that answers for a run now. */
  pidOf(run: string): number | null {
    return this.#processes.get(run)?.warm.pid ?? null;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.warm.end()));
  }

  #of(run: string, folder: string): QueryProcess {
    let process = this.#processes.get(run);
    if (!process || process.warm.isDead) process = this.#start(run, folder);
    this.#processes.delete(run);
    this.#processes.set(run, process);
    for (const [other, each] of this.#processes) {
      if (this.#processes.size <= mostProcesses) break;
      if (other !== run && !each.warm.isBusy) {
        this.#processes.delete(other);
        void each.warm.end();
      }
    }
    return process;
  }

  #start(run: string, folder: string): QueryProcess {
    const own = `${this.#epoch}-${(this.#count += 1)}`;
    const temporaryFolder = join(folder, 'query', own);
    const child = startChild<ResultsRouter>('query', { memoryBytes: queryBytes });
    const warm = new WarmProcess(
      child,
      async (client) => {
        await removeDead(join(folder, 'query'), this.#epoch);
        await mkdir(temporaryFolder, { recursive: true });
        await client.results.setUp({ folder: join(folder, 'shards'), temporaryFolder });
      },
      'that looks through these results',
      async () => {
        if (this.#processes.get(run)?.warm === warm) this.#processes.delete(run);
        await rm(temporaryFolder, { recursive: true, force: true });
      },
    );
    return { warm, revision: -1, told: Promise.resolve() };
  }
}

export type QueryClient = Parameters<Parameters<WarmProcess<ResultsRouter>['call']>[0]>[0]['results'];

/** What query processes of engines that are dead by now left behind. */
async function removeDead(folder: string, epoch: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${epoch}-`)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
