import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DataReading } from './data.ts';
import { problemErrors } from './errors.ts';
import { Recipe } from './recipe.ts';
import { VersionRef } from './registry.ts';

/** One value on its way from a cell to a tensor. */
export const TraceValue = z.object({
  column: z.string(),
  /** As it stands in the file; null where missing. */
  cell: z.string().nullable(),
  /** After each step, in words: `standardise: 0.42`. */
  steps: z.array(z.object({ step: z.string(), value: z.string() })),
  /** What the model gets; null where the row fails here. */
  value: z.string().nullable(),
  problem: z.string().nullable(),
});

/** One input of the model as one row fills it. At most 200 values are listed. */
export const TraceInput = z.object({
  input: z.string(),
  type: z.string(),
  shape: z.array(z.number().int()),
  values: z.array(TraceValue),
  /** Values that are not listed. */
  more: z.number().int(),
  /** For pictures: the steps in words with the size after each, and the picture as the model sees it (a resource). */
  picture: z.object({ steps: z.array(z.string()), resource: z.string().nullable() }).nullable(),
});

export const TraceOutput = z.object({
  output: z.string(),
  shape: z.array(z.number().int()),
  values: z.array(z.string()),
  more: z.number().int(),
});

/** One row through every step of a recipe: cells, tensors, raw outputs, and what is made of them. */
export const Trace = z.object({
  name: z.string(),
  inputs: z.array(TraceInput),
  outputs: z.array(TraceOutput),
  result: z.array(z.object({ column: z.string(), value: z.union([z.string(), z.number(), z.boolean(), z.null()]) })),
  error: z.string().nullable(),
});
export type Trace = z.infer<typeof Trace>;

export const recipesContract = {
  /**
   * Rows `from` to `from + count` of the data through the version, or through `recipe` in its place (a draft that no
   * version has yet). `data` are grants, or `dataset` names one that was read before; without either the rows
   * of the newest dataset that a run of this version used are taken, or else of any version of its model.
   */
  trace: oc
    .errors(problemErrors)
    .input(
      z.object({
        model: VersionRef,
        recipe: Recipe.optional(),
        data: z.array(z.string()).optional(),
        dataset: z.string().optional(),
        /** How `data` is written; a dataset is read as it was. */
        reading: DataReading.optional(),
        from: z.number().int().min(0).default(0),
        count: z.number().int().min(1).max(5).default(1),
      }),
    )
    .output(z.object({ traces: z.array(Trace), source: z.string(), notes: z.array(z.string()) })),
};
