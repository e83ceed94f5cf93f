import { os } from './base.ts';

export const jobsApi = {
  list: os.jobs.list.handler(({ context: { engine } }) => engine.jobs.list()),
  get: os.jobs.get.handler(({ input, context: { engine } }) => engine.jobs.get(input.job)),
  watch: os.jobs.watch.handler(async function* ({ input, context: { engine }, signal }) {
    yield* engine.jobs.watch(input.job, signal);
  }),
  pause: os.jobs.pause.handler(({ input, context: { engine } }) => engine.jobs.pause(input.job)),
  resume: os.jobs.resume.handler(({ input, context: { engine } }) => engine.jobs.resume(input.job)),
  cancel: os.jobs.cancel.handler(({ input, context: { engine } }) => engine.jobs.cancel(input.job)),
  resumeInterrupted: os.jobs.resumeInterrupted.handler(({ context: { engine } }) => engine.jobs.resumeInterrupted()),
};

export const runsApi = {
  start: os.runs.start.handler(({ input, context: { engine }, signal }) => engine.runs.start(input, signal)),
  resume: os.runs.resume.handler(({ input, context: { engine } }) => engine.runs.resume(input.run)),
  list: os.runs.list.handler(({ context: { engine } }) => engine.runs.list()),
  get: os.runs.get.handler(({ input, context: { engine } }) => engine.runs.get(input.run)),
  rows: os.runs.rows.handler(({ input, context: { engine } }) => engine.runs.rows(input.run, input.limit)),
  export: os.runs.export.handler(({ input, context: { engine }, signal }) =>
    engine.runs.export(input.run, input.grant, input.format, signal),
  ),
};
