import type { ColumnStep, FeatureColumn, MissingRule, Recipe, RecipeInput, RecipeOutputs } from '../../../engine/contract/index.ts';
import { figure } from '../../components/index.ts';

/** A recipe as sentences, in the order in which it acts. */
export function recipeInWords(recipe: Recipe): string[] {
  return [...recipe.inputs.map(inputInWords), outputsInWords(recipe.outputs)];
}

export function inputInWords(input: RecipeInput): string {
  if (input.from === 'image') {
    const size = input.size === null ? "at the model's own size" : `at ${input.size.width} x ${input.size.height}`;
    return `${input.input}: a picture ${size}, ${channelWords[input.channels]}, laid out ${input.layout}, ${scaleInWords(input)}.`;
  }
  const { columns } = input;
  if (columns === null) return `${input.input}: the numeric columns of the data, in their order. ${missingInWords(input.missing)}`;
  if (!Array.isArray(columns)) return `${input.input}: the columns from ${columns.first} to ${columns.last}. ${missingInWords(input.missing)}`;
  const names = columns.map(({ column }) => column);
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
  const stepped = columns.filter(({ steps }) => steps.length > 0).length;
  const steps = stepped === 0 ? '' : ` ${stepped === columns.length ? 'All' : stepped} of them with steps.`;
  return `${input.input}: ${shown}.${steps}`;
}

const channelWords = { grey: 'grey', rgb: 'red, green, blue', bgr: 'blue, green, red' } as const;

function scaleInWords({ scale, mean, std }: Extract<RecipeInput, { from: 'image' }>): string {
  const parts = [scale === 1 ? 'values as they are' : `values times ${figure(scale)}`];
  if (mean.some((value) => value !== 0)) parts.push(`less ${mean.map(figure).join(', ')}`);
  if (std.some((value) => value !== 1)) parts.push(`divided by ${std.map(figure).join(', ')}`);
  return parts.join(', ');
}

export function missingInWords(rule: MissingRule): string {
  if (rule.rule === 'fail') return 'A missing cell fails its row.';
  if (rule.rule === 'nan') return 'A missing cell reaches the model as NaN.';
  return `A missing cell becomes ${String(rule.value)}.`;
}

export function stepInWords(step: ColumnStep): string {
  switch (step.step) {
    case 'standardise':
      return `less ${figure(step.mean)}, divided by ${figure(step.std)}`;
    case 'oneHot':
      return `one of ${step.categories.length}: ${step.categories.slice(0, 6).join(', ')}${step.categories.length > 6 ? ', ...' : ''}`;
    case 'code':
      return `code of ${Object.keys(step.codes).length} words`;
  }
}

export function featureInWords(feature: FeatureColumn): string {
  return [feature.column, ...feature.steps.map(stepInWords)].join(', then ');
}

export function outputsInWords(outputs: RecipeOutputs): string {
  if (outputs.task === 'raw') return `Outputs as the model gives them: ${outputs.outputs.join(', ')}.`;
  if (outputs.task === 'regression') return `The prediction is the number in ${outputs.prediction}.`;
  const classes = outputs.labels === null ? '' : ` Classes: ${outputs.labels.slice(0, 12).join(', ')}${outputs.labels.length > 12 ? ', ...' : ''}.`;
  const activation = outputs.activation === 'none' ? '' : ` after ${outputs.activation}`;
  if (outputs.decision === 'label') return `The prediction is the class that ${outputs.prediction} names.${classes}`;
  if (outputs.decision === 'argmax') return `The prediction is the class with the largest value of ${outputs.scores ?? outputs.prediction}${activation}.${classes}`;
  return `${outputs.positive ?? 'The positive class'} is predicted from a probability of ${outputs.threshold} on${activation}.${classes}`;
}
