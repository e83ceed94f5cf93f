import { boundItems, type Job } from '../contract/index.ts';
import { jobFor, runFor } from './audience.ts';
import { os } from './base.ts';
import type { Caller } from './context.ts';

export const jobsApi = {
  list: os.jobs.list.handler(({ input, context }) =>
    boundItems(context.engine.jobs.list(input).map((job) => jobFor(context, job))),
  ),
  get: os.jobs.get.handler(({ input, context }) => jobFor(context, context.engine.jobs.get(input.job))),
  watch: os.jobs.watch.handler(({ input, context, signal }) => {
    // An unknown job is refused as by every other call; an error inside the stream would lose its type on the way.
    context.engine.jobs.get(input.job);
    return watch(context, input.job, signal);
  }),
  pause: os.jobs.pause.handler(({ input, context }) => jobFor(context, context.engine.jobs.pause(input.job))),
  resume: os.jobs.resume.handler(({ input, context }) => jobFor(context, context.engine.jobs.resume(input.job))),
  cancel: os.jobs.cancel.handler(({ input, context }) => jobFor(context, context.engine.jobs.cancel(input.job))),
  resumeInterrupted: os.jobs.resumeInterrupted.handler(({ context }) =>
    boundItems(context.engine.jobs.resumeInterrupted().map((job) => jobFor(context, job))),
  ),
};

export const runsApi = {
  start: os.runs.start.handler(async ({ input, context, signal }) =>
    runFor(context, await context.engine.runs.start(input, signal)),
  ),
  resume: os.runs.resume.handler(({ input, context }) => runFor(context, context.engine.runs.resume(input.run))),
  list: os.runs.list.handler(({ input, context }) =>
    context.engine.runs.list(input).map((run) => runFor(context, run)),
  ),
  get: os.runs.get.handler(({ input, context }) => runFor(context, context.engine.runs.get(input.run))),
  rows: os.runs.rows.handler(({ input, context: { engine } }) => engine.runs.rows(input.run, input.limit)),
  export: os.runs.export.handler(({ input, context: { engine }, signal }) =>
    engine.runs.export(input.run, input.grant, input.format, signal),
  ),
};

async function* watch(context: Caller, id: string, signal: AbortSignal | undefined): AsyncGenerator<Job> {
  for await (const job of context.engine.jobs.watch(id, signal)) yield jobFor(context, job);
}
