import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { startChild, type Child, type Death } from '../processes/index.ts';
import { placeOf, readShard } from './plan-file.ts';
import type { FrozenPlan, ShardResult, ShardTask } from './plan.ts';
import type { shardWorkerRouter, WorkerEvent, WorkerSetup } from './shard-work.ts';

type WorkerProcess = Child<typeof shardWorkerRouter>;

export interface Execution {
  plan: FrozenPlan;
  /** Shards to be done, by their place in the plan. */
  pending: number[];
  lanes: number;
  modelPaths: string[];
  /** Resident set at which a worker ends itself, in bytes. */
  workerBytes: number;
  spare: SpareWorker;
  shardFolder: string;
  /** Each worker gets a folder of its own below it: DuckDB's spill files have the same names in every process. */
  temporaryFolder: string;
  /** Bytes of all model files. */
  modelBytes: number;
  epoch: number;
  context: JobContext;
  /** Makes the shard part of the run. */
  commit(shard: number, file: string, result: ShardResult): void;
  /** Rows scored so far in shards that are not committed yet, and memory in use now, in bytes. */
  onProgress(openRows: number, residentBytes: number): void;
}

/** A worker that says nothing for this long hangs: the longest time a single batch may take. */
const silenceMs = 600_000;
/** Loading a model in a worker: a floor, and longer for large files. */
const setUpMs = 120_000;
const loadBytesPerMs = 20_000;
/** How often a shard is tried: a kill from outside says nothing about the shard, a crash or exhausted memory does. */
const attemptsAfter: Record<Death['kind'], number> = { killed: 6, crash: 2, memory: 2, time: 1, ended: 2 };
/** DuckDB's share of a worker. */
const bufferBytes = 256e6;

/** With the epoch it makes every attempt's file name unlike any other, so a worker believed dead overwrites nothing. */
let attempts = 0;

/** The worker of a run's first lane, started while the plan is made: by the time the first shard is known it stands ready. */
export class SpareWorker {
  #process: WorkerProcess | null;

