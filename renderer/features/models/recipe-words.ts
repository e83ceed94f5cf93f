import type {
  ColumnsInput,
  ColumnStep,
  MissingRule,
  PictureStep,
  Recipe,
  RecipeInput,
  RecipeOutputs,
} from '../../../engine/contract/index.ts';
import { figure } from '../../components/index.ts';

/** A recipe as sentences, in the order in which it acts. */
export function recipeInWords(recipe: Recipe): string[] {
  const own = recipe.inputs.filter(takesOwnColumn);
  const others = recipe.inputs.filter((input) => !takesOwnColumn(input));
  return [
    ...(own.length > 1 ? [ownColumnsInWords(own)] : own.map(inputInWords)),
    ...others.map(inputInWords),
    outputsInWords(recipe.outputs),
  ];
}

/** An input that is fed by one column of its own name, as it is. */
function takesOwnColumn(input: RecipeInput): input is ColumnsInput {
  if (input.from !== 'columns' || !Array.isArray(input.columns) || input.columns.length !== 1) return false;
  const [feature] = input.columns;
  return feature?.column === input.input && feature.steps.length === 0;
}

function ownColumnsInWords(inputs: readonly ColumnsInput[]): string {
  const byRule = new Map<string, string[]>();
  for (const input of inputs) {
    const rule = Array.isArray(input.columns) && input.columns[0] ? missingInWords(input.columns[0].missing) : '';
    byRule.set(rule, [...(byRule.get(rule) ?? []), input.input]);
  }
  const rules = [...byRule].map(([rule, names]) =>
    byRule.size === 1 ? rule : `${names.join(', ')}: ${rule.charAt(0).toLowerCase()}${rule.slice(1)}`,
  );
  return `Each input takes the column of its name: ${inputs.map(({ input }) => input).join(', ')}. ${rules.join(' ')}`;
}

export function inputInWords(input: RecipeInput): string {
  if (input.from === 'image') {
    const size = input.size === null ? "at the model's own size" : `at ${input.size.width} x ${input.size.height}`;
    const steps = (input.steps ?? []).map(pictureStepInWords);
    return `${input.input}: a picture${steps.length === 0 ? ` ${size}` : `, ${steps.join(', then ')}`}, ${channelWords[input.channels]}, laid out ${input.layout}, ${scaleInWords(input)}.`;
  }
  const { columns } = input;
  if (columns === null)
    return `${input.input}: the numeric columns of the data, in their order. ${missingInWords(input.missing)}`;
  if (!Array.isArray(columns))
    return `${input.input}: the columns from ${columns.first} to ${columns.last}. ${missingInWords(input.missing)}`;
  const names = columns.map(({ column }) => column);
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
  const stepped = columns.filter(({ steps }) => steps.length > 0).length;
  const steps = stepped === 0 ? '' : ` ${stepped === columns.length ? 'All' : stepped} of them with steps.`;
  return `${input.input}: ${shown}.${steps}`;
}

export function pictureStepInWords(step: PictureStep): string {
  switch (step.step) {
    case 'orient':
      return 'turned as EXIF says';
    case 'crop':
      return `the middle ${step.width} x ${step.height} cut out`;
    case 'letterbox':
      return `fitted into ${step.width} x ${step.height} with ${step.algorithm}`;
    case 'resize':
      return `resized ${sizeInWords(step.to)} with ${step.algorithm}`;
  }
}

function sizeInWords(to: Extract<PictureStep, { step: 'resize' }>['to']): string {
  if ('shortest' in to) return `until the shortest side is ${to.shortest}`;
  if ('longest' in to) return `until the longest side is ${to.longest}`;
  return `to ${to.width} x ${to.height}`;
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
  return `A missing cell becomes ${fillInWords(rule.value)}.`;
}

/** What takes the place of a missing cell. */
export function fillInWords(value: string | number): string {
  return value === '' ? 'empty text' : String(value);
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

export function outputsInWords(outputs: RecipeOutputs): string {
  if (outputs.task === 'raw') return `Outputs as the model gives them: ${outputs.outputs.join(', ')}.`;
  if (outputs.task === 'regression') return `The prediction is the number in ${outputs.prediction}.`;
  const classes =
    outputs.labels === null
      ? ''
      : ` Classes: ${outputs.labels.slice(0, 12).join(', ')}${outputs.labels.length > 12 ? ', ...' : ''}.`;
  const activation = outputs.activation === 'none' ? '' : ` after ${outputs.activation}`;
  if (outputs.decision === 'label') return `The prediction is the class that ${outputs.prediction} names.${classes}`;
  if (outputs.decision === 'argmax')
    return `The prediction is the class with the largest value of ${outputs.scores ?? outputs.prediction}${activation}.${classes}`;
  return `${outputs.positive ?? 'The positive class'} is predicted from a probability of ${outputs.threshold} on${activation}.${classes}`;
}
