import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import type { ShardRange } from '../../data/index.ts';
import { startChild } from '../../processes/index.ts';
import { placeOf, readShard } from '../plan-file.ts';
import type { FrozenPlan } from '../plan.ts';
import type { ExplainedRow, RowTask } from '../row-work.ts';
import type { shardWorkerRouter, WorkerSetup } from '../shard-work.ts';
import { WarmProcess } from './warm-process.ts';

type Worker = WarmProcess<typeof shardWorkerRouter>;

/** Workers with models open that wait for the next row. */
const mostWorkers = 2;
const bufferBytes = 64e6;

export interface RowReading {
  plan: FrozenPlan;
  folder: string;
  modelPaths: string[];
  memoryBytes: number;
  task: RowTask;
}

/** Reads single rows again and shows their steps, in a worker like those that scored them. */
export class RowReaders {
  readonly #workers = new Map<string, Worker>();
  readonly #epoch: number;
  #count = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  async explain(reading: RowReading, signal?: AbortSignal): Promise<ExplainedRow> {
    const worker = this.#of(reading);
    return worker.call((client) => client.explain(reading.task, signal ? { signal } : {}), signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.end()));
  }

  #of(reading: RowReading): Worker {
    const { run } = reading.plan;
    let worker = this.#workers.get(run);
    if (!worker || worker.isDead) worker = this.#start(reading);
    this.#workers.delete(run);
    this.#workers.set(run, worker);
    for (const [other, each] of this.#workers) {
      if (this.#workers.size <= mostWorkers) break;
      if (other !== run && !each.isBusy) {
        this.#workers.delete(other);
        void each.end();
      }
    }
    return worker;
  }

  #start({ plan, folder, modelPaths, memoryBytes }: RowReading): Worker {
    const temporaryFolder = join(folder, 'query', `${this.#epoch}-row-${(this.#count += 1)}`);
    const { file, headBytes } = plan;
    const setup: WorkerSetup = {
      plan: { file, headBytes },
      modelPaths,
      folder: join(folder, 'shards'),
      temporaryFolder,
      bufferBytes,
    };
    const worker: Worker = new WarmProcess(
      startChild<typeof shardWorkerRouter>('shard-worker', { memoryBytes }),
      (client) => client.setUp(setup),
      'that reads this row again',
      async () => {
        if (this.#workers.get(plan.run) === worker) this.#workers.delete(plan.run);
        await rm(temporaryFolder, { recursive: true, force: true });
      },
    );
    return worker;
  }
}

/** Where a row's input lies: the shard that it was scored in, its place there, its file. */
export interface RowPlace {
  shard: ShardRange;
  file: SourceFile;
  fileIndex: number;
}

/** Finds a row of the run among the shards of its plan. */
export async function rowPlace(plan: FrozenPlan, index: number): Promise<RowPlace> {
  let before = 0;
  for (const [at, rows] of plan.shardRows.entries()) {
    if (index < before + rows) {
      const shard = await readShard(plan.file, placeOf(plan, at));
      const fileIndex = shard.format === 'images' ? index - before : 0;
      const file = shard.files[fileIndex];
      if (file) return { shard, file, fileIndex };
    }
    before += rows;
  }
  throw problem('NOT_FOUND', `This run has no row ${index + 1}.`, { subject: plan.run });
}
