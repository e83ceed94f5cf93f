import { stat } from 'node:fs/promises';
import type { Preview } from '../contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { startChild, type Child } from '../processes/index.ts';
import { planInLines } from './plan-upgrade.ts';
import { planChanged, readPlan } from './plan-file.ts';
import type { FrozenPlan } from './plan.ts';
import type { MadePlan, PlanEvent, PlanRouter, PlanTask } from './plan-work.ts';
import type { PreviewedData, PreviewTask } from './preview.ts';

/** The data reader keeps samples and row boundaries, never the data. */
const readerBytes = 2 * 2 ** 30;

export type Planned = MadePlan & { plan: FrozenPlan };

/** Has a child look at the data and write the plan. Refusals come as problems. */
export async function makePlan(task: PlanTask, context: JobContext): Promise<Planned> {
  context.report({ phase: 'finding the files', done: 0, total: null, unit: 'files' });
  const report = context.report.bind(context);
  const { plan, made } = await withReader(context.stop, (client) => client.makePlan(task), task.file, report);
  if (made === null) throw new Error('A new plan came without its dataset.');
  return { ...made, plan };
}

/** A plan of this size is read by the engine itself: starting a child takes longer. */
const smallPlan = 1 << 20;

/** The frozen plan of a file, compared with its digest; a large one is read by a child. */
export async function openPlan(path: string, digest: string, stop?: AbortSignal): Promise<FrozenPlan> {
  const { file, sha256 } = await planInLines(path, digest);
  const status = await stat(file).catch(() => null);
  if (status !== null && status.size > smallPlan) {
    return (await withReader(stop, (client) => client.openPlan({ file, sha256 }), file)).plan;
  }
  const shards: Pick<FrozenPlan, 'ends' | 'shardRows'> = { ends: [], shardRows: [] };
  const facts = await readPlan(file, sha256, (end, rows) => {
    shards.ends.push(end);
    shards.shardRows.push(rows);
  });
  if (facts === null) throw planChanged(file);
  return { ...facts, ...shards, file, sha256 };
}

/** Has a child look at data, and bind it to a version with what is known of its columns. */
export async function preview(
  { version, ...data }: PreviewedData & Pick<PreviewTask, 'version'>,
  rolesOf: (fingerprint: string) => Pick<PreviewTask, 'roles' | 'notes'>,
  signal?: AbortSignal,
): Promise<Preview> {
  const reader = startReader();
  const kill = (): void => reader.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const { fingerprint } = await reader.call((client) => client.lookBeforePreview(data));
    const task: PreviewTask = { version, ...rolesOf(fingerprint) };
    return await reader.call((client) => client.preview(task));
  } finally {
    signal?.removeEventListener('abort', kill);
    reader.kill();
  }
}

async function withReader(
  stop: AbortSignal | undefined,
  begin: (client: Child<PlanRouter>['client']) => Promise<unknown>,
  file: string,
  report: JobContext['report'] = () => {},
): Promise<{ plan: FrozenPlan; made: MadePlan | null }> {
  const reader = startReader();
  const kill = (): void => reader.kill();
  stop?.addEventListener('abort', kill);
  try {
    return await reader.call(async (client) => {
      const events = (await begin(client)) as AsyncIterable<PlanEvent>;
      return follow(events, file, report);
    });
  } finally {
    stop?.removeEventListener('abort', kill);
    reader.kill();
  }
}

async function follow(
  events: AsyncIterable<PlanEvent>,
  file: string,
  report: JobContext['report'],
): Promise<{ plan: FrozenPlan; made: MadePlan | null }> {
  const ends: number[] = [];
  const shardRows: number[] = [];
  for await (const event of events) {
    if (event.type === 'progress') {
      const { phase, done, total, unit } = event;
      report({ phase, done, total, unit });
    } else if (event.type === 'shards') {
      for (const end of event.ends) ends.push(end);
      for (const rows of event.rows) shardRows.push(rows);
    } else return { plan: { ...event.facts, file, sha256: event.sha256, ends, shardRows }, made: event.made };
  }
  throw new Error('A data reader ended its work without a plan.');
}

function startReader(): Child<PlanRouter> {
  return startChild<PlanRouter>('data-reader', { memoryBytes: readerBytes });
}
