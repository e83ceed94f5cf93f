import type { Recipe } from '../contract/index.ts';

/**
 * What the values of an input's row are made of, in their order: a column, or of a one-hot column each category. Null for
 * an input that is not fed from columns, or whose columns are still open.
 */
export function featureNames(recipe: Recipe, input: string): string[] | null {
  const found = recipe.inputs.find((each) => each.input === input);
  if (found?.from !== 'columns' || !Array.isArray(found.columns)) return null;
  return found.columns.flatMap(({ column, steps }) => {
    const last = steps.at(-1);
    return last?.step === 'oneHot' ? last.categories.map((category) => `${column} = ${category}`) : [column];
  });
}
