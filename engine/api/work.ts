import { withEventMeta } from '@orpc/server';
import { boundItems, type Job, type JobsChange } from '../contract/index.ts';
import { jobFor, pathFor, runFor } from './audience.ts';
import { os } from './base.ts';
import type { Caller } from './context.ts';

export const jobsApi = {
  list: os.jobs.list.handler(({ input, context }) =>
    boundItems(context.engine.jobs.list(input).map((job) => jobFor(context, job))),
  ),
  get: os.jobs.get.handler(({ input, context }) => jobFor(context, context.engine.jobs.get(input.job))),
  watch: os.jobs.watch.handler(({ input, context, signal, lastEventId }) => {
    // An unknown job is refused as by every other call; an error inside the stream would lose its type on the way.
    context.engine.jobs.get(input.job);
    return watch(context, input.job, lastEventId, signal);
  }),
  watchAll: os.jobs.watchAll.handler(({ context, signal, lastEventId }) => watchAll(context, lastEventId, signal)),
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
  export: os.runs.export.handler(async ({ input, context, signal }) => {
    const { output, rows } = await context.engine.runs.export(input.run, input.grant, input.format, signal);
    return { output: pathFor(context, output), rows };
  }),
};

async function* watch(
  context: Caller,
  job: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Job> {
  for await (const { id, jobs } of context.engine.jobs.watchFrom(job, after, signal)) {
    yield withEventMeta(jobFor(context, jobs[0]!), { id });
  }
}

async function* watchAll(
  context: Caller,
  after: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobsChange> {
  for await (const { id, snapshot, jobs } of context.engine.jobs.watchAll(after, signal)) {
    yield withEventMeta({ snapshot, jobs: jobs.map((job) => jobFor(context, job)) }, { id });
  }
}
