import type { Recipe } from '../contract/index.ts';

/** What a person already knows of a model. */
export interface SuggestOptions {
  /** Columns of its one input, in the model's order. */
  features?: string[];
  /** The columns from this one to `featuresTo`, in the data's order. */
  featuresFrom?: string;
  featuresTo?: string;
  /** The output that is the prediction. */
  prediction?: string;
  /** Class labels in the order of the scores, from outside the model. */
  labels?: string[] | null;
}

export interface Suggestion {
  recipe: Recipe;
  /** Every guess, as a sentence. */
  notes: string[];
}