  /** `memoryBytes`: resident set at which it ends itself. */
  constructor(memoryBytes: number) {
    const process: WorkerProcess = startChild('shard-worker', { memoryBytes });
    this.#process = process;
    void process.death.then(() => {
      if (this.#process === process) this.#process = null;
    });
  }

  /** Once; null when it is gone. */
  take(): WorkerProcess | null {
    const process = this.#process;
    this.#process = null;
    return process;
  }

  /** Ends it where nobody took it. */
  end(): void {
    this.take()?.kill();
  }
}

/** Runs all pending shards in lanes. Returns when all are committed; throws the first problem after all lanes have stopped. */
export async function execute(execution: Execution): Promise<void> {
  await mkdir(execution.shardFolder, { recursive: true });
  await mkdir(execution.temporaryFolder, { recursive: true });
  const halt = new AbortController();
  const stop = AbortSignal.any([halt.signal, execution.context.stop]);
  const board = new Board(execution);
  const queue = execution.pending.values();
  const lanes = Array.from({ length: Math.min(execution.lanes, execution.pending.length) }, (_, lane) =>
    runLane(execution, queue, board, lane, stop).catch((error: unknown) => {
      halt.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(lanes);
  const failures = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as unknown);
  // A lane that was told to stop because of another one says so; the other one's reason is the one to tell.
  const first =
    failures.find((error) => !(error instanceof ProblemError && error.problem.code === 'CANCELLED')) ?? failures[0];
  if (first !== undefined) throw first instanceof Error ? first : new Error('A lane failed.', { cause: first });
}

async function runLane(
  execution: Execution,
  queue: Iterator<number, undefined>,
  board: Board,
  lane: number,
  stop: AbortSignal,
): Promise<void> {
  let worker: ShardWorker | null = null;
  const deaths = new Map<string, number>();
  try {
    for (let shard = queue.next().value; shard !== undefined;) {
      if (stop.aborted) throw stopped();
      worker ??= startWorker(execution);
      const outcome: Outcome = await runShard(execution, worker, shard, board, lane, stop);
      if ('death' in outcome) {
        worker = null;
        await countDeath(deaths, outcome.death, shard, execution.plan);
        continue;
      }
      execution.commit(shard, outcome.file, outcome.result);
      board.clear(lane);
      deaths.clear();
      shard = queue.next().value;
    }
    await worker?.process.stop();
  } finally {
    worker?.process.kill();
    board.leave(lane);
  }
}

/** A worker with its set-up under way; `ready` fails with what the set-up fails with. */
interface ShardWorker {
  process: WorkerProcess;
  ready: Promise<unknown>;
  setUpMs: number;
}

function startWorker(execution: Execution): ShardWorker {
  const worker: WorkerProcess =
    execution.spare.take() ?? startChild('shard-worker', { memoryBytes: execution.workerBytes });
  const kill = (): void => worker.kill();
  execution.context.kill.addEventListener('abort', kill);
  attempts += 1;
  const temporaryFolder = join(execution.temporaryFolder, `${execution.epoch}-${attempts}`);
  void worker.death.then(async () => {
    execution.context.kill.removeEventListener('abort', kill);
    await rm(temporaryFolder, { recursive: true, force: true });
  });
  const { file, headBytes } = execution.plan;
  const setup: WorkerSetup = {
    plan: { file, headBytes },
    modelPaths: execution.modelPaths,
    folder: execution.shardFolder,
    temporaryFolder,
    bufferBytes,
  };
  const ready = worker.client.setUp(setup);
  ready.catch(() => {});
  return { process: worker, ready, setUpMs: setUpMs + execution.modelBytes / loadBytesPerMs };
}

type Outcome = { file: string; result: ShardResult } | { death: Death };

async function runShard(
  execution: Execution,
  worker: ShardWorker,
  shard: number,
  board: Board,
  lane: number,
  stop: AbortSignal,
): Promise<Outcome> {
  attempts += 1;
  const file = `${String(shard).padStart(6, '0')}.${execution.epoch}-${attempts}.parquet`;
  const task: ShardTask = { shard: placeOf(execution.plan, shard), file: join(execution.shardFolder, file) };
  let died: Death | null = null;
  const silence = watchSilence(worker.process);
  const whenDead = (death: Death): ProblemError => {
    died = silence.silent ? { kind: 'time', words: 'one batch took longer than 10 minutes' } : death;
    return problem('WORKER_DIED', death.words);
  };
  try {
    await worker.process.call(() => worker.ready, { timeoutMs: worker.setUpMs, died: whenDead });
    silence.reset();
    const result = await worker.process.call(
      (client) => followShard(client, task, board, lane, stop, () => silence.reset()),
      { died: whenDead },
    );
    const status = await stat(task.file);
    if (status.size !== result.bytes)
      throw new Error(`The shard file ${file} has ${status.size} bytes, ${result.bytes} were written.`);
    return { file, result };
  } catch (error) {
    // What a worker says when it is told to stop (an aborted call, a killed process) is no failure of its own.
    if (stop.aborted) throw stopped();
    if (died === null) throw error;
    board.clear(lane);
    return { death: died };
  } finally {
    silence.end();
  }
}

async function followShard(
  client: WorkerProcess['client'],
  task: ShardTask,
  board: Board,
  lane: number,
  stop: AbortSignal,
  heard: () => void,
): Promise<ShardResult> {
  const events = (await client.run(task, { signal: stop })) as AsyncIterable<WorkerEvent>;
  for await (const event of events) {
    heard();
    board.update(lane, event.type === 'progress' ? event.rows : event.result.rows, event.residentBytes);
    if (event.type === 'done') return event.result;
  }
  throw stop.aborted ? stopped() : new Error('A shard worker ended its work without a result.');
}

/** Kills a worker that has not been heard for too long. */
function watchSilence(worker: WorkerProcess): { reset(): void; end(): void; readonly silent: boolean } {
  let silent = false;
  const kill = (): void => {
    silent = true;
    worker.kill();
  };
  let timer = setTimeout(kill, silenceMs);
  return {
    reset() {
      clearTimeout(timer);
      timer = setTimeout(kill, silenceMs);
    },
    end: () => clearTimeout(timer),
    get silent() {
      return silent;
    },
  };
}

async function countDeath(deaths: Map<string, number>, death: Death, index: number, plan: FrozenPlan): Promise<void> {
  const count = (deaths.get(death.kind) ?? 0) + 1;
  deaths.set(death.kind, count);
  if (count < attemptsAfter[death.kind]) return;
  const shard = await readShard(plan.file, placeOf(plan, index));
  const last = shard.firstRow + shard.rows - 1;
  const where =
    shard.format === 'images'
      ? `${shard.files.length} pictures from ${shard.files[0]?.name}`
      : `rows ${shard.firstRow} to ${last} of ${shard.files[0]?.name}`;
  const hint =
    death.kind === 'memory'
      ? `Start a new run with a smaller --batch than ${plan.batch}, or fewer --threads.`
      : 'What was committed is kept. Resume the run, or leave these rows out and start a new one.';
  throw problem(
    'WORKER_DIED',
    `The worker was lost ${count === 1 ? 'once' : `${count} times`} at ${where}: ${death.words}.`,
    {
      subject: shard.files[0]?.path ?? null,
      hint,
    },
  );
}

function stopped(): ProblemError {
  return problem('CANCELLED', 'The work was stopped between two batches.');
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** What each lane is at, added up. */
class Board {
  readonly #execution: Execution;
  readonly #rows = new Map<number, number>();
  readonly #bytes = new Map<number, number>();

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  update(lane: number, rows: number, residentBytes: number): void {
    this.#rows.set(lane, rows);
    this.#bytes.set(lane, residentBytes);
    this.#tell();
  }

  /** The lane's rows are committed or lost. */
  clear(lane: number): void {
    this.#rows.set(lane, 0);
    this.#tell();
  }

  leave(lane: number): void {
    this.#rows.delete(lane);
    this.#bytes.delete(lane);
  }

  #tell(): void {
    this.#execution.onProgress(sum(this.#rows), sum(this.#bytes) + process.memoryUsage.rss());
  }
}
