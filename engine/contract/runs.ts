import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DataReading } from './data.ts';
import { problemErrors } from './errors.ts';
import { JobState } from './jobs.ts';
import { firstPage, Page } from './paging.ts';
import { Problem } from './problem.ts';
import { ColumnRoles, VersionRef } from './registry.ts';

export const OutputFormat = z.enum(['parquet', 'csv', 'jsonl']);
export type OutputFormat = z.infer<typeof OutputFormat>;

export const RunRequest = z.object({
  models: z.array(VersionRef).min(1),
  /** Grants of files or folders. */
  data: z.array(z.string()).min(1),
  roles: ColumnRoles.default({}),
  reading: DataReading.optional(),
  /** Rows a session call takes at once. */
  batch: z.number().int().min(1).max(65536).optional(),
  /** Threads of ONNX Runtime in each worker. */
  threads: z.number().int().min(1).max(256).optional(),
  /** Workers at once; null: by cores, memory and model size. Has no influence on results. */
  lanes: z.number().int().min(1).max(256).optional(),
  /** Where the table goes when the run is done. Null: results stay in the workspace until exported. */
  output: z.object({ grant: z.string(), format: OutputFormat }).nullable().default(null),
});
export type RunRequest = z.infer<typeof RunRequest>;

export const RowCounts = z.object({ read: z.number(), predicted: z.number(), failed: z.number() });
export type RowCounts = z.infer<typeof RowCounts>;

export const Run = z.object({
  run: z.string(),
  job: z.string(),
  status: z.enum(['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled']),
  jobStatus: JobState,
  models: z.array(z.string()),
  dataset: z.string().nullable(),
  rows: RowCounts,
  rowsTotal: z.number().nullable(),
  shards: z.object({ committed: z.number().int(), total: z.number().int().nullable() }),
  /** Seconds of work over all attempts. */
  seconds: z.number(),
  rowsPerSecond: z.number().nullable(),
  peakMemoryBytes: z.number().nullable(),
  /** Host paths are shown to hosts only; null where there is no output yet. */
  output: z.string().nullable(),
  /** The first errors of rows, as they stand in the error column, with where they were met. */
  errors: z.array(z.object({ file: z.string(), row: z.number(), error: z.string() })),
  problem: Problem.nullable(),
  notes: z.array(z.string()),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Run = z.infer<typeof Run>;

const byId = z.object({ run: z.string() });

export const runsContract = {
  start: oc.errors(problemErrors).input(RunRequest).output(Run),
  resume: oc.errors(problemErrors).input(byId).output(Run),
  /** Newest first; `after` is a run. Errors of rows are with `get` only. */
  list: oc.errors(problemErrors).input(Page.default(firstPage)).output(z.array(Run)),
  get: oc.errors(problemErrors).input(byId).output(Run),
  /** The first rows of the results so far, as the output would hold them; for looking, at most 1,000. */
  rows: oc
    .errors(problemErrors)
    .input(byId.extend({ limit: z.number().int().min(1).max(1000).default(20) }))
    .output(z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.unknown())) })),
  export: oc
    .errors(problemErrors)
    .input(byId.extend({ grant: z.string(), format: OutputFormat }))
    .output(z.object({ output: z.string(), rows: z.number() })),
};
