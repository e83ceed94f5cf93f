import { closestName } from '../contract/index.ts';
import type {
  ColumnsInput,
  FeatureColumn,
  Inspection,
  MissingRule,
  ProblemError,
  Recipe,
  ValueInfo,
} from '../contract/index.ts';
import { requireImageFits } from './fit-pictures.ts';
import { misfit } from './misfit.ts';
import { findInput, isElementType, isFloat, isInteger, rowShape } from './shape.ts';
import { counted, listed, shapeInWords, shown } from './words.ts';

/** Throws RECIPE_MISFIT for the first way in which the recipe's inputs are not the model's. */
export function requireInputsFit(recipe: Recipe, inspection: Inspection): void {
  const seen = new Set<string>();
  for (const input of recipe.inputs) {
    if (seen.has(input.input)) throw misfit(`The recipe feeds the input ${shown(input.input)} twice.`, input.input);
    seen.add(input.input);
    const value = requireInput(input.input, inspection);
    if (inspection.optionalInputs.includes(value.name)) throw hasDefault(value.name);
    if (input.from === 'image') requireImageFits(input, value);
    else requireColumnsFit(input, value);
  }
  const needed = inspection.signature.inputs.filter((value) => !inspection.optionalInputs.includes(value.name));
  const left = needed.filter((value) => !seen.has(value.name)).map((value) => value.name);
  if (left.length > 0) {
    throw misfit(`The recipe does not feed ${listed(left)}, which the model needs.`, left[0] ?? null);
  }
  requireOneBatch(recipe, inspection);
}

/** onnxruntime-node drops what is fed to an input with a default without a word, so the recipe must not promise it. */
function hasDefault(name: string): ProblemError {
  return misfit(
    `The input ${shown(name)} has a default value in the model, and ONNX Runtime for Node takes no other.`,
    name,
    'Leave this input out of the recipe.',
  );
}

/** Values that a feature puts side by side. */
export function featureWidth(feature: FeatureColumn): number {
  const last = feature.steps.at(-1);
  return last?.step === 'oneHot' ? last.categories.length : 1;
}

function requireInput(name: string, inspection: Inspection): ValueInfo {
  const value = findInput(inspection, name);
  const names = inspection.signature.inputs.map((input) => input.name);
  if (value === undefined) {
    const closest = closestName(name, names);
    const offer = closest === null ? `Its inputs are ${listed(names)}.` : `The closest input is ${shown(closest)}.`;
    throw misfit(`The model has no input ${shown(name)}.`, name, offer);
  }
  if (!isElementType(value.type)) {
    throw misfit(`The input ${shown(name)} takes ${value.type}, which Drydock does not feed.`, name);
  }
  return value;
}

function requireColumnsFit(input: ColumnsInput, value: ValueInfo): void {
  requireMissingRule(input.missing, value, input.input);
  if (!Array.isArray(input.columns)) return;
  for (const feature of input.columns) {
    requireMissingRule(feature.missing, value, feature.column);
    requireSteps(feature, value);
  }
  const shape = rowShape(value.shape);
  if (shape.width === null && shape.dims.length > 1) {
    throw misfit(
      `The input ${shown(value.name)} takes ${shapeInWords(value.shape)}: a row has no fixed number of values, so columns cannot fill it.`,
      value.name,
    );
  }
  const width = input.columns.reduce((sum, feature) => sum + featureWidth(feature), 0);
  if (shape.width !== null && width !== shape.width) {
    throw misfit(
      `The input ${shown(value.name)} takes ${counted(shape.width, 'value')} a row, the recipe's columns give ${width}.`,
      value.name,
      `${counted(input.columns.length, 'column')}: ${listed(input.columns.map((feature) => feature.column))}.`,
    );
  }
}

function requireMissingRule(missing: MissingRule, value: ValueInfo, subject: string): void {
  if (missing.rule === 'nan' && !isFloat(value.type)) {
    throw misfit(
      `The recipe gives NaN for missing cells of ${shown(subject)}, but the input ${shown(value.name)} takes ${value.type}, which has no NaN.`,
      subject,
      'Use the rule "fail" or "value".',
    );
  }
}

function requireSteps(feature: FeatureColumn, value: ValueInfo): void {
  const column = shown(feature.column);
  if (value.type === 'string' && feature.steps.length > 0) {
    throw misfit(
      `The recipe applies ${feature.steps[0]!.step} to ${column}, but the input ${shown(value.name)} takes text.`,
      feature.column,
    );
  }
  for (const [index, step] of feature.steps.entries()) {
    if (step.step === 'oneHot' && index !== feature.steps.length - 1) {
      throw misfit(`The step oneHot of ${column} is not the last one; nothing can follow it.`, feature.column);
    }
    if (step.step === 'oneHot' && index > 0) {
      throw misfit(
        `The step oneHot of ${column} compares the cell's text, so no step can come before it.`,
        feature.column,
      );
    }
    if (step.step === 'code' && index > 0) {
      throw misfit(`The step code of ${column} reads the cell's text, so it has to be the first step.`, feature.column);
    }
  }
  requireFillIn(feature, value);
}

/** The value for missing cells has to be what the first step, or without steps the input, takes. */
function requireFillIn(feature: FeatureColumn, value: ValueInfo): void {
  if (feature.missing.rule === 'fail') return;
  const column = shown(feature.column);
  const takesText = value.type === 'string' || readsText(feature);
  if (feature.missing.rule === 'nan') {
    if (!takesText) return;
    throw misfit(`The recipe gives NaN for missing cells of ${column}, which is read as text.`, feature.column);
  }
  const fill = feature.missing.value;
  if (takesText) return;
  if (typeof fill === 'string') {
    throw misfit(
      `The recipe fills missing cells of ${column} with "${shown(fill)}", a number is needed.`,
      feature.column,
    );
  }
  if (isInteger(value.type) && feature.steps.length === 0 && !Number.isInteger(fill)) {
    throw misfit(
      `The recipe fills missing cells of ${column} with ${fill}, but the input ${shown(value.name)} takes whole numbers.`,
      feature.column,
    );
  }
}

/** Whether a feature's cells are read as text because its first step compares text. */
export function readsText(feature: FeatureColumn): boolean {
  const first = feature.steps[0];
  return first?.step === 'oneHot' || first?.step === 'code';
}

function requireOneBatch(recipe: Recipe, inspection: Inspection): void {
  let first: { name: string; rows: number } | null = null;
  for (const input of recipe.inputs) {
    const rows = rowShape(findInput(inspection, input.input)?.shape ?? null).fixedBatch;
    if (rows === null) continue;
    if (first !== null && first.rows !== rows) {
      throw misfit(
        `The input ${shown(first.name)} takes ${counted(first.rows, 'row')} a call and ${shown(input.input)} takes ${rows}; a batch cannot be both.`,
        input.input,
      );
    }
    first ??= { name: input.input, rows };
  }
}
