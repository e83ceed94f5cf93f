import { problem } from '../contract/index.ts';
import type { ColumnsInput, FeatureColumn, Recipe } from '../contract/index.ts';
import type { Binder } from './binder.ts';
import { counted, listed, shown } from './words.ts';

/** The recipe with the columns that a person names in place of its own: the steps stay with the places. */
export function applyFeatures(recipe: Recipe, binder: Binder): Recipe {
  const { features } = binder.roles;
  if (features === undefined || features.length === 0) return recipe;
  const inputs = recipe.inputs.filter((input) => input.from === 'columns');
  const [only] = inputs;
  if (only === undefined || inputs.length > 1) {
    const words =
      only === undefined
        ? 'The model takes no columns, so --features has nothing to name.'
        : `The model has ${inputs.length} inputs of columns, ${listed(inputs.map((input) => input.input))}; --features can name those of one only.`;
    binder.refuse(problem('USAGE', words, { hint: 'Leave --features out, or change the recipe.' }));
    return recipe;
  }
  const seen = new Set<string>();
  const twice = features.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) binder.notes.push(`The column ${shown(twice)} is named twice and fills two places.`);
  const columns = namedColumns(only, features, binder);
  if (columns === null) return recipe;
  return { ...recipe, inputs: recipe.inputs.map((input) => (input === only ? { ...only, columns } : input)) };
}

function namedColumns(input: ColumnsInput, names: readonly string[], binder: Binder): FeatureColumn[] | null {
  const own = Array.isArray(input.columns) ? input.columns : null;
  if (own === null) return names.map((column) => ({ column, missing: input.missing, steps: [] }));
  if (own.length !== names.length) {
    const words = `The recipe has ${counted(own.length, 'column')} for the input ${shown(input.input)}, --features names ${names.length}.`;
    binder.refuse(
      problem('BINDING_AMBIGUOUS', words, {
        subject: input.input,
        hint: `The recipe's columns are ${listed(own.map((feature) => feature.column))}.`,
      }),
    );
    return null;
  }
  const moved = own.flatMap((feature, index) =>
    feature.column === names[index] ? [] : [`${names[index]} for ${feature.column}`],
  );
  if (moved.length > 0) binder.notes.push(`Columns in place of the recipe's: ${listed(moved)}.`);
  return own.map((feature, index) => ({ ...feature, column: names[index]! }));
}
