import { ProblemError, Recipe, type Inspection } from '../contract/index.ts';
import { suggestInputs } from './suggest-inputs.ts';
import { suggestOutputs } from './suggest-outputs.ts';
import type { SuggestOptions, Suggestion } from './suggestion.ts';
import { validateRecipe } from './validate.ts';

/**
 * The recipe that a practitioner would expect from what the model says of itself. Inputs of which nothing can be said
 * stay open until data is met.
 *
 * Throws USAGE or RECIPE_MISFIT when the options do not go with the model.
 */
export function suggestRecipe(inspection: Inspection, options: SuggestOptions = {}): Suggestion {
  const notes: string[] = [];
  const inputs = suggestInputs(inspection, options, notes);
  const isPicture = inputs.some((input) => input.from === 'image');
  const outputs = suggestOutputs(inspection, { ...options, isPicture }, notes);
  const recipe = Recipe.parse({ format: 'drydock-recipe/1', inputs, outputs });
  const isSaid = options.features ?? options.featuresFrom ?? options.prediction;
  if (isSaid === undefined) notes.push(...misfit(recipe, inspection));
  else validateRecipe(recipe, inspection);
  return { recipe, notes };
}

/**
 * A model whose inputs no guess can feed from rows (a recurrent state, say), or whose outputs are no tensors, is still a
 * model: it can be imported and looked at. A run says again why it cannot be scored.
 */
function misfit(recipe: Recipe, inspection: Inspection): string[] {
  try {
    validateRecipe(recipe, inspection);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { message, hint } = error.problem;
    return [`The model cannot be scored as it is: ${message} ${hint ?? 'A recipe of your own may feed it.'}`];
  }
}
