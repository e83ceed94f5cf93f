import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { firstPage, Page } from './paging.ts';
import { Problem } from './problem.ts';
import { problemErrors } from './errors.ts';

export const jobStates = [
  'queued',
  'running',
  'paused',
  /** Its engine died; it can be resumed. */
  'interrupted',
  /** Interrupted twice in a row without progress: only a person resumes it. */
  'held',
  'done',
  'failed',
  'cancelled',
] as const;
export const JobState = z.enum(jobStates);
export type JobState = z.infer<typeof JobState>;

export const Progress = z.object({
  /** What is being done now, in words: "reading", "scoring", "writing the output". */
  phase: z.string(),
  done: z.number(),
  /** Null while the end is not known. */
  total: z.number().nullable(),
  unit: z.string(),
  /** Units a second over the last seconds; null before the first two reports. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const Job = z.object({
  job: z.string(),
  kind: z.string(),
  title: z.string(),
  status: JobState,
  progress: Progress.nullable(),
  problem: Problem.nullable(),
  /** The thing the job works on (a run's id), or null. */
  subject: z.string().nullable(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

/** An event of `jobs.watchAll`: at first (`snapshot`) all that have not ended and the newest that have, then what changed. */
export const JobsChange = z.object({ snapshot: z.boolean(), jobs: z.array(Job) });
export type JobsChange = z.infer<typeof JobsChange>;

const byId = z.object({ job: z.string() });

export const jobsContract = {
  /** Newest first; `after` is a job. */
  list: oc.errors(problemErrors).input(Page.default(firstPage)).output(z.array(Job)),
  get: oc.errors(problemErrors).input(byId).output(Job),
  /**
   * Every change of the job from now on, beginning with its present state; ends after an end state. Events have ids: after
   * a lost connection, called with the last one (`lastEventId`), it tells only what changed since.
   */
  watch: oc.errors(problemErrors).input(byId).output(eventIterator(Job)),
  /** Every change of any job, beginning with a snapshot; does not end. Resumes from `lastEventId` as `watch` does. */
  watchAll: oc.errors(problemErrors).output(eventIterator(JobsChange)),
  pause: oc.errors(problemErrors).input(byId).output(Job),
  resume: oc.errors(problemErrors).input(byId).output(Job),
  /** First call: between batches. Second call: kills the workers. */
  cancel: oc.errors(problemErrors).input(byId).output(Job),
  /** For a host that restarted a dead engine: resumes what was interrupted, leaves what is held. */
  resumeInterrupted: oc.errors(problemErrors).output(z.array(Job)),
};
