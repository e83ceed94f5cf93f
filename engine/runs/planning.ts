import type { Preview } from '../contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { startChild, type Child } from '../processes/index.ts';
import type { FrozenPlan } from './plan.ts';
import type { MadePlan, PlanEvent, PlanRouter, PlanTask } from './plan-work.ts';
import type { PreviewTask } from './preview.ts';

/** The data reader keeps samples and row boundaries, never the data. */
const readerBytes = 2 * 2 ** 30;

export type Planned = MadePlan & { plan: FrozenPlan };

/** Has a child look at the data and write the plan. Refusals come as problems. */
export async function makePlan(task: PlanTask, context: JobContext): Promise<Planned> {
  context.report({ phase: 'finding the files', done: 0, total: null, unit: 'files' });
  const { plan, made } = await withReader(context, (client) => client.makePlan(task), task.file, context);
  if (made === null) throw new Error('A new plan came without its dataset.');
  return { ...made, plan };
}

/** Has a child read a frozen plan and compare it with its digest. */
export async function openPlan(file: string, sha256: string, context: JobContext): Promise<FrozenPlan> {
  const { plan } = await withReader(context, (client) => client.openPlan({ file, sha256 }), file, context);
  return plan;
}

/** Has a child look at data, and bind it to a version. */
export async function preview(task: PreviewTask, signal: AbortSignal | undefined): Promise<Preview> {
  const reader = startReader();
  const kill = (): void => reader.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await reader.call((client) => client.preview(task));
  } finally {
    signal?.removeEventListener('abort', kill);
    reader.kill();
  }
}

async function withReader(
  { stop }: JobContext,
  begin: (client: Child<PlanRouter>['client']) => Promise<unknown>,
  file: string,
  context: JobContext,
): Promise<{ plan: FrozenPlan; made: MadePlan | null }> {
  const reader = startReader();
  const kill = (): void => reader.kill();
  stop.addEventListener('abort', kill);
  try {
    return await reader.call(async (client) => {
      const events = (await begin(client)) as AsyncIterable<PlanEvent>;
      return follow(events, file, context);
    });
  } finally {
    stop.removeEventListener('abort', kill);
    reader.kill();
  }
}

async function follow(
  events: AsyncIterable<PlanEvent>,
  file: string,
  context: JobContext,
): Promise<{ plan: FrozenPlan; made: MadePlan | null }> {
  const ends: number[] = [];
  for await (const event of events) {
    if (event.type === 'progress') {
      const { phase, done, total, unit } = event;
      context.report({ phase, done, total, unit });
    } else if (event.type === 'shards') {
      for (const end of event.ends) ends.push(end);
    } else return { plan: { ...event.facts, file, sha256: event.sha256, ends }, made: event.made };
  }
  throw new Error('A data reader ended its work without a plan.');
}

function startReader(): Child<PlanRouter> {
  return startChild<PlanRouter>('data-reader', { memoryBytes: readerBytes });
}
