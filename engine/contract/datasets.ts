import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ColumnInfo, DataDescription } from './data.ts';
import { problemErrors } from './errors.ts';
import { DatasetRole, DatasetRow } from './registry.ts';

/** What the columns of a dataset are for; label and id are guesses until a person has spoken. */
export const DatasetRoles = z.object({
  label: z.string().nullable(),
  id: z.string().nullable(),
  group: z.string().nullable(),
  role: DatasetRole.nullable(),
  /** False while the label and id above are guesses by name and values. */
  confirmed: z.boolean(),
});
export type DatasetRoles = z.infer<typeof DatasetRoles>;

/** At most 1,000 columns and 1,000 files; the counts say how many there are. */
export const Dataset = DatasetRow.extend({
  columnList: z.array(ColumnInfo),
  fileList: z.array(z.object({ name: z.string(), bytes: z.number() })),
  sample: DataDescription.shape.sample,
  roles: DatasetRoles,
  /** Where it was used: runs, newest first. */
  usedBy: z.array(
    z.object({ run: z.string(), models: z.array(z.string()), status: z.string(), createdAt: z.string() }),
  ),
  notes: z.array(z.string()),
});
export type Dataset = z.infer<typeof Dataset>;

/** A typed picture of a column's values: `bins` for numbers and times, `top` for everything else. */
export const DatasetColumnSummary = z.object({
  name: z.string(),
  missing: z.number(),
  distinct: z.number().nullable(),
  bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })),
  top: z.array(z.object({ value: z.string(), count: z.number() })),
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.number().nullable(),
});
export type DatasetColumnSummary = z.infer<typeof DatasetColumnSummary>;

export const DatasetSummary = z.object({
  /** Rows that were looked at; fewer than all of them for large files, and said so on screen. */
  rows: z.number(),
  exact: z.boolean(),
  columns: z.array(DatasetColumnSummary),
});
export type DatasetSummary = z.infer<typeof DatasetSummary>;

const byId = z.object({ dataset: z.string() });

export const datasetsContract = {
  get: oc.errors(problemErrors).input(byId).output(Dataset),
  /** Computed in a child at the first call and kept; of large files over a sample, said by `exact`. */
  summary: oc
    .errors(problemErrors)
    .input(byId.extend({ columns: z.array(z.string()).max(200).optional() }))
    .output(DatasetSummary),
  setRoles: oc
    .errors(problemErrors)
    .input(byId.extend({ roles: DatasetRoles.omit({ confirmed: true }).partial() }))
    .output(DatasetRoles),
  /** Grants for the files of a dataset, to score them again. Refused in words when they changed or are gone. */
  grants: oc
    .errors(problemErrors)
    .input(byId)
    .output(z.object({ grants: z.array(z.string()) })),
  /** Hosts only. Where the first of its files lies; whether it is still there is for who looks to see. */
  place: oc
    .errors(problemErrors)
    .input(byId)
    .output(z.object({ path: z.string() })),
};
