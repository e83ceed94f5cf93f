import type { Inspection, Recipe, RecipeOutputs, ValueInfo } from '../contract/index.ts';
import { closestName } from './closest.ts';
import { misfit } from './misfit.ts';
import { findOutput, isElementType, isFloat, isInteger, scoresWidth, zippedOf } from './shape.ts';
import { counted, listed, shown } from './words.ts';

type Classification = Extract<RecipeOutputs, { task: 'classification' }>;

/** Throws RECIPE_MISFIT for the first way in which the recipe's outputs are not the model's. */
export function requireOutputsFit(recipe: Recipe, inspection: Inspection): void {
  const { outputs } = recipe;
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
    throw misfit(`The output ${shown(name)} gives ${value.type}, which Drydock does not read.`, name);
  }
  return value;
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
