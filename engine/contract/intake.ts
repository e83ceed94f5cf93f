import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DataFormat } from './data.ts';
import { problemErrors } from './errors.ts';
import { Problem } from './problem.ts';

/** A model that was dropped: a known one is named, a new one is imported when it is used. */
export const DroppedModel = z.object({
  kind: z.literal('model'),
  grant: z.string(),
  name: z.string(),
  bytes: z.number(),
  /** `name@3` where the file's digest is a version's already. */
  known: z.string().nullable(),
});

/** Rows or pictures. A dropped folder of pictures, or several files of one format, are one piece of data. */
export const DroppedData = z.object({
  kind: z.literal('data'),
  grants: z.array(z.string()).min(1),
  name: z.string(),
  format: DataFormat,
  files: z.number().int(),
  bytes: z.number(),
  /** True where a large folder was not counted to its end: `files` and `bytes` are what was met so far. */
  partial: z.boolean(),
  /** Columns by name, as far as a first look tells; the rest by `data.preview`. */
  columns: z.array(z.string()),
  /** The dataset that these very files are, where they have been read before. */
  dataset: z.string().nullable(),
});

/** A table that holds predictions of some model: it can be scored like data, or compared once comparing exists. */
export const DroppedPredictions = DroppedData.extend({
  kind: z.literal('predictions'),
  /** The columns that were taken for the prediction and the probabilities. */
  prediction: z.string(),
  probabilities: z.array(z.string()),
});

export const DroppedRecipe = z.object({ kind: z.literal('recipe'), grant: z.string(), name: z.string() });

/** Something that is not used, and why: what it is, and what to do (for a model of another format the export command). */
export const DroppedOther = z.object({
  kind: z.literal('refused'),
  grant: z.string(),
  name: z.string(),
  problem: Problem,
});

export const Dropped = z.discriminatedUnion('kind', [
  DroppedModel,
  DroppedData,
  DroppedPredictions,
  DroppedRecipe,
  DroppedOther,
]);
export type Dropped = z.infer<typeof Dropped>;

/** A guess that a person can change with one click; `why` is the reason in words. */
const Guess = z.object({ value: z.string().nullable(), why: z.string().nullable() });

/** What stands in the sentence before anybody changes it. */
export const IntakeGuesses = z.object({
  /** Models in the order of their versions (by _v1, _v2, then date): references or names of `items`. */
  modelOrder: z.array(z.string()),
  label: Guess,
  id: Guess,
  positive: Guess,
});
export type IntakeGuesses = z.infer<typeof IntakeGuesses>;

export const Intake = z.object({ items: z.array(Dropped), guesses: IntakeGuesses });
export type Intake = z.infer<typeof Intake>;

export const Sample = z.object({ sample: z.string(), title: z.string() });
export type Sample = z.infer<typeof Sample>;

export const intakeContract = {
  /**
   * What the files and folders of one drop are, told by their bytes in a child. Never throws for a file that is no good:
   * that one is `refused`, the others are used.
   */
  recognise: oc
    .errors(problemErrors)
    .input(
      z.object({
        grants: z.array(z.string()).min(1).max(1000),
        /** Versions that are chosen already: what they take and tell apart helps to guess. Unknown ones are passed over. */
        models: z.array(z.string()).max(16).default([]),
      }),
    )
    .output(Intake),
  /** Samples that come with the program: models with their recipes, and data for them. */
  samples: oc.errors(problemErrors).output(z.array(Sample)),
  /** Imports the versions of a sample (or finds them again) and grants its data. */
  openSample: oc
    .errors(problemErrors)
    .input(z.object({ sample: z.string() }))
    .output(z.object({ models: z.array(z.string()), data: z.array(z.string()) })),
};
