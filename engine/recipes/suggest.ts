import type { Inspection } from '../contract/index.ts';
import { suggestInputs } from './suggest-inputs.ts';
import { suggestOutputs } from './suggest-outputs.ts';
import type { SuggestOptions, Suggestion } from './suggestion.ts';
import { validateRecipe } from './validate.ts';

/**
 * The recipe that a practitioner would expect from what the model says of itself. Inputs of which nothing can be said
 * stay open until data is met.
 *
 * Throws USAGE or RECIPE_MISFIT when the options do not go with the model, MODEL_NOT_RUNNABLE when no output can be read.
 */
export function suggestRecipe(inspection: Inspection, options: SuggestOptions = {}): Suggestion {
  const notes: string[] = [];
  const inputs = suggestInputs(inspection, options, notes);
  const isPicture = inputs.some((input) => input.from === 'image');
  const outputs = suggestOutputs(inspection, { ...options, isPicture }, notes);
  const recipe = validateRecipe({ format: 'drydock-recipe/1', inputs, outputs }, inspection);
  return { recipe, notes };
}
