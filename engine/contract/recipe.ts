import { z } from 'zod';

/** What to do with a missing cell of a feature: fail the row (the default), use a value, or hand NaN to the model. */
export const MissingRule = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('fail') }),
  z.strictObject({ rule: z.literal('value'), value: z.union([z.number(), z.string()]) }),
  z.strictObject({ rule: z.literal('nan') }),
]);
export type MissingRule = z.infer<typeof MissingRule>;

/** A step on one column, applied in order. Numbers are doubles until the last step; the tensor's type is cast to at the end. */
export const ColumnStep = z.discriminatedUnion('step', [
  /** (x - mean) / std, as scikit-learn's StandardScaler; std must not be 0. */
  z.strictObject({ step: z.literal('standardise'), mean: z.number(), std: z.number().positive() }),
  /** One value per category, 1 where the cell's text equals it. Must be the last step. */
  z.strictObject({
    step: z.literal('oneHot'),
    categories: z.array(z.string()).min(1),
    unknown: z.enum(['zeros', 'fail']).default('fail'),
  }),
  /** Text to number, for ordinal codes. `unknown` null fails the row. */
  z.strictObject({
    step: z.literal('code'),
    codes: z.record(z.string(), z.number()),
    unknown: z.number().nullable().default(null),
  }),
]);
export type ColumnStep = z.infer<typeof ColumnStep>;

/** A column that feeds an input. `as` null follows the input's type and the steps. */
export const FeatureColumn = z.strictObject({
  column: z.string().min(1),
  missing: MissingRule.default({ rule: 'fail' }),
  steps: z.array(ColumnStep).default([]),
});
export type FeatureColumn = z.infer<typeof FeatureColumn>;

/** Columns side by side into one input: scalars concatenated along the last axis, in this order. */
export const ColumnsInput = z.strictObject({
  input: z.string(),
  from: z.literal('columns'),
  /** The columns; or a range in the file's order; or null: chosen when the recipe meets data, by the rule of exactly k numeric columns. */
  columns: z
    .union([z.array(FeatureColumn).min(1), z.strictObject({ first: z.string(), last: z.string() }), z.null()])
    .default(null),
  /** For columns that name no rule of their own (a range, or columns chosen when data is met). */
  missing: MissingRule.default({ rule: 'fail' }),
});
export type ColumnsInput = z.infer<typeof ColumnsInput>;

/** Resizing by name: each equals the library that it is called after, for 8-bit pictures. */
export const resizeAlgorithms = [
  'pillow-nearest',
  'pillow-box',
  'pillow-bilinear',
  'pillow-hamming',
  'pillow-bicubic',
  'pillow-lanczos',
  'opencv-nearest',
  'opencv-linear',
  'opencv-area',
  'opencv-cubic',
] as const;
export const ResizeAlgorithm = z.enum(resizeAlgorithms);
export type ResizeAlgorithm = z.infer<typeof ResizeAlgorithm>;

/** A side of a picture, in pixels. */
const Side = z.number().int().positive().max(16_384);

/**
 * Lets the JPEG decoder leave out detail: it decodes at a half, a quarter or an eighth while both sides stay at least
 * twice what the step makes of them. Faster, and no longer equal to a library that decodes the whole picture.
 */
const shrinkOnLoad = z.literal(true).optional();

