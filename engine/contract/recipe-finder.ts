import { oc } from '@orpc/contract';
import { z } from 'zod';
import { problemErrors } from './errors.ts';
import { ImageInput } from './recipe.ts';
import { VersionRef } from './registry.ts';

/** Ways of pre-processing pictures that models are commonly trained with; `current` is what the version has. */
export const picturePresets = [
  'current',
  'zero-one',
  'minus-one-one',
  'raw',
  'imagenet',
  'keras-torch',
  'keras-tf',
  'keras-caffe',
] as const;
export const PicturePresetName = z.enum(picturePresets);
export type PicturePresetName = z.infer<typeof PicturePresetName>;

/** A preset as it fits a model: put `input` in the place of the recipe's picture input. */
export const PicturePreset = z.object({
  preset: PicturePresetName,
  /** What it does, as a sentence. */
  words: z.string(),
  input: ImageInput,
});
export type PicturePreset = z.infer<typeof PicturePreset>;

/** How a preset did on the pictures. */
export const RecipeCandidate = PicturePreset.extend({
  /** Share of pictures whose class folder was predicted; null without labels that the model knows. */
  accuracy: z.number().nullable(),
  /** Mean probability of the predicted class; null when the model gives none. */
  confidence: z.number().nullable(),
  scored: z.number().int(),
  failed: z.number().int(),
  /** Different classes predicted. One class for everything speaks against a preset, however confident. */
  classes: z.number().int(),
  /** The first reason why a picture failed. */
  problem: z.string().nullable(),
});
export type RecipeCandidate = z.infer<typeof RecipeCandidate>;

export const FoundRecipes = z.object({
  /** Best first. The first one is a guess, never knowledge: nothing in a model says how its pictures were made. */
  candidates: z.array(RecipeCandidate),
  basis: z.enum(['accuracy', 'confidence']),
  guessed: z.literal(true),
  /** Pictures that were tried. */
  pictures: z.number().int(),
  /** False when the time was up before every preset was tried. */
  complete: z.boolean(),
  notes: z.array(z.string()),
});
export type FoundRecipes = z.infer<typeof FoundRecipes>;

export const recipeFinderContract = {
  /** Presets that fit the model's picture input, in their fixed order. */
  presets: oc.errors(problemErrors).input(VersionRef).output(z.array(PicturePreset)),
  /**
   * Scores the presets, in the layouts and channel orders that fit the model, on up to 64 pictures spread over the data, in
   * a child process. Aborting the call ends it; what was scored within `seconds` is the answer.
   */
  find: oc
    .errors(problemErrors)
    .input(
      z.object({
        model: VersionRef,
        /** Grants of pictures, folders or archives. */
        data: z.array(z.string()).min(1),
        most: z.number().int().min(1).max(64).default(64),
        seconds: z.number().positive().max(300).default(60),
      }),
    )
    .output(FoundRecipes),
};
