import { mkdir, readdir, rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { problem } from '../contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { modelFile, versionById, type Registry, type VersionRecord } from '../registry/index.ts';
import { fileSha256, type Workspace } from '../workspace/index.ts';
import { execute, SpareWorker, type Execution } from './executing.ts';
import { chooseLanes } from './lanes.ts';
import { refuseExisting, removeDeadPartials, writeOutput } from './output.ts';
import { makePlan, openPlan } from './planning.ts';
import type { FrozenPlan } from './plan.ts';
import type { RunPayload, RunStore, StoredRun } from './store.ts';

/** A worker may take this much beside its models, and a multiple of their bytes, before it ends itself. */
const workerFloor = 1.5 * 2 ** 30;
const workerFactor = 5;

/** Resident memory that a worker with these versions may take, in bytes. */
export function workerBytesFor(versions: readonly VersionRecord[]): number {
  return workerFloor + workerFactor * versions.reduce((sum, version) => sum + version.bytes, 0);
}

export interface RunEnvironment {
  workspace: Workspace;
  store: RunStore;
  registry: Registry;
  runtime: { name: string; version: string };
}

/**
 * The job of a run, from wherever it stands: plan, score what is not committed, seal, write the output. Every step can be
 * killed and done again with the same outcome.
 */
export async function performRun(
  environment: RunEnvironment,
  run: string,
  context: JobContext,
): Promise<{ run: string }> {
  const { store, workspace } = environment;
  const payload = JSON.parse(store.get(run).request) as RunPayload;
  await mkdir(store.shardFolder(run), { recursive: true });
  const versions = payload.versions.map((id) => versionById(workspace.catalog, id));
  const plan = await planAndScore(environment, run, payload, versions, context);
  const counts = store.counts(run);
  if (counts.read > 0 && counts.predicted === 0) throw allFailed(store, run, counts.read);
  await store.seal(plan);
  if (payload.output) await deliver(store, plan, payload.output, context);
  await tidy(store, run);
  return { run };
}

async function planAndScore(
  environment: RunEnvironment,
  run: string,
  payload: RunPayload,
  versions: VersionRecord[],
  context: JobContext,
): Promise<FrozenPlan> {
  const workerBytes = Math.min(totalmem(), workerBytesFor(versions));
  const spare = new SpareWorker(workerBytes);
  try {
    const known = await frozenPlan(environment.store, run, context);
    const plan = known ?? (await planAndFreeze(environment, run, payload, versions, context));
    checkRuntime(plan, environment.runtime);
    await scorePending(environment, plan, payload, versions, context, { spare, workerBytes });
    return plan;
  } finally {
    spare.end();
  }
}

/** The plan of a run that has one, read by a child. */
async function frozenPlan(store: RunStore, run: string, context: JobContext): Promise<FrozenPlan | null> {
  const sha256 = store.get(run).plan_sha256;
  return sha256 === null ? null : openPlan(store.planFile(run), sha256, context.stop);
}

async function planAndFreeze(
  { store, registry, runtime }: RunEnvironment,
  run: string,
  payload: RunPayload,
  versions: VersionRecord[],
  context: JobContext,
): Promise<FrozenPlan> {
  const task = { run, payload, versions, runtime, file: store.draftOfPlan(run) };
  const { plan, dataset, notes } = await makePlan(task, context);
  const old = JSON.parse(store.get(run).notes) as string[];
  return store.freeze(plan, registry.datasets.record(dataset), [...old, ...notes]);
}

async function scorePending(
  { store, workspace }: RunEnvironment,
  plan: FrozenPlan,
  payload: RunPayload,
  versions: readonly VersionRecord[],
  context: JobContext,
  workers: Pick<Execution, 'spare' | 'workerBytes'>,
): Promise<void> {
  const { present, lost } = await store.presentShards(plan.run);
  if (lost > 0) store.addNotes(plan.run, [`${lost} shards were lost from the disk and have been done again.`]);
  const pending = [...plan.ends.keys()].filter((shard) => !present.has(shard));
  if (pending.length === 0) return;
  const modelBytes = versions.reduce((sum, version) => sum + version.bytes, 0);
  const effort = new Effort(store, plan, context);
  try {
    await execute({
      plan,
      pending,
      lanes: chooseLanes(plan, modelBytes, payload.lanes),
      modelPaths: await Promise.all(versions.map((version) => modelFile(workspace, version))),
      ...workers,
      shardFolder: store.shardFolder(plan.run),
      temporaryFolder: join(store.folder(plan.run), 'temporary'),
      modelBytes,
      epoch: workspace.catalog.epoch,
      context,
      commit: (shard, file, result) => {
        workspace.catalog.write(() => {
          if (store.commit(plan.run, shard, file, result)) context.step();
          effort.save();
        });
      },
      onProgress: (openRows, residentBytes) => effort.note(openRows, residentBytes),
    });
  } finally {
    effort.save();
  }
}

/** Time, memory and rows of an execution, told to the job and kept with the run. */
class Effort {
  readonly #store: RunStore;
  readonly #plan: FrozenPlan;
  readonly #context: JobContext;
  #since = performance.now();
  #peak = 0;
  #committedRows: number;

  constructor(store: RunStore, plan: FrozenPlan, context: JobContext) {
    this.#store = store;
    this.#plan = plan;
    this.#context = context;
    this.#committedRows = store.counts(plan.run).read;
    this.note(0, 0);
  }

  note(openRows: number, residentBytes: number): void {
    this.#peak = Math.max(this.#peak, residentBytes);
    const done = this.#committedRows + openRows;
    this.#context.report({ phase: 'scoring', done, total: this.#plan.rows, unit: 'rows' });
  }

  save(): void {
    const now = performance.now();
    this.#store.addEffort(this.#plan.run, (now - this.#since) / 1000, this.#peak);
    this.#since = now;
    this.#committedRows = this.#store.counts(this.#plan.run).read;
  }
}

/**
 * An output that exists is never overwritten unasked. After a death between publishing and the end of the job, the file
 * is told by the digest that was kept before it was published.
 */
async function deliver(
  store: RunStore,
  plan: FrozenPlan,
  output: NonNullable<RunPayload['output']>,
  context: JobContext,
): Promise<void> {
  if (await isDelivered(store.get(plan.run), output.path)) return;
  if (!output.overwrite) refuseExisting(output.path);
  await removeDeadPartials(store, plan.run, output.path);
  context.report({ phase: 'writing the output', done: 0, total: plan.rows, unit: 'rows' });
  const { notes } = await writeOutput(store, plan.run, output, {
    signal: context.stop,
    beforePublishing: (sha256) => store.setOutput(plan.run, output.path, sha256),
  });
  store.addNotes(plan.run, notes);
}

async function isDelivered(run: StoredRun, path: string): Promise<boolean> {
  if (run.output !== path || run.output_sha256 === null) return false;
  return (await fileSha256(path).catch(() => null)) === run.output_sha256;
}

async function tidy(store: RunStore, run: string): Promise<void> {
  await store.removeGarbage(run, await readdir(store.shardFolder(run)));
  await rm(join(store.folder(run), 'temporary'), { recursive: true, force: true });
}

/** Another runtime may give other values in the last digits: half a run from each would be nobody's result. */
function checkRuntime(plan: FrozenPlan, runtime: { name: string; version: string }): void {
  const now = `${runtime.name} ${runtime.version} on ${process.platform} ${process.arch}`;
  const then = `${plan.runtime.name} ${plan.runtime.version} on ${plan.runtime.platform} ${plan.runtime.arch}`;
  if (now === then) return;
  throw problem('NOT_ALLOWED_NOW', `This run was planned with ${then}; this program has ${now}.`, {
    subject: plan.run,
    hint: 'Start a new run: half a run from each could differ in the last digits.',
  });
}

function allFailed(store: RunStore, run: string, rows: number): Error {
  const first = store.errors(run, 1)[0];
  const words = first ? ` The first, row ${first.row} of ${first.file}: ${first.error}.` : '';
  return problem('ALL_ROWS_FAILED', `All ${rows} rows failed.${words}`, {
    subject: run,
    hint: 'drydock preview --data ... --model ... shows how columns and inputs come together.',
  });
}