/** A step on a picture of 8 bits a channel, grey or RGB, applied in order before channel order, layout and scale. */
export const PictureStep = z.discriminatedUnion('step', [
  /** Turns and mirrors as EXIF says. Only as the first step; without it the pixels stay as they are stored. */
  z.strictObject({ step: z.literal('orient') }),
  /** To an exact size, or until the shortest or the longest side has a length (the other one is rounded down, as torchvision does). */
  z.strictObject({
    step: z.literal('resize'),
    algorithm: ResizeAlgorithm,
    to: z.union([
      z.strictObject({ width: Side, height: Side }),
      z.strictObject({ shortest: Side }),
      z.strictObject({ longest: Side }),
    ]),
    shrinkOnLoad,
  }),
  /** The middle of the picture; a smaller one is padded with black first, as torchvision's CenterCrop does. */
  z.strictObject({ step: z.literal('crop'), width: Side, height: Side }),
  /** Into a frame with its proportions kept, the rest filled. `colour` is red, green, blue. */
  z.strictObject({
    step: z.literal('letterbox'),
    algorithm: ResizeAlgorithm,
    width: Side,
    height: Side,
    colour: z.array(z.number().int().min(0).max(255)).length(3).default([0, 0, 0]),
    shrinkOnLoad,
  }),
]);
export type PictureStep = z.infer<typeof PictureStep>;

/**
 * A picture into one input: 8-bit pixels, after `steps` of the model's own size, value = (pixel * scale - mean[c]) / std[c].
 * `grey` from a colour picture is ITU-R 601 luma as Pillow rounds it; colour from grey repeats the channel.
 * `mean` and `std` are in the order of the model's channels (blue first for `bgr`); empty means 0 and 1.
 */
export const ImageInput = z.strictObject({
  input: z.string(),
  from: z.literal('image'),
  channels: z.enum(['grey', 'rgb', 'bgr']),
  layout: z.enum(['NCHW', 'NHWC', 'NHW']),
  /** Absent in recipes that take pictures as large as the model does; a recipe without it keeps its digest. */
  steps: z.array(PictureStep).min(1).max(16).optional(),
  scale: z.number().default(1),
  mean: z.array(z.number()).default([]),
  std: z.array(z.number().positive()).default([]),
  /** Pixels, for a model that takes any size; null: the size that the model declares. */
  size: z
    .strictObject({ width: z.number().int().positive(), height: z.number().int().positive() })
    .nullable()
    .default(null),
});
export type ImageInput = z.infer<typeof ImageInput>;

export const RecipeInput = z.discriminatedUnion('from', [ColumnsInput, ImageInput]);
export type RecipeInput = z.infer<typeof RecipeInput>;

/**
 * What the outputs mean. `prediction` names the output that decides; `scores` the one that holds a value per class.
 * classification, decision `label`: `prediction` holds labels or class numbers; `argmax`: the largest of `scores`;
 * `threshold`: binary, positive when the positive class's probability is at least `threshold`.
 */
export const RecipeOutputs = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('classification'),
    decision: z.enum(['label', 'argmax', 'threshold']),
    prediction: z.string(),
    scores: z.string().nullable().default(null),
    activation: z.enum(['none', 'softmax', 'sigmoid', 'exp']).default('none'),
    /** In the order of the scores; null: 0..k-1, said so. */
    labels: z.array(z.string()).min(2).nullable().default(null),
    /** Label of the positive class; null: the second label. */
    positive: z.string().nullable().default(null),
    threshold: z.number().min(0).max(1).default(0.5),
  }),
  z.strictObject({ task: z.literal('regression'), prediction: z.string() }),
  /** No meaning known: one column per output, as the model gives them. */
  z.strictObject({ task: z.literal('raw'), outputs: z.array(z.string()).min(1) }),
]);
export type RecipeOutputs = z.infer<typeof RecipeOutputs>;

/** The versioned contract of pre- and post-processing that travels with an artifact. */
export const Recipe = z.strictObject({
  format: z.literal('drydock-recipe/1'),
  inputs: z.array(RecipeInput),
  outputs: RecipeOutputs,
});
export type Recipe = z.infer<typeof Recipe>;

/** One line of a binding: how an input (or a part of it) is fed, or why not. */
export const BindingLine = z.object({
  input: z.string(),
  from: z.string().nullable(),
  status: z.enum(['ok', 'guessed', 'missing', 'type', 'ambiguous', 'default']),
  words: z.string(),
});
export type BindingLine = z.infer<typeof BindingLine>;
