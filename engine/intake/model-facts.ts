import type { Inspection, Recipe } from '../contract/index.ts';
import type { ModelFacts } from './look.ts';

export const nothingKnown: ModelFacts = { task: 'raw', labels: null, positive: null, features: null, pictures: false };

/** What a recipe says that helps to guess the roles of columns. */
export function modelFacts(recipe: Recipe, inspection: Inspection): ModelFacts {
  const { outputs } = recipe;
  const labels = outputs.task === 'classification' ? (outputs.labels ?? inspection.labels) : null;
  const columns = recipe.inputs.map((input) => (input.from === 'columns' ? input.columns : null));
  const named = columns.every((list) => Array.isArray(list));
  return {
    task: outputs.task,
    labels,
    positive:
      outputs.task === 'classification' ? (outputs.positive ?? (labels?.length === 2 ? labels[1]! : null)) : null,
    features: named && columns.length > 0 ? columns.flatMap((list) => list.map((feature) => feature.column)) : null,
    pictures: recipe.inputs.some((input) => input.from === 'image'),
  };
}
