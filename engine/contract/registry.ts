import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DataDescription, DataReading, LongLook } from './data.ts';
import { problemErrors } from './errors.ts';
import { Inspection, Signature } from './model.ts';
import { firstPage, Page } from './paging.ts';
import { BindingLine, Recipe } from './recipe.ts';

/**
 * How a version is named: `name@3`, `name@v3`, `name@alias`, a bare model name (its newest version), or `sha256:` and
 * at least 8 digits of an artifact's digest or of its one file's SHA-256. Or a grant: the file is imported on the way.
 */
export const VersionRef = z.union([z.object({ ref: z.string() }), z.object({ grant: z.string() })]);
export type VersionRef = z.infer<typeof VersionRef>;

export const ImportOptions = z.object({
  name: z.string().optional(),
  /** Grant of a recipe file (JSON). */
  recipe: z.string().optional(),
  features: z.array(z.string()).optional(),
  featuresFrom: z.string().optional(),
  featuresTo: z.string().optional(),
  prediction: z.string().optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const Imported = z.object({
  model: z.string(),
  version: z.number().int(),
  digest: z.string(),
  signature: Signature,
  recipe: Recipe,
  notes: z.array(z.string()),
  /** True when this artifact with this recipe was already a version of the model. */
  known: z.boolean(),
});
export type Imported = z.infer<typeof Imported>;

export const VersionInfo = z.object({
  model: z.string(),
  version: z.number().int(),
  digest: z.string(),
  bytes: z.number(),
  inspection: Inspection,
  recipe: Recipe,
  aliases: z.array(z.string()),
  createdAt: z.string(),
  notes: z.array(z.string()),
});
export type VersionInfo = z.infer<typeof VersionInfo>;

export const VersionRow = z.object({
  version: z.number().int(),
  digest: z.string(),
  bytes: z.number(),
  createdAt: z.string(),
});
export type VersionRow = z.infer<typeof VersionRow>;

export const ModelRow = z.object({
  model: z.string(),
  status: z.enum(['active', 'deleted']),
  createdAt: z.string(),
  /** Newest first, at most 100; `models.versions` gives the rest of `versionsTotal`. */
  versions: z.array(VersionRow),
  versionsTotal: z.number().int(),
  /** At most 100, those that were set last; `aliases.list` gives all. */
  aliases: z.record(z.string(), z.number().int()),
});
export type ModelRow = z.infer<typeof ModelRow>;

/** What a dataset is used as. */
export const DatasetRole = z.enum(['train', 'test', 'live']);
export type DatasetRole = z.infer<typeof DatasetRole>;

export const DatasetRow = z.object({
  dataset: z.string(),
  name: z.string(),
  status: z.enum(['unchanged', 'changed', 'missing']),
  format: z.string(),
  files: z.number().int(),
  bytes: z.number(),
  rows: z.number().nullable(),
  columns: z.number().int(),
  runs: z.number().int(),
  /** The label that a person named, for the dataset or in its newest run. */
  label: z.string().nullable(),
  role: DatasetRole.nullable(),
  createdAt: z.string(),
});
export type DatasetRow = z.infer<typeof DatasetRow>;

export const AliasRow = z.object({
  model: z.string(),
  alias: z.string(),
  /** Null in the history where the alias was deleted. */
  version: z.number().int().nullable(),
  at: z.string(),
  /** In the history: the number of the move, which grows. */
  move: z.number().int().optional(),
});
export type AliasRow = z.infer<typeof AliasRow>;

/** Roles of columns for a preview or a run. */
export const ColumnRoles = z.object({
  id: z.string().optional(),
  label: z.string().optional(),
  keep: z.array(z.string()).optional(),
  /** Every column goes along with the results. Unlike `keep` it has no say in what feeds the model. */
  keepAll: z.boolean().optional(),
  features: z.array(z.string()).optional(),
});
export type ColumnRoles = z.infer<typeof ColumnRoles>;

export const Preview = DataDescription.pick({
  format: true,
  columns: true,
  rows: true,
  sample: true,
  notes: true,
  look: true,
}).extend({
  /** `columns` and `sample` hold the first of them where there are too many for a call. */
  columnsTotal: z.number().int(),
  binding: z.array(BindingLine),
});
export type Preview = z.infer<typeof Preview>;

const named = z.object({ model: z.string() });

export const modelsContract = {
  import: oc
    .errors(problemErrors)
    .input(ImportOptions.extend({ grant: z.string() }))
    .output(Imported),
  get: oc.errors(problemErrors).input(VersionRef).output(VersionInfo),
  /** By name; `after` is a model. */
  list: oc.errors(problemErrors).input(Page.default(firstPage)).output(z.array(ModelRow)),
  /** Of one model, newest first; `after` is a version's number. */
  versions: oc
    .errors(problemErrors)
    .input(Page.extend({ model: z.string() }))
    .output(z.array(VersionRow)),
  rename: oc
    .errors(problemErrors)
    .input(named.extend({ to: z.string() }))
    .output(ModelRow),
  /** Into the bin: kept 30 days, then `gc` frees it. */
  delete: oc.errors(problemErrors).input(named).output(ModelRow),
  restore: oc.errors(problemErrors).input(named).output(ModelRow),
  /** The same artifact with another recipe: a new version of the model, or the one that has that recipe already. */
  revise: oc
    .errors(problemErrors)
    .input(z.object({ ref: z.string(), recipe: Recipe }))
    .output(Imported),
};

export const aliasesContract = {
  set: oc
    .errors(problemErrors)
    .input(z.object({ ref: z.string(), alias: z.string() }))
    .output(AliasRow),
  delete: oc
    .errors(problemErrors)
    .input(named.extend({ alias: z.string() }))
    .output(AliasRow),
  /** By model and alias; `after` is `model@alias`. */
  list: oc.errors(problemErrors).input(Page.default(firstPage)).output(z.array(AliasRow)),
  /** Oldest first; `after` is the `move` of a row, as text. */
  history: oc.errors(problemErrors).input(Page.extend(named.partial().shape)).output(z.array(AliasRow)),
};

export const dataContract = {
  preview: oc
    .errors(problemErrors)
    .input(
      z.object({
        data: z.array(z.string()).min(1),
        model: VersionRef.optional(),
        roles: ColumnRoles.default({}),
        reading: DataReading.optional(),
      }),
    )
    .output(Preview),
  /**
   * Headers of up to 20,000 pictures, spread evenly, within 5 seconds: unreadable ones, sizes, formats. It stands beside a
   * run, which does not wait for it. Throws BINDING_TYPE for tables.
   */
  look: oc
    .errors(problemErrors)
    .input(z.object({ data: z.array(z.string()).min(1) }))
    .output(LongLook),
  /** Newest first; `after` is a dataset. */
  datasets: oc.errors(problemErrors).input(Page.default(firstPage)).output(z.array(DatasetRow)),
};
