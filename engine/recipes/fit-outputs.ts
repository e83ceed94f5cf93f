import { closestName } from '../contract/index.ts';
import type { Inspection, ProblemError, Recipe, RecipeOutputs, ValueInfo } from '../contract/index.ts';
import { misfit } from './misfit.ts';
import {
  findInput,
  findOutput,
  fixedBatchOf,
  isElementType,
  isFloat,
  isInteger,
  isOfWholeCall,
  scoresWidth,
  zippedOf,
} from './shape.ts';
import { counted, listed, shown } from './words.ts';

type Classification = Extract<RecipeOutputs, { task: 'classification' }>;

/** Throws RECIPE_MISFIT for the first way in which the recipe's outputs are not the model's. */
export function requireOutputsFit(recipe: Recipe, inspection: Inspection): void {
  const { outputs } = recipe;
  for (const name of outputNames(outputs)) requireRowsOf(name, recipe, inspection);
  if (outputs.task === 'raw') {
    requireRawFits(outputs.outputs, inspection);
    return;
  }
  const prediction = requireOutput(outputs.prediction, inspection);
  if (outputs.task === 'classification') {
    requireClassificationFits(outputs, prediction, inspection);
    return;
  }
  if (!isFloat(prediction.type) && !isInteger(prediction.type)) {
    throw misfit(
      `The output ${shown(prediction.name)} gives ${prediction.type}, a regression needs numbers.`,
      prediction.name,
    );
  }
}

/** Every output that the recipe reads. */
function outputNames(outputs: RecipeOutputs): readonly string[] {
  if (outputs.task === 'raw') return outputs.outputs;
  const scores = outputs.task === 'classification' ? scoresOutput(outputs) : null;
  return scores === null ? [outputs.prediction] : [outputs.prediction, scores];
}

/** The output that holds one value per class: without a name of its own, the one that decides. */
export function scoresOutput(outputs: Classification): string | null {
  return outputs.scores ?? (outputs.decision === 'label' ? null : outputs.prediction);
}

function requireRawFits(names: readonly string[], inspection: Inspection): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw misfit(`The recipe names the output ${shown(name)} twice.`, name);
    seen.add(name);
    requireOutput(name, inspection);
  }
}

function requireOutput(name: string, inspection: Inspection): ValueInfo {
  const value = findOutput(inspection, name);
  if (value === undefined) {
    const names = inspection.signature.outputs.map((output) => output.name);
    const closest = closestName(name, names);
    const offer = closest === null ? `Its outputs are ${listed(names)}.` : `The closest output is ${shown(closest)}.`;
    throw misfit(`The model has no output ${shown(name)}.`, name, offer);
  }
  if (!isElementType(value.type) && zippedOf(inspection, name) === undefined) {
    throw unreadable(value);
  }
  return value;
}

/** onnxruntime-node 1.30: "Non tensor type is temporarily not supported." */
function unreadable({ name, type }: ValueInfo): ProblemError {
  if (!type.includes('<')) return misfit(`The output ${shown(name)} gives ${type}, which Drydock does not read.`, name);
  return misfit(
    `The output ${shown(name)} gives ${type}, and ONNX Runtime for Node hands over tensors only.`,
    name,
    'Export the model with its predictions as tensors; in ONNX, ConcatFromSequence makes one of a sequence.',
  );
}

/** One value for all rows of a call is a row's only where a call may hold one row. */
function requireRowsOf(name: string, recipe: Recipe, inspection: Inspection): void {
  if (!isOfWholeCall(findOutput(inspection, name))) return;
  const fed = recipe.inputs.flatMap((input) => findInput(inspection, input.input) ?? []);
  const rows = fixedBatchOf(fed);
  if (rows === null || rows === 1) return;
  throw misfit(
    `The output ${shown(name)} is one value for the ${rows} rows that the model takes at once, so no row has one of its own.`,
    name,
    'Export the model with a dynamic first dimension, or with an output that has a value for every row.',
  );
}

function requireClassificationFits(outputs: Classification, prediction: ValueInfo, inspection: Inspection): void {
  if (outputs.decision === 'label') requireLabelOutput(outputs.prediction, prediction, inspection);
  const scores = scoresOutput(outputs);
  const width = scores === null ? null : requireScores(scores, inspection);
  requireLabels(outputs, width, scores, inspection.labels);
  if (outputs.decision === 'argmax' && width !== null && width < 2) {
    throw misfit(
      `The output ${shown(scores ?? '')} gives 1 value a row, argmax needs one per class.`,
      scores,
      'For one probability of the positive class use the decision "threshold".',
    );
  }
  if (outputs.decision === 'threshold' && width !== null && width > 2) {
    throw misfit(
      `The decision "threshold" needs 1 or 2 values a row, the output ${shown(scores ?? '')} gives ${width}.`,
      scores,
      'Use the decision "argmax".',
    );
  }
}

function requireLabelOutput(name: string, value: ValueInfo, inspection: Inspection): void {
  const holdsLabels = value.type === 'string' || value.type === 'bool' || isInteger(value.type) || isFloat(value.type);
  if (zippedOf(inspection, name) !== undefined || !holdsLabels) {
    throw misfit(`The output ${shown(name)} gives ${value.type}, not a label for each row.`, name);
  }
}

function requireScores(name: string, inspection: Inspection): number | null {
  const value = requireOutput(name, inspection);
  const isZipped = zippedOf(inspection, name) !== undefined;
  if (!isZipped && !isFloat(value.type) && !isInteger(value.type)) {
    throw misfit(`The output ${shown(name)} gives ${value.type}, scores are numbers.`, name);
  }
  return scoresWidth(inspection, name);
}

function requireLabels(
  outputs: Classification,
  width: number | null,
  scores: string | null,
  held: readonly string[] | null,
): void {
  const { positive } = outputs;
  const classes = outputs.decision === 'threshold' || width === 1 ? 2 : width;
  if (outputs.labels !== null && classes !== null && outputs.labels.length !== classes) {
    throw misfit(
      `The recipe has ${counted(outputs.labels.length, 'label')}, the output ${shown(scores ?? outputs.prediction)} has ${classes} classes.`,
      scores ?? outputs.prediction,
    );
  }
  const numbered = Array.from({ length: classes ?? 0 }, (_, index) => String(index));
  const labels = outputs.labels ?? (held !== null && held.length === classes ? held : numbered);
  if (positive !== null && labels.length > 0 && !labels.includes(positive)) {
    throw misfit(`The positive class ${shown(positive)} is not among the labels ${listed(labels)}.`, positive);
  }
}
